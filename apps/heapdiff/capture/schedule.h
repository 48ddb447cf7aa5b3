#pragma once
// When the next snapshot is taken.

#include <chrono>
#include <cstdint>
#include <optional>

namespace heapdiff::capture {

struct ScheduleOptions {
  unsigned count = 4;
  std::chrono::nanoseconds every = std::chrono::minutes(1);  ///< from the end of one to the beginning of the next
  std::chrono::nanoseconds warm_up{0};                       ///< before the first one
  /// Used heap, in bytes, that the last one shall have more than the first; those between are taken at even steps.
  std::optional<std::uint64_t> until_growth = {};
  std::chrono::nanoseconds longest = std::chrono::hours(1);  ///< with until_growth: then the last one is taken anyway
};

/// Decides from times that it is given: it reads no clock.
class Schedule {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Next { wait, look, take, done };
  struct Step {
    Next next = Next::done;
    Time until{};  ///< with wait
  };

  Schedule(const ScheduleOptions& options, Time now) : options_(options), start_(now) {}

  /// What to do now. `look`: the used heap has to be measured after a collection; then give it to is_due().
  [[nodiscard]] Step step(Time now) const;
  /// Whether a snapshot is due with that used heap. Else step() waits before it looks again.
  [[nodiscard]] bool is_due(Time now, std::uint64_t heap_used);
  /// A snapshot was taken, with that used heap, and the process went on at `ended`. Time in which it stands still does
  /// not count: a snapshot that takes longer than the gap would leave it no time to work.
  void took(Time ended, std::uint64_t heap_used);
  /// The heap has grown as asked for, or nothing was asked. False: the time ran out.
  [[nodiscard]] bool reached_growth() const noexcept { return !timed_out_; }

 private:
  [[nodiscard]] bool is_late(Time now) const { return now - start_ >= options_.warm_up + options_.longest; }

  ScheduleOptions options_;
  Time start_;
  Time last_{};  ///< end of the latest snapshot, or time of the latest look
  unsigned taken_ = 0;
  std::uint64_t first_heap_ = 0;
  bool timed_out_ = false;
};

}  // namespace heapdiff::capture
