#pragma once
// Locks a mutex that its owner holds for microseconds only.

#include <mutex>

namespace heapdiff::runtime {

/// Tells the processor that this is a loop that waits.
inline void pause_briefly() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Locks `mutex`. Tries for about half a millisecond before it sleeps: the kernel wakes a sleeping thread on the
/// processor of the one that unlocks, where the two take turns until the scheduler's next tick, up to 4 ms later.
[[nodiscard]] inline std::unique_lock<std::mutex> spin_lock(std::mutex& mutex) {
  constexpr int kMaxTries = 10'000;
  std::unique_lock lock(mutex, std::try_to_lock);
  for (int i = 0; !lock && i < kMaxTries; ++i) {
    pause_briefly();
    static_cast<void>(lock.try_lock());
  }
  if (!lock) {
    lock.lock();
  }
  return lock;
}

}  // namespace heapdiff::runtime
