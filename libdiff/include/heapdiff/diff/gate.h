#pragma once
// Gates: limits on growth. They are judged by the confidence interval of what was measured, not by the estimate.

#include "heapdiff/diff/captures.h"
#include "heapdiff/diff/growth.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

enum class GateMetric {
  leak,          ///< a suspect that is shown to leak
  rate,          ///< growth of the whole heap
  suspect_rate,  ///< growth of the largest suspect
  growth,        ///< growth of the whole heap over the series, or per operation
  listeners,     ///< listeners of all suspects
  new_suspects,  ///< a suspect that the baseline does not know
};
enum class GatePer { series, hour, operation };

struct GateRule {
  std::string text;  ///< as given
  GateMetric metric = GateMetric::leak;
  double limit = 0;  ///< bytes or listeners: over the series, per hour or per operation
  GatePer per = GatePer::series;
};

/// "leak", "rate>5MB/h", "suspect-rate>1MB/h", "growth>20MB", "growth>1kB/op", "listeners>0/h", "listeners>0/op",
/// "new-suspects". Sizes in B, kB, MB, GB, KiB, MiB or GiB; times in s, min, h or d. Throws Error{usage}.
[[nodiscard]] GateRule parse_gate(std::string_view text);

struct GateSuspect {
  std::string name;               ///< one line, for the reason
  std::vector<double> levels;     ///< bytes, one per snapshot
  std::vector<double> listeners;  ///< one per snapshot; empty: none of its objects is a listener
  std::vector<double> units;      ///< growing objects, one number per snapshot; empty: not counted
  bool proven = false;            ///< shown to leak, not only to have grown
  bool known = false;             ///< the baseline has it
};

/// What gates need to know of a series.
struct GateEvidence {
  std::vector<double> hours;  ///< one per snapshot from the first, or empty
  std::vector<double> ops;    ///< operations run before each snapshot, or empty
  std::vector<double> heap;   ///< bytes, without compiled code, what levelled off, and what is suppressed
  std::vector<GateSuspect> suspects;
  bool order_is_disputed = false;   ///< no gate is judged
  bool unexplained_growth = false;  ///< the heap grows, and no suspect holds the growth
  bool one_file = false;            ///< no gate is judged: one file does not show what grows
  bool fresh_ids = false;           ///< of Bun: no suspect can be found, however long the series is
};

enum class GateStatus { held, failed, not_enough };

/// The reason of an outcome.
enum class GateCause {
  suspects,        ///< failed: they are shown to leak, or are new
  no_suspects,     ///< held: there are none
  unproven,        ///< not enough: something grew, and may be warm-up
  unexplained,     ///< not enough: the heap grows, and no place is found
  fresh_ids,       ///< not enough: no object of Bun can be followed
  above,           ///< failed: the whole interval
  suspects_above,  ///< failed: the whole interval of what the suspects alone hold
  counted,         ///< failed: too few snapshots for an interval of bytes, but the proven suspects' objects are counted
  by_shape,        ///< failed: hundreds of listeners on one emitter are no warm-up
  below,           ///< held: the whole interval
  below_warm,      ///< held: the whole interval without the first step
  within,          ///< not enough: the limit lies inside the interval
  warm_up,         ///< not enough: without the first snapshot interval the growth is below the limit
  two_points,      ///< not enough: no interval
  one_file,        ///< not enough: there is one snapshot
  disputed_order,  ///< not enough: nothing proves the order of the snapshots
  no_axis,         ///< not enough: the times, or the operations, are not known
};

struct GateResult {
  GateRule rule;
  GateStatus status = GateStatus::not_enough;
  GateCause cause = GateCause::no_axis;
  std::optional<Rate> measured;         ///< in the unit of the rule
  std::vector<std::string> names;       ///< names of the suspects that decided
  std::optional<NextCaptures> next;     ///< the snapshots that would settle it
  GatePer next_axis = GatePer::series;  ///< unit of `next->apart`: hours, operations, or none
};

[[nodiscard]] GateResult judge_gate(const GateRule& rule, const GateEvidence& evidence);

}  // namespace heapdiff
