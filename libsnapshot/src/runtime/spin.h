#pragma once
// Waiting awake: for what comes sooner than a sleeping thread wakes.

#include <chrono>
#include <mutex>
#include <sched.h>
#include <unistd.h>

namespace heapdiff {

inline void pause_briefly() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Whether this process has one processor only: whoever waits awake there keeps the other from what it waits for.
inline bool on_one_processor() noexcept {
#ifdef __linux__
  static const bool one = [] {
    cpu_set_t allowed;
    // Of the first thread: the second one is kept off a processor.
    return ::sched_getaffinity(::getpid(), sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) == 1;
  }();
  return one;
#else
  return false;
#endif
}

/// Until `holds()` or for the time given, which is none on one processor; returns whether it holds.
template <class Condition>
bool spin_until(Condition&& holds, std::chrono::microseconds limit) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + (on_one_processor() ? std::chrono::microseconds(0) : limit);
  do {
    for (int i = 0; i < 64; ++i) {
      if (holds()) {
        return true;
      }
      pause_briefly();
    }
  } while (Clock::now() < end);
  return holds();
}

/// Locks without going to sleep at once, for what is held for moments. A thread that sleeps is woken on the processor
/// of the one that wakes it, where the two then take turns for milliseconds, which is all that a small file takes.
[[nodiscard]] inline std::unique_lock<std::mutex> lock_awake(std::mutex& mutex) {
  std::unique_lock lock(mutex, std::try_to_lock);
  if (!lock && !spin_until([&] { return lock.try_lock(); }, std::chrono::microseconds(2000))) {
    lock.lock();
  }
  return lock;
}

}  // namespace heapdiff
