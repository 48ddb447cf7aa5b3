#include "heapdiff/internal/background_task.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <system_error>
#include <thread>
#include <utility>

namespace heapdiff::internal {

struct BackgroundTask::Task {
  std::function<void()> work;
  std::exception_ptr error;
  bool on_worker = false;  ///< runs on the second thread
  bool done = false;       ///< guarded by the worker's mutex
  std::thread own;         ///< runs here where the second thread was busy

  void run() noexcept {
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
  }
};

/// The second thread, and the one task that it may have. The thread is detached and never ends, so the object is never
/// destroyed.
class BackgroundTask::Worker {
 public:
  static Worker& instance() {
    static auto* const worker = new Worker;
    return *worker;
  }

  /// Hands the task to the thread; false where there is no thread or it is busy.
  [[nodiscard]] bool take(Task& task) {
    {
      const std::lock_guard lock(mutex_);
      if (!started_ || current_ != nullptr) {
        return false;
      }
      move_away();
      task.on_worker = true;
      current_ = &task;
    }
    offered_.notify_one();
    return true;
  }

  void wait(const Task& task) noexcept {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [&] { return task.done; });
  }

 private:
  Worker() {
    try {
      std::thread thread([this] { loop(); });
      thread_ = thread.native_handle();
      thread.detach();
      started_ = true;
      move_away();
    } catch (const std::system_error&) {
      started_ = false;  // the system has no thread left
    }
  }

  /// Keeps the thread off the processor that runs this call. The scheduler starts and wakes a thread where its caller
  /// runs, and leaves both there until its next tick: they would take turns for up to 4 ms. README.md has the timings.
  void move_away() noexcept {
#ifdef __linux__
    const int here = ::sched_getcpu();
    cpu_set_t allowed;
    if (here == avoided_ || here < 0 || here >= CPU_SETSIZE ||
        ::pthread_getaffinity_np(::pthread_self(), sizeof allowed, &allowed) != 0) {
      return;
    }
    CPU_CLR(static_cast<std::size_t>(here), &allowed);
    if (CPU_COUNT(&allowed) != 0 && ::pthread_setaffinity_np(thread_, sizeof allowed, &allowed) == 0) {
      avoided_ = here;
    }
#endif
  }

  void loop() noexcept {
    std::unique_lock lock(mutex_);
    while (true) {
      offered_.wait(lock, [this] { return current_ != nullptr; });
      Task& task = *current_;
      lock.unlock();
      task.run();
      lock.lock();
      task.done = true;  // from here on the task's owner may destroy it
      current_ = nullptr;
      finished_.notify_all();
    }
  }

  bool started_ = false;
  std::thread::native_handle_type thread_{};
  std::mutex mutex_;  // guards the members below
  std::condition_variable offered_;
  std::condition_variable finished_;
  Task* current_ = nullptr;
  int avoided_ = -1;  // the processor on which the thread must not run
};

void BackgroundTask::start_thread() { static_cast<void>(Worker::instance()); }

BackgroundTask::BackgroundTask(std::function<void()> work) : task_(std::make_unique<Task>()) {
  task_->work = std::move(work);
  if (Worker::instance().take(*task_)) {
    return;
  }
  try {
    task_->own = std::thread([task = task_.get()] { task->run(); });
  } catch (const std::system_error&) {
    task_->run();
  }
}

BackgroundTask::~BackgroundTask() { wait(); }

void BackgroundTask::wait() noexcept {
  if (task_->own.joinable()) {
    task_->own.join();
  } else if (task_->on_worker) {
    Worker::instance().wait(*task_);
  }
}

void BackgroundTask::get() {
  wait();
  if (const std::exception_ptr error = std::exchange(task_->error, nullptr)) {
    std::rethrow_exception(error);
  }
}

}  // namespace heapdiff::internal
