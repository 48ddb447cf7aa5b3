#include "capture/schedule.h"

#include <algorithm>

namespace heapdiff::capture {

Schedule::Step Schedule::step(Time now) const {
  if (taken_ >= options_.count || (timed_out_ && taken_ > 0)) {
    return {Next::done, now};
  }
  const auto due = taken_ == 0 ? start_ + options_.warm_up : last_ + options_.every;
  if (now < due) {
    return {Next::wait, std::chrono::time_point_cast<Time::duration>(due)};
  }
  return {taken_ == 0 || !options_.until_growth ? Next::take : Next::look, now};
}

bool Schedule::is_due(Time now, std::uint64_t heap_used) {
  const unsigned steps = std::max(options_.count, 2U) - 1;
  const double wanted = static_cast<double>(options_.until_growth.value_or(0)) * taken_ / steps;
  if (static_cast<double>(heap_used) >= static_cast<double>(first_heap_) + wanted) {
    return true;
  }
  last_ = now;
  timed_out_ = is_late(now);
  return timed_out_;
}

void Schedule::took(Time ended, std::uint64_t heap_used) {
  if (taken_ == 0) {
    first_heap_ = heap_used;
  }
  ++taken_;
  last_ = ended;
}

}  // namespace heapdiff::capture
