#pragma once
// How an accumulation grew: its levels over time, and whether what came is kept.

#include "heapdiff/diff/suspect.h"
#include "series/dominated_set.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace heapdiff {

/// Less growth than this is not worth a word: bytes over the series.
[[nodiscard]] double smallest_growth(std::span<const Facts> facts);

/// Measures and judges the accumulations of one series.
class GrowthJudge {
 public:
  GrowthJudge(const SeriesView& view, std::span<const Accumulation> groups);

  /// Fills levels, trajectory, rate, and the smallest rate that could have been shown.
  void judge(Suspect& suspect, const Accumulation& group) const;

 private:
  /// Where the books of a new subtree are kept: the nearest old object above it in the dominator tree, by name and not
  /// by store. What it retains is all that came less all that went. None when nobody below the root does.
  [[nodiscard]] NodeIndex account_of(std::uint32_t top) const;
  /// What `accounts` retained at each snapshot, nested ones counted once.
  [[nodiscard]] std::vector<double> retained_by(const std::vector<std::uint32_t>& accounts) const;
  /// The levels of accounts that let go of about as much as `group` brought; empty where nothing shows that.
  [[nodiscard]] std::vector<double> replaced_levels(const Accumulation& group, double new_bytes) const;
  /// Whether there are about as many more objects of the class that `group` mostly consists of as it brought.
  [[nodiscard]] bool class_grew(const Accumulation& group) const;
  void set_levels(Suspect& suspect, const Accumulation& group) const;
  [[nodiscard]] GrowthJudgement judge_bytes(const Suspect& suspect, const Accumulation& group) const;
  /// New objects of the class that most of the group's bytes are of, added up in the order in which they came. Empty
  /// unless the class has that many more objects at each snapshot than at the first, to a tenth: then none of them
  /// went.
  [[nodiscard]] std::vector<double> confirmed_counts(const Accumulation& group) const;

  const SeriesView& view_;
  mutable series::DominatedSet below_accounts_;
  std::unordered_map<std::uint32_t, double> new_under_;  // per account: bytes of all accumulations
};

}  // namespace heapdiff
