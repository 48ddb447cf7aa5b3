#include "heapdiff/snapshot/background_thread.h"

#include "runtime/spin.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <pthread.h>
#include <sched.h>
#include <system_error>
#include <thread>
#include <utility>

namespace heapdiff {
namespace {

/// Longer than what lies between two phases of a small snapshot, and nothing that a person or a meter would notice.
constexpr std::chrono::microseconds kLookOut{2000};

}  // namespace

struct BackgroundTask::Task {
  std::function<void()> work;
  std::exception_ptr error;
  std::uint64_t ticket = 0;  ///< of the second thread; 0 where the task has its own
  std::thread own;

  void run() noexcept {
    try {
      work();
    } catch (...) {
      error = std::current_exception();
    }
  }
};

/// One task at a time, from a slot. The thread is detached and never ends, so nothing here is ever destroyed.
class BackgroundTask::Worker {
 public:
  static Worker& instance() {
    static auto* const worker = new Worker;
    return *worker;
  }

  /// Takes the task and gives it its ticket, or is busy.
  [[nodiscard]] bool take(Task& task) noexcept {
    Task* none = nullptr;
    if (!started_ || !slot_.compare_exchange_strong(none, &task)) {
      return false;
    }
    move_away();
    task.ticket = ++taken_;  // who holds the slot counts alone
    offered_.store(taken_);
    offered_.notify_one();
    return true;
  }

  void wait(std::uint64_t ticket) noexcept {
    const auto ended = [this, ticket] { return finished_.load() >= ticket; };
    if (spin_until(ended, kLookOut)) {
      return;
    }
    for (std::uint64_t now = finished_.load(); now < ticket; now = finished_.load()) {
      finished_.wait(now);
    }
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

  /// To any processor but this one. A thread starts and wakes where the one that calls it runs, and the scheduler
  /// leaves both there until its next tick: they would take turns for the milliseconds that a small snapshot takes.
  void move_away() noexcept {
#ifdef __linux__
    const int here = ::sched_getcpu();
    cpu_set_t allowed;
    if (here == here_ || here < 0 || here >= CPU_SETSIZE ||
        ::pthread_getaffinity_np(::pthread_self(), sizeof allowed, &allowed) != 0) {
      return;
    }
    CPU_CLR(static_cast<std::size_t>(here), &allowed);
    if (CPU_COUNT(&allowed) != 0 && ::pthread_setaffinity_np(thread_, sizeof allowed, &allowed) == 0) {
      here_ = here;
    }
#endif
  }

  void loop() noexcept {
    for (std::uint64_t done = 0;; ++done) {
      if (!spin_until([&] { return offered_.load() > done; }, kLookOut)) {
        offered_.wait(done);
      }
      slot_.load()->run();
      slot_.store(nullptr);  // before the task ends for those who wait: they may bring the next one
      finished_.store(done + 1);
      finished_.notify_all();
    }
  }

  bool started_ = false;
  std::atomic<Task*> slot_ = nullptr;
  std::uint64_t taken_ = 0;
  std::thread::native_handle_type thread_{};
  int here_ = -1;                           ///< where the thread must not run
  std::atomic<std::uint64_t> offered_ = 0;  ///< tasks that the thread may begin
  std::atomic<std::uint64_t> finished_ = 0;
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
  if (task_ == nullptr) {
    return;
  }
  if (task_->own.joinable()) {
    task_->own.join();
  } else if (task_->ticket != 0) {
    Worker::instance().wait(task_->ticket);
    task_->ticket = 0;
  }
}

void BackgroundTask::get() {
  wait();
  if (const std::exception_ptr error = std::exchange(task_->error, nullptr)) {
    std::rethrow_exception(error);
  }
}

}  // namespace heapdiff
