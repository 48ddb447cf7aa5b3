#pragma once
// SIGINT, SIGTERM and SIGHUP while something is awaited: the work in hand is given up, what is done stays.

#include <csignal>

namespace heapdiff::capture {

/// While it lives, the first of these signals makes descriptor() readable, and a second one ends the process as it does
/// by default. One object at a time. Signals that are ignored (nohup) stay ignored.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// The signal that came; 0 as long as none did.
  [[nodiscard]] int signal() const noexcept;
  /// For poll(): readable once a signal has come.
  [[nodiscard]] int descriptor() const noexcept;

 private:
  struct sigaction before_[3]{};
};

/// Thrown by what waits when a signal has come.
struct Interrupted {};

}  // namespace heapdiff::capture
