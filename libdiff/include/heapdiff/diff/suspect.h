#pragma once
// Suspects: the places of a heap where new objects pile up.

#include "heapdiff/diff/age_source.h"
#include "heapdiff/diff/fact.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/growth.h"
#include "heapdiff/diff/held_name.h"
#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/diff/leak_kind.h"
#include "heapdiff/diff/site.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// One step of a retaining path: an edge and the node that it leads to.
struct SuspectStep {
  std::string edge;
  EdgeType edge_type = EdgeType::property;
  std::string node;  ///< class; of a function its name
  NodeType node_type = NodeType::object;
  std::string node_type_name;  ///< as the file spells it, also for a type that heapdiff does not know
  std::uint64_t node_id = 0;
  std::uint32_t repeats = 1;  ///< equal steps in a row that this one stands for
};

/// How many of a suspect's new objects have an allocation stack. V8 records stacks for a part of all objects only.
struct TraceCoverage {
  std::uint64_t objects = 0;
  std::uint64_t traced_objects = 0;
  std::uint64_t bytes = 0;
  std::uint64_t traced_bytes = 0;
};

/// An object that existed before, that is no holder of a suspect, and that keeps the suspect's new objects as well.
struct OtherHolder {
  std::string holder;                ///< class
  std::string label;                 ///< property or variable that it is reached by; may be empty
  std::string content;               ///< class of what it refers to
  std::uint64_t holder_id = 0;       ///< node id in the last snapshot
  std::uint64_t references = 0;      ///< new objects that it refers to
  std::vector<std::int64_t> counts;  ///< objects of class `content` that it refers to at the end, by when they had come
  bool grows = false;                ///< `counts` rise and do not level off
  bool must_be_cut = false;          ///< without it, cutting the suspect's holders and all others frees less
  std::string place;                 ///< as Suspect::place
};

/// Objects of an accumulation that have something in common: an event, a function, a class.
struct AlikeCount {
  enum class Of : std::uint8_t { event, function, shape };
  Of of = Of::shape;
  std::string name;  ///< event with data folded, function with its place, or class
  std::int64_t count = 0;
};

/// A name that a build changed, by a source map.
struct RenamedWord {
  std::string in_heap;
  std::string in_source;
  bool is_variable = false;  ///< else a class or function
};

/// One accumulation point, or many with the same folded path. No new object belongs to two suspects.
struct Suspect {
  LeakKind kind = LeakKind::unknown;
  bool compared = false;               ///< found by comparing with another process: nothing says when the objects came
  std::string why;                     ///< why it leaks: two or three sentences with names and numbers of this heap
  std::vector<std::string> ruled_out;  ///< what this is not, and how that is known
  std::vector<Statement> statements;   ///< the sentences of `why` and `ruled_out`, with what they rest on
  LeakCause cause = LeakCause::none;
  std::optional<Fact> counted;  ///< what a reader counts, where that is not `object_count_growth`: waiters, contexts
  bool holder_gains = true;     ///< the holders refer to more and more new objects; false where these hang on a chain
  std::vector<OtherHolder> other_holders;  ///< those that keep most first; of the first three suspects only
  std::int64_t off_heap_bytes = 0;         ///< memory of the new objects outside the JavaScript heap
  std::string constructor;                 ///< class of the growing objects
  std::string holder;                      ///< class of what holds them
  std::uint64_t holder_id = 0;             ///< node id of the holder on `path`, in the last snapshot
  std::uint64_t new_object_id = 0;         ///< node id of the new object on `path` that represents all of them
  std::string label;                       ///< property or variable that holds the collection
  std::string event;                       ///< for listeners: the event, data folded
  std::string emitter;                     ///< for listeners: class of the emitter
  std::uint64_t holder_count = 0;          ///< accumulation points with this path
  std::int64_t object_count_growth = 0;    ///< new objects of class `constructor`: see FactKind::gained
  std::int64_t new_objects = 0;            ///< new objects of any class
  std::int64_t growth_bytes = 0;           ///< last level less first level
  std::vector<double> levels;              ///< bytes, one per snapshot
  std::vector<double>
      instances;  ///< objects of class `constructor` alive at the end, by the snapshot that first had them
  bool levels_are_retained = false;  ///< levels are retained sizes of the holders; else survivors by cohort
  Trajectory trajectory = Trajectory::flat;
  ClockKind clock = ClockKind::steps;  ///< under which the trajectory was found
  bool keeps_cohorts = true;           ///< what came in the early steps is still there, as far as that can be seen
  std::optional<Rate> rate;
  std::optional<double> detectable_rate;    ///< bytes per hour: the smallest rate that this series could have shown
  std::vector<SuspectStep> path;            ///< from the heap's root past the holder into the new object
  std::vector<FunctionPosition> functions;  ///< nearest to the leaked object first
  StoreHint hint;
  std::optional<TraceCoverage> traces;  ///< where the last snapshot has allocation stacks
  std::uint64_t fix_frees_bytes = 0;    ///< becomes unreachable when the holders' edges into the new objects are cut
  std::uint64_t fix_frees_store_bytes = 0;     ///< part of it: what the stores of the holders grew by
  std::uint64_t fix_frees_together_bytes = 0;  ///< the same when the edges of the other holders are cut as well
  std::string signature;                       ///< equal in all runs of a program; see suspects/signature.h
  std::vector<HeldName> held_names;            ///< what it is made from
  std::vector<RenamedWord> renamed;            ///< of its class, holder and variable; see find_sites()
  std::string place;                ///< digest of the folded path alone: equal for other objects at the same place too
  std::int64_t retained_bytes = 0;  ///< of one file only: what its objects keep, and the stores that hold them
  bool shape_convicts = false;      ///< of one file only: no healthy program has so many of these at one place
  std::vector<AlikeCount> alike;    ///< of one file only: of what its objects are many, most first
  std::vector<std::uint64_t> subtree_root_ids;  ///< node ids of the roots of its new subtrees; shared with no suspect
};

/// Whether `label` names not the holder but a collection that the holder is an element of.
[[nodiscard]] bool is_element_of_label(const Suspect& suspect);

/// A class that has more objects in each snapshot than in the one before.
struct RisingClass {
  std::string name;
  std::vector<std::int64_t> counts;        ///< objects, one entry per snapshot
  std::int64_t retained_growth_bytes = 0;  ///< last less first
};

/// All new bytes of a series, each in exactly one of five buckets: suspects, overhead, dismissed, replaced,
/// unattributed.
struct Findings {
  std::vector<Suspect> suspects;        ///< leaks, worst first, at most 20
  std::vector<Suspect> dismissed;       ///< places that grew, and levelled off or went up and down
  std::int64_t new_bytes = 0;           ///< objects first seen after the first snapshot, and growth of older stores
  std::int64_t suspect_bytes = 0;       ///< bucket: what the suspects own
  std::int64_t overhead_bytes = 0;      ///< bucket: compiled code, feedback, hidden classes
  std::int64_t dismissed_bytes = 0;     ///< bucket: what the dismissed places own
  std::int64_t replaced_bytes = 0;      ///< bucket: places that lost as much as they gained
  std::int64_t unattributed_bytes = 0;  ///< bucket: places too small to report, and those after the last suspect
  /// Bytes of the heap at each snapshot without overhead and without places that levelled off or are replaced.
  std::vector<double> unexplained_levels;
  /// How these levels move when there is no suspect. Steady growth that nobody owns forbids a verdict of "no leak".
  Trajectory unexplained = Trajectory::flat;
  double unexplained_bytes = 0;             ///< growth over the series that `unexplained` describes
  bool unexplained_is_scattered = false;    ///< `unexplained` describes many places that are too small to report
  bool order_is_disputed = false;           ///< nothing proves the order of the snapshots: growth may be shrinkage
  bool by_constructor_only = false;         ///< snapshots of several processes: objects were not followed, no suspects
  bool fresh_ids = false;                   ///< with it: the snapshots are of Bun, and possibly of one process
  std::vector<RisingClass> rising_classes;  ///< with `fresh_ids`: those that rise evenly, the program's own first
  double smallest_bytes = 0;                ///< growth over the series below which a place is not reported
  AgeSource ages = AgeSource::snapshots;    ///< what "new" means in these findings
  std::int64_t module_count = 0;            ///< of one file only: records of loaded modules, which are no accumulation
};

/// Judges the last snapshot with the facts of all snapshots. `facts` has one entry per snapshot, with that of the last
/// one; `clocks` are those of the series, from clocks_of(). Throws Error{internal} when the buckets of new
/// bytes do not sum up, which would be a bug. O((nodes + edges) log nodes).
[[nodiscard]] Findings find_suspects(const Heap& last, std::span<const Facts> facts, std::span<const Clock> clocks);

/// The accumulations of one heap, those that keep most first: `suspects` without growth and without rates. `only` are
/// its facts. O((nodes + edges) log nodes).
[[nodiscard]] Findings find_accumulations(const Heap& heap, const Facts& only);

}  // namespace heapdiff
