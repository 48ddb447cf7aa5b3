#pragma once
// The second thread: one for the whole run, used by whatever phase has work to share.
//
// Why not a thread per task: one that starts, or that sleeps, needs up to two milliseconds before it works, on a
// virtual machine above all, and a snapshot of 10 MB takes 20 ms in all. This one starts once, and looks out for the
// next task for a moment before it sleeps.

#include <functional>
#include <memory>

namespace heapdiff {

/// A task that runs beside the caller, from construction on. Where the second thread is busy with another one it gets a
/// thread of its own, so tasks may start tasks; where the system has no thread left it runs at once, in the caller.
class BackgroundTask {
 public:
  explicit BackgroundTask(std::function<void()> work);
  /// Waits. An exception that nobody asked for is dropped.
  ~BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;

  /// Waits for the end of the task, and throws what it threw, once.
  void get();

  /// Starts the second thread unless it is there, so that the first task need not wait for it.
  static void start_thread();

 private:
  struct Task;
  class Worker;
  void wait() noexcept;

  std::unique_ptr<Task> task_;
};

}  // namespace heapdiff
