#pragma once
// A process that writes a snapshot into a file of its own at a signal (node --heapsnapshot-signal).

#include "capture/interrupt.h"
#include "heapdiff/snapshot/redact_snapshot.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff::capture {

class SignalledProcess {
 public:
  /// Finds out the signal and the folder. Throws Error{input} when there is no such process, Error{usage} when it was
  /// started without --heapsnapshot-signal.
  explicit SignalledProcess(int pid);

  /// Sends the signal, waits for the file until it is whole, copies it to `sink` and removes it. Returns its size.
  /// Throws TimedOut after `max_pause`, Error{input} when the process ends, Interrupted.
  std::uint64_t take_snapshot(ByteSink& sink, std::optional<std::chrono::milliseconds> max_pause,
                              const Interrupt& interrupt);

 private:
  int pid_;
  int inner_pid_;
  int signal_ = 0;
  std::vector<std::string> folders_;  ///< where its files may appear, as we see them
};

/// The number of a signal by its name, "SIGUSR2"; none for another.
[[nodiscard]] std::optional<int> signal_number(const std::string& name);

/// The value of an option, "--name=value" or "--name value"; empty without it.
[[nodiscard]] std::string value_of_option(const std::vector<std::string>& words, const std::string& name);

}  // namespace heapdiff::capture
