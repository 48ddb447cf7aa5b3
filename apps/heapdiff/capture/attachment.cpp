#include "capture/attachment.h"

#include "capture/interrupt.h"
#include "capture/process_files.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace heapdiff::capture {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxTitle = 80;

/// Pages, workers and Node programs have a heap; iframes, browsers and extensions' helpers are not asked.
bool may_have_heap(const InspectorPage& page) {
  return page.type == "node" || page.type == "page" || page.type == "deno" || page.type == "worker" ||
         page.type == "service_worker" || page.type == "shared_worker" || page.type.empty();
}

std::string choice_of(const std::vector<const InspectorPage*>& pages) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(pages.size(), kShown); ++i) {
    text += fmt::format("{}'{}'", i == 0 ? "" : ", ", visible_text(pages[i]->title, kMaxTitle));
  }
  return text + (pages.size() > kShown ? fmt::format(" and {} more", pages.size() - kShown) : "");
}

bool looks_like_node(const ProcessStatus& status) {
  return status.name.find("node") != std::string::npos || status.name.find("electron") != std::string::npos;
}

std::optional<Address> find_inspector(const std::vector<Address>& ports, const InspectorOptions& options) {
  for (const Address& port : ports) {
    if (is_inspector(port, options)) {
      return port;
    }
  }
  return std::nullopt;
}

/// A port is asked only where an inspector is likely: others belong to the program, which would see the request.
bool may_be_open(int pid, const std::vector<Address>& ports) {
  const std::vector<std::string> words = runtime_options(pid);
  const bool asked_for =
      std::any_of(words.begin(), words.end(), [](const std::string& word) { return word.starts_with("--inspect"); });
  return asked_for ||
         std::any_of(ports.begin(), ports.end(), [](const Address& port) { return port.port == kInspectorPort; });
}

void pause_for(std::chrono::milliseconds time, const Interrupt* interrupt) {
  std::this_thread::sleep_for(time);
  if (interrupt != nullptr && interrupt->signal() != 0) {
    throw Interrupted{};
  }
}

/// Fills `out.closer` where it is we who opened it.
Address open_by_signal(Attachment& out, int pid, bool force, const InspectorOptions& options) {
  const auto status = read_process(pid);
  if (!status) {
    throw Error(ErrorKind::input, fmt::format("pid:{}: there is no such process", pid));
  }
  const std::vector<Address> before = listening_ports(pid);
  if (may_be_open(pid, before)) {
    if (const auto open = find_inspector(before, options)) {
      return *open;
    }
  }
  const std::string name = visible_text(status->name, kMaxTitle);
  if (!status->catches(SIGUSR1)) {  // the default action of the signal ends a process
    throw Error(ErrorKind::usage,
                fmt::format("pid:{} ({}) does not open an inspector at SIGUSR1: the signal would end it", pid, name),
                "Node.js does so unless it was built or started without an inspector.");
  }
  if (!looks_like_node(*status) && !force) {
    throw Error(ErrorKind::usage, fmt::format("pid:{} ({}) does not look like Node.js", pid, name),
                "--force sends it SIGUSR1 anyway.");
  }
  out.closer = std::make_unique<InspectorCloser>(pid, before, options);
  if (::kill(pid, SIGUSR1) != 0) {
    const int reason = errno;
    out.closer->stand_down();
    throw Error(ErrorKind::input, fmt::format("pid:{}: {}", pid, std::strerror(reason)),
                "Run heapdiff as the process's own user or as root.");
  }
  const Deadline end = within(options.patience);
  while (Clock::now() < end) {
    pause_for(50ms, options.interrupt);
    if (const auto open = fresh_inspector(pid, before, options)) {
      return *open;
    }
  }
  if (const auto open = find_inspector(before, options)) {
    out.closer->stand_down();
    return *open;
  }
  throw Error(ErrorKind::input, fmt::format("pid:{}: no inspector listens after SIGUSR1", pid),
              "Port 9229 may be taken by another process, the program may be busy, or its open files may be hidden "
              "from this user: run heapdiff as the process's own user or as root.");
}

bool is_package_manager(const std::string& title) {
  static constexpr const char* kManagers[] = {"npm-cli.js", "npx-cli.js", "yarn.js",
                                              "yarn.cjs",   "pnpm.cjs",   "corepack.js"};
  return std::any_of(std::begin(kManagers), std::end(kManagers),
                     [&](const char* name) { return title.find(name) != std::string::npos; });
}

/// The inspector of the program itself: a package manager is a Node program, too.
InspectorTarget inspector_of(StartedProgram& program, const InspectorOptions& options) {
  constexpr auto kStartTime = 60s;
  const Deadline end = within(kStartTime);
  std::size_t seen = 0;
  try {
    while (true) {
      const std::vector<InspectorTarget> found = program.wait_for_inspectors(seen, end, *options.interrupt);
      for (; seen < found.size(); ++seen) {
        const std::vector<InspectorPage> pages = list_pages(found[seen].address, options);
        if (!pages.empty() && !is_package_manager(pages.front().title)) {
          return found[seen];
        }
      }
    }
  } catch (const TimedOut&) {
    throw Error(ErrorKind::input, "the program opened no inspector within 60 s",
                "It has to run on Node.js, Deno or Bun, and must not clear NODE_OPTIONS.");
  }
}

}  // namespace

const InspectorPage& choose_page(const std::vector<InspectorPage>& pages, const std::string& wanted) {
  std::vector<const InspectorPage*> fitting;
  for (const InspectorPage& page : pages) {
    const bool named =
        !wanted.empty() && (page.title.find(wanted) != std::string::npos || page.url.find(wanted) != std::string::npos);
    if (wanted.empty() ? may_have_heap(page) : named) {
      fitting.push_back(&page);
    }
  }
  if (fitting.size() > 1 && wanted.empty()) {  // a page before its workers
    const auto rest = std::remove_if(fitting.begin(), fitting.end(), [](const InspectorPage* page) {
      return page->type.find("worker") != std::string::npos;
    });
    fitting.erase(rest == fitting.begin() ? fitting.end() : rest, fitting.end());
  }
  if (fitting.size() == 1) {
    return *fitting.front();
  }
  if (fitting.empty()) {
    std::vector<const InspectorPage*> all;
    for (const InspectorPage& page : pages) {
      all.push_back(&page);
    }
    throw Error(wanted.empty() ? ErrorKind::input : ErrorKind::usage,
                wanted.empty() ? std::string("the inspector has no target with a heap")
                               : "--page: no title or URL contains '" + visible_text(wanted, kMaxTitle) + "'",
                all.empty() ? std::string() : "There are: " + choice_of(all));
  }
  throw Error(ErrorKind::usage, fmt::format("the inspector has {} targets: {}", fitting.size(), choice_of(fitting)),
              "Choose one with --page and a part of its title or URL.");
}

Attachment attach(const Target& target, const std::string& page, bool force, const InspectorOptions& options) {
  Attachment out;
  InspectorTarget inspector;
  if (const auto* address = std::get_if<InspectorTarget>(&target)) {
    inspector = *address;
  } else if (const auto* process = std::get_if<ProcessTarget>(&target)) {
    inspector.address = open_by_signal(out, process->pid, force, options);
    out.local_pid = process->pid;
  } else {
    out.program = std::make_unique<StartedProgram>(std::get<CommandTarget>(target).words);
    inspector = inspector_of(*out.program, options);
  }
  if (inspector.path.empty()) {
    inspector.path = choose_page(list_pages(inspector.address, options), page).path;
  }
  out.session = std::make_unique<InspectorSession>(inspector.address, inspector.path, options);
  return out;
}

}  // namespace heapdiff::capture
