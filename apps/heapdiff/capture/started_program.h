#pragma once
// A program that we start with an inspector on a free port of the loopback.

#include "capture/target.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace heapdiff::capture {

class Interrupt;

/// Its standard output and error go to our standard error; the inspector's own lines are left out. It has no standard
/// input and a process group of its own, which is ended with it. It ends when we do.
class StartedProgram {
 public:
  /// `node`, `deno` and `bun` get the option for the inspector; other commands (npm, a shell script) get it in
  /// NODE_OPTIONS. Throws Error{usage} when the program cannot be started.
  explicit StartedProgram(const std::vector<std::string>& words);
  /// Ends it: SIGTERM, and SIGKILL after five seconds. One that is ending by itself gets five seconds for that before.
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  /// The inspectors that said that they listen, in that order. Waits for one more than `known`; throws Error{input}
  /// when the program ends before, TimedOut, Interrupted.
  [[nodiscard]] std::vector<InspectorTarget> wait_for_inspectors(std::size_t known, Deadline deadline,
                                                                 const Interrupt& interrupt);
  /// It is ending by itself: its last words, which Node writes when the inspector's session is over, are waited for.
  void expect_end() noexcept { is_ending_ = true; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Whether it has ended; then as waitpid() says.
  [[nodiscard]] std::optional<int> ended();

 private:
  void forward(int from);
  void take_line(const std::string& line);

  pid_t pid_ = -1;
  std::optional<int> status_;
  bool is_ending_ = false;
  std::thread forwarder_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<InspectorTarget> inspectors_;
};

/// The words with the option for the inspector, where the program is known to take it; else as they are.
[[nodiscard]] std::vector<std::string> with_inspector(const std::vector<std::string>& words, bool& known);

}  // namespace heapdiff::capture
