#pragma once
// Work for the second thread: one thread for the whole run, used by whatever phase has work to share.
//
// Internal to heapdiff's libraries, and not installed.

#include <functional>
#include <memory>

namespace heapdiff::internal {

/// A task that runs while its creator goes on, from construction on. It runs on the second thread. Where that thread is
/// busy the task gets a thread of its own, so tasks may start tasks; where the system has no thread left, the
/// constructor runs it. What `work` refers to has to live until `get` or the destructor has returned.
class BackgroundTask {
 public:
  explicit BackgroundTask(std::function<void()> work);
  /// Waits for the end of the task. Drops an exception that `get` did not fetch.
  ~BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;

  /// Waits for the end of the task, and throws what it threw, once. To be called by the creator's thread.
  void get();

  /// Starts the second thread unless it runs already, so that the first task need not wait for it.
  static void start_thread();

 private:
  struct Task;
  class Worker;
  void wait() noexcept;

  std::unique_ptr<Task> task_;
};

}  // namespace heapdiff::internal
