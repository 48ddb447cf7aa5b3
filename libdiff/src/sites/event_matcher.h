#pragma once
// Whether the event of an operation can be the event whose listeners leak.

#include "sites/store_operations.h"

#include <cstddef>
#include <string>

namespace heapdiff::sites {

class EventMatcher {
 public:
  /// `event` is folded ("message:*"), or empty when it is not known. Both arguments must outlive the matcher.
  EventMatcher(const CodeModel& code, const std::string& event) : code_(code), event_(event) {}

  /// Judges the first argument of a call or the name `onX` of an assignment: 1 yes, -1 no, 0 not known.
  [[nodiscard]] int fits(const Match& match);

 private:
  /// The literal that a variable gets before `use`, in the same function or one around it; kNone when there is none.
  [[nodiscard]] std::size_t initial_literal(std::size_t use);

  const CodeModel& code_;
  const std::string& event_;
  std::size_t budget_ = 4'000'000;  ///< tokens that all searches together may look at: bounds hostile input
};

}  // namespace heapdiff::sites
