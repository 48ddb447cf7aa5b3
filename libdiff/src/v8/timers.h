#pragma once
// How Node keeps timers and immediates. Node 14 to 24.

#include <array>
#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kTimeoutClass = "Timeout";
inline constexpr std::string_view kImmediateClass = "Immediate";
/// All timers of one duration, in milliseconds, hang in one list, and the lists in `timerListMap` by that duration.
inline constexpr std::string_view kTimersListClass = "TimersList";
inline constexpr std::string_view kImmediateListClass = "ImmediateList";

inline constexpr std::string_view kTimeoutCallback = "_onTimeout";
inline constexpr std::string_view kImmediateCallback = "_onImmediate";
/// null for setTimeout; a small integer, which has no edge, for setInterval.
inline constexpr std::string_view kRepeatProperty = "_repeat";

/// Timers of one list form a ring through these two properties.
inline constexpr std::string_view kNextTimer = "_idleNext";
inline constexpr std::string_view kPreviousTimer = "_idlePrev";
inline constexpr std::array<std::string_view, 2> kTimerRingEdges = {kNextTimer, kPreviousTimer};

[[nodiscard]] constexpr bool is_timer_class(std::string_view name) noexcept {
  return name == kTimeoutClass || name == kTimersListClass || name == kImmediateClass || name == kImmediateListClass;
}

[[nodiscard]] constexpr bool is_timer_ring_edge(std::string_view name) noexcept {
  return name == kNextTimer || name == kPreviousTimer;
}

}  // namespace heapdiff::v8
