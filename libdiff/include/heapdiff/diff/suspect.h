#pragma once
// Who is to blame: places that hold ever more new objects.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/growth.h"
#include "heapdiff/diff/site.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

struct SuspectStep {
  std::string edge;
  EdgeType edge_type = EdgeType::property;
  std::string node;
  std::string node_type;
  std::uint64_t node_id = 0;
  std::uint32_t repeats = 1;
};

/// How much of a suspect's new objects has an allocation stack: a sample, never an account.
struct TraceCoverage {
  std::uint64_t objects = 0;
  std::uint64_t traced_objects = 0;
  std::uint64_t bytes = 0;
  std::uint64_t traced_bytes = 0;
};

/// One accumulation point, or many of one shape. Suspects own disjoint sets of new objects.
struct Suspect {
  std::string kind = "unknown";            ///< as in the report's schema
  std::string why;                         ///< why it leaks: two or three sentences with names and numbers of this heap
  std::vector<std::string> ruled_out;      ///< what this is not, and how that is known
  std::vector<std::string> other_holders;  ///< further old objects that refer to the new ones directly
  std::int64_t off_heap_bytes = 0;         ///< of the new objects: memory outside the JavaScript heap
  std::string constructor;                 ///< of the growing objects
  std::string holder;                      ///< class of what holds them
  std::uint64_t holder_id = 0;             ///< node id of the holder on `path`, in the last snapshot
  std::uint64_t top_id = 0;                ///< node id of the new object that the holder's path leads to: one for all
  std::string label;                       ///< property or variable that holds the collection
  std::string event;                       ///< folded, for listeners
  std::string emitter;                     ///< class of the emitter, for listeners
  std::uint64_t holder_count = 0;          ///< accumulation points of this shape
  std::int64_t object_count_growth = 0;
  std::int64_t new_objects = 0;  ///< objects of any class
  std::int64_t growth_bytes = 0;
  std::vector<double> levels;        ///< bytes, one per snapshot
  std::vector<double> instances;     ///< growing instances alive at the end, by the snapshot they were first seen in
  bool levels_are_retained = false;  ///< retained sizes of the holders; else survivors by cohort
  Trajectory trajectory = Trajectory::flat;
  bool keeps_cohorts = true;  ///< what came in the earlier steps is still there, as far as that can be seen
  std::optional<Rate> rate;
  std::optional<double> detectable_rate;  ///< bytes per hour: the smallest that this series could have shown
  std::vector<SuspectStep> path;
  std::vector<FunctionPosition> functions;  ///< nearest to the leaked object first
  StoreHint hint;
  std::optional<TraceCoverage> traces;  ///< only where the last snapshot has allocation stacks
  std::uint64_t fix_frees_bytes = 0;    ///< unreachable once the holders' edges into the new objects are cut
  std::string signature;
  std::vector<std::uint64_t> top_ids;  ///< roots of the new subtrees it owns; no object lies under two suspects' roots
};

struct Findings {
  std::vector<Suspect> suspects;        ///< leaks, worst first
  std::vector<Suspect> dismissed;       ///< grew, and levelled off or went up and down
  std::int64_t new_bytes = 0;           ///< in objects first seen after the first snapshot
  std::int64_t artefact_bytes = 0;      ///< of these, compiled code, feedback, shapes
  std::int64_t dismissed_bytes = 0;     ///< of these, what the dismissed groups own
  std::int64_t replaced_bytes = 0;      ///< of these, in places that let go of as much as they took up
  std::int64_t unattributed_bytes = 0;  ///< of these, in groups too small for a word, or beyond the last suspect
  /// Bytes of the heap at each snapshot, less artefacts and less what is known to have levelled off or to be replaced;
  /// and how they, or else the places too small for a word together, move when no suspect explains it: steady growth
  /// that belongs to nobody forbids a verdict of "no leak".
  std::vector<double> unexplained_levels;
  Trajectory unexplained = Trajectory::flat;
  double unexplained_bytes = 0;           ///< growth over the series that `unexplained` speaks of
  bool unexplained_is_scattered = false;  ///< it is that of many places, each too small for a word
  bool by_constructor_only = false;       ///< not of one process: nothing was followed, there are no suspects
  double smallest_bytes = 0;              ///< growth over the series below which a group is not worth a word
};

/// Judges the last snapshot with what is known of the earlier ones. `facts` has one entry per snapshot, the last one's
/// included; `hours` their times from the first, or empty. O(nodes + edges).
[[nodiscard]] Findings find_suspects(const Heap& last, std::span<const Facts> facts, std::span<const double> hours);

}  // namespace heapdiff
