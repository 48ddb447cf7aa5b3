#pragma once
// Whether the name that an operation is given can be the event that leaks.

#include "sites/store_operations.h"

#include <cstddef>
#include <string>

namespace heapdiff::sites {

class EventMatcher {
 public:
  /// `event`: folded ("message:*"); empty when nothing is known. Both have to outlive the matcher.
  EventMatcher(const CodeModel& code, const std::string& event) : code_(code), event_(event) {}

  /// For the first argument of a call, or the `onX` of an assignment: 1 yes, -1 no, 0 not known.
  [[nodiscard]] int fits(const Match& match);

 private:
  /// The literal a variable is given before `use`, in the same function or one around it; kNone when there is none.
  [[nodiscard]] std::size_t initial_literal(std::size_t use);

  const CodeModel& code_;
  const std::string& event_;
  std::size_t budget_ = 4'000'000;  ///< ... and all of them not a hostile file many times over
};

}  // namespace heapdiff::sites
