#include "capture/interrupt.h"

#include "heapdiff/snapshot/error.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace heapdiff::capture {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

static_assert(std::atomic<int>::is_always_lock_free);
std::atomic<int> came = 0;         // NOLINT: a signal handler can reach nothing else
int interrupt_pipe[2] = {-1, -1};  // NOLINT: the same

extern "C" void note_interrupt(int signal) {
  const int reason = errno;
  if (came.exchange(signal) == 0) {
    const char byte = 0;
    [[maybe_unused]] const ssize_t wrote = ::write(interrupt_pipe[1], &byte, 1);
  } else {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }
  errno = reason;
}

}  // namespace

Interrupt::Interrupt() {
  came = 0;
  if (::pipe2(interrupt_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
    throw Error(ErrorKind::limit, std::string("cannot make a pipe: ") + std::strerror(errno));
  }
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) {
      struct sigaction action {};
      action.sa_handler = note_interrupt;
      ::sigaction(kSignals[i], &action, nullptr);
    }
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    ::sigaction(kSignals[i], &before_[i], nullptr);
  }
  ::close(interrupt_pipe[0]);
  ::close(interrupt_pipe[1]);
}

int Interrupt::signal() const noexcept { return came; }

int Interrupt::descriptor() const noexcept { return interrupt_pipe[0]; }

}  // namespace heapdiff::capture
