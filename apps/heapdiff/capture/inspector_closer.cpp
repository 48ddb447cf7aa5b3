#include "capture/inspector_closer.h"

#include "capture/inspector_session.h"
#include "capture/process_files.h"
#include "heapdiff/snapshot/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace heapdiff::capture {

namespace {

using namespace std::chrono_literals;

constexpr auto kLongestSnapshot = 30min;
constexpr auto kPatienceAtEnd = 5s;
constexpr auto kTimeToOpen = 2s;

/// Node ends the session without an answer when it closes its inspector. That is the sign that it is done.
void close_inspector(int pid, const std::vector<Address>& before, InspectorOptions options) {
  options.interrupt = nullptr;
  std::optional<Address> opened;
  for (const Deadline end = within(kTimeToOpen); !opened && Clock::now() < end;) {
    opened = fresh_inspector(pid, before, options);
    if (!opened) {
      std::this_thread::sleep_for(20ms);
    }
  }
  if (!opened) {
    return;
  }
  options.patience = kLongestSnapshot;
  const std::vector<InspectorPage> pages = list_pages(*opened, options);
  if (!pages.empty()) {
    InspectorSession session(*opened, pages.front().path, options);
    session.call("Runtime.evaluate", {{"expression", "process._debugEnd()"}, {"silent", true}});
  }
}

[[noreturn]] void wait_and_close(int end_of_parent, int pid, const std::vector<Address>& before,
                                 const InspectorOptions& options) {
  ::setsid();  // the terminal's interrupt is for the parent
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    ::signal(signal, SIG_IGN);
  }
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::dup2(nothing, stream);  // a reader of the parent's output must not wait for the child
  }
  char byte = 0;
  ssize_t got = 0;
  while ((got = ::read(end_of_parent, &byte, 1)) < 0 && errno == EINTR) {
  }
  if (got > 0) {
    ::_exit(0);
  }
  try {
    close_inspector(pid, before, options);
  } catch (...) {  // NOLINT: the target is gone, or has closed it
  }
  ::_exit(0);
}

}  // namespace

std::optional<Address> fresh_inspector(int pid, const std::vector<Address>& before, const InspectorOptions& options) {
  for (const Address& port : listening_ports(pid)) {
    const bool known = std::any_of(before.begin(), before.end(),
                                   [&](const Address& old) { return old.port == port.port && old.host == port.host; });
    if (!known && is_inspector(port, options)) {
      return port;
    }
  }
  return std::nullopt;
}

InspectorCloser::InspectorCloser(int pid, std::vector<Address> before, const InspectorOptions& options) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(ErrorKind::limit, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  child_ = ::fork();
  if (child_ == 0) {
    ::close(ends[1]);
    wait_and_close(ends[0], pid, before, options);
  }
  ::close(ends[0]);
  pipe_ = ends[1];
  if (child_ < 0) {
    ::close(pipe_);
    throw Error(ErrorKind::limit, std::string("cannot make a process: ") + std::strerror(errno));
  }
}

void InspectorCloser::stand_down() {
  const char byte = 0;
  [[maybe_unused]] const ssize_t wrote = ::write(pipe_, &byte, 1);
}

InspectorCloser::~InspectorCloser() {
  ::close(pipe_);
  const Deadline end = within(kPatienceAtEnd);
  while (::waitpid(child_, nullptr, WNOHANG) == 0 && Clock::now() < end) {
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace heapdiff::capture
