#include "model/unfinished.h"

#include "heapdiff/reports/output_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxNames = 16;
constexpr std::size_t kMaxNameLength = 63;

/// The output that a signal has to remove. A folder has names, a file has none.
struct Unfinished {
  static_assert(std::atomic<bool>::is_always_lock_free);
  std::atomic<bool> named = false;
  std::array<char, PATH_MAX> path{};
  std::array<std::array<char, kMaxNameLength + 1>, kMaxNames> names{};
  std::size_t name_count = 0;
};
Unfinished unfinished;  // NOLINT: a signal handler can reach nothing else

template <std::size_t N>
void put_text(std::array<char, N>& to, const std::string& text) {
  const std::size_t length = std::min(text.size(), N - 1);
  std::copy_n(text.begin(), length, to.begin());
  to[length] = '\0';
}

/// Calls only what a signal handler may call.
void remove_unfinished() {
  if (unfinished.name_count == 0) {
    ::unlink(unfinished.path.data());
    return;
  }
  const int folder = ::open(unfinished.path.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    for (std::size_t i = 0; i < unfinished.name_count; ++i) {
      ::unlinkat(folder, unfinished.names[i].data(), 0);
    }
    ::close(folder);
    ::rmdir(unfinished.path.data());
  }
}

extern "C" void end_on_signal(int signal) {
  remove_unfinished_file();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);  // a signal is blocked while its handler runs
  ::_exit(128 + signal);                       // a signal does not end the first process of a container
}

}  // namespace

void model::set_unfinished(const std::string& path) { set_unfinished_folder(path, {}); }

void model::set_unfinished_folder(const std::string& path, const std::vector<std::string>& names) {
  unfinished.named = false;
  if (path.empty() || path.size() >= unfinished.path.size() || names.size() > kMaxNames) {
    return;
  }
  put_text(unfinished.path, path);
  unfinished.name_count = names.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    put_text(unfinished.names[i], names[i]);
  }
  unfinished.named = true;
}

void remove_unfinished_file() noexcept {
  if (unfinished.named) {
    remove_unfinished();
  }
}

void remove_unfinished_file_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
      continue;
    }
    action = {};
    action.sa_handler = end_on_signal;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace heapdiff
