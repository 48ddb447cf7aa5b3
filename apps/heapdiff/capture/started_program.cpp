#include "capture/started_program.h"

#include "capture/interrupt.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace heapdiff::capture {

namespace {

using namespace std::chrono_literals;

constexpr const char* kInspect = "--inspect=127.0.0.1:0";
constexpr std::string_view kBanner = "Debugger listening on ";
/// What runtimes say of their inspector beside the address.
constexpr std::array<std::string_view, 5> kInspectorLines = {
    "For help, see: https://nodejs.org/", "Debugger attached.", "Debugger ending on ",
    "Waiting for the debugger to disconnect", "Visit chrome://inspect to connect"};

void write_error(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
    if (n < 0 && errno != EINTR) {
      return;
    }
    text.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
}

/// In the child: becomes the program. Its reason not to goes through the pipe.
[[noreturn]] void become(const std::vector<std::string>& words, bool by_environment, int error_out, int failure) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) {
    ::signal(signal, SIG_DFL);
  }
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(error_out, STDOUT_FILENO);
  ::dup2(error_out, STDERR_FILENO);
  if (by_environment) {
    const char* had = std::getenv("NODE_OPTIONS");
    const std::string options = (had != nullptr && *had != '\0' ? std::string(had) + " " : std::string()) + kInspect;
    ::setenv("NODE_OPTIONS", options.c_str(), 1);
  }
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execvp() does not change them
  }
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  const int reason = errno;
  [[maybe_unused]] const ssize_t wrote = ::write(failure, &reason, sizeof reason);
  ::_exit(127);
}

}  // namespace

std::vector<std::string> with_inspector(const std::vector<std::string>& words, bool& known) {
  std::vector<std::string> out = words;
  const std::string name = std::filesystem::path(words.front()).filename().string();
  known = name == "node" || name == "nodejs" || name == "bun" || (name == "deno" && words.size() > 1);
  if (known) {
    // Deno and Bun take options behind the word `run`.
    const bool behind = name == "deno" || (name == "bun" && words.size() > 1 && words[1] == "run");
    out.insert(out.begin() + (behind ? 2 : 1), kInspect);
  }
  return out;
}

StartedProgram::StartedProgram(const std::vector<std::string>& words) {
  bool known = false;
  const std::vector<std::string> all = with_inspector(words, known);
  int errors[2] = {-1, -1};
  int failure[2] = {-1, -1};
  if (::pipe2(errors, O_CLOEXEC) != 0 || ::pipe2(failure, O_CLOEXEC) != 0) {
    throw Error(ErrorKind::limit, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  pid_ = ::fork();
  if (pid_ == 0) {
    become(all, !known, errors[1], failure[1]);
  }
  const int fork_reason = errno;
  ::close(errors[1]);
  ::close(failure[1]);
  int reason = 0;
  const ssize_t got = pid_ < 0 ? 0 : ::read(failure[0], &reason, sizeof reason);
  ::close(failure[0]);
  if (pid_ < 0 || got > 0) {
    if (pid_ > 0) {
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(errors[0]);
    throw Error(ErrorKind::usage, fmt::format("cannot start '{}': {}", visible_text(words.front()),
                                              std::strerror(pid_ < 0 ? fork_reason : reason)));
  }
  forwarder_ = std::thread([this, from = errors[0]] { forward(from); });
}

void StartedProgram::take_line(const std::string& line) {
  if (const std::size_t at = line.find(kBanner); at != std::string::npos) {
    std::string url = line.substr(at + kBanner.size());
    url.resize(std::min(url.find_first_of(" \r\n"), url.size()));
    try {
      const Target target = parse_target(url);
      const std::lock_guard lock(mutex_);
      inspectors_.push_back(std::get<InspectorTarget>(target));
      changed_.notify_all();
    } catch (const Error&) {
      write_error(line);
    }
    return;
  }
  const bool of_inspector = std::any_of(kInspectorLines.begin(), kInspectorLines.end(),
                                        [&](std::string_view known) { return line.find(known) != std::string::npos; });
  if (!of_inspector) {
    write_error(line);
  }
}

/// Until all processes that have the pipe have closed it, or the program has ended and said all.
void StartedProgram::forward(int from) {
  constexpr std::size_t kMaxLine = 1U << 16U;
  std::string waiting;
  std::array<char, 4096> block{};
  while (true) {
    pollfd ready{from, POLLIN, 0};
    if (::poll(&ready, 1, 100) == 0) {
      if (stop_) {
        break;
      }
      continue;
    }
    const ssize_t n = ::read(from, block.data(), block.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      break;
    }
    waiting.append(block.data(), static_cast<std::size_t>(n));
    for (std::size_t end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
      take_line(waiting.substr(0, end + 1));
      waiting.erase(0, end + 1);
    }
    if (waiting.size() > kMaxLine) {
      write_error(waiting);
      waiting.clear();
    }
  }
  write_error(waiting);
  ::close(from);
}

std::optional<int> StartedProgram::ended() {
  int status = 0;
  if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    status_ = status;
  }
  return status_;
}

std::vector<InspectorTarget> StartedProgram::wait_for_inspectors(std::size_t known, Deadline deadline,
                                                                 const Interrupt& interrupt) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, 100ms, [&] { return inspectors_.size() > known; });
      if (inspectors_.size() > known) {
        return inspectors_;
      }
    }
    if (interrupt.signal() != 0) {
      throw Interrupted{};
    }
    if (ended()) {
      throw Error(ErrorKind::input, "the program ended before its inspector listened",
                  "Its own messages are above. It has to run on Node.js, Deno or Bun, and to go on running.");
    }
    if (Clock::now() >= deadline) {
      throw TimedOut{};
    }
  }
}

StartedProgram::~StartedProgram() {
  const auto wait_for_end = [this] {
    for (const Deadline end = within(5s); !ended() && Clock::now() < end;) {
      std::this_thread::sleep_for(10ms);
    }
  };
  if (is_ending_) {
    wait_for_end();
  }
  ::kill(-pid_, SIGTERM);
  wait_for_end();
  ::kill(-pid_, SIGKILL);
  if (!ended()) {
    ::waitpid(pid_, nullptr, 0);
  }
  stop_ = true;
  forwarder_.join();
}

}  // namespace heapdiff::capture
