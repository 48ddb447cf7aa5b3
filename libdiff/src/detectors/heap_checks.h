#pragma once
// The one place where the facts of a suspect's sentences are counted on the heap. Detectors word them.

#include "detectors/detector.h"
#include "heapdiff/diff/fact.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace heapdiff::detectors {

/// A function literal as a reader finds it, "beat (/app/x.js:12)", and how many items are closures of it.
struct LiteralShare {
  std::string literal;
  Fact count;
};

/// A variable of a scope and what it keeps.
struct VariableSize {
  std::string name;
  Fact bytes;
};

/// A class and the number of its objects.
struct ClassShare {
  std::string name;
  Fact count;
};

/// Counts on one accumulation. A check that fails gives nothing, and what would be said of it is not said. Each count
/// walks the graph itself: O(nodes) at most, where nothing else is said. What several counts need is kept. Refers to
/// its argument. Not for several threads.
class HeapChecks {
 public:
  explicit HeapChecks(const Candidate& candidate);

  // Objects of one class. `name` is a class as Suspect::constructor spells it.
  /// What gained() counts, by the snapshot that first had them.
  [[nodiscard]] std::vector<double> counted(std::string_view name) const;
  [[nodiscard]] Fact gained(std::string_view name) const;
  /// One entry for each snapshot after the first.
  [[nodiscard]] std::vector<Fact> gained_by_step(std::string_view name) const;
  /// None when the holders refer to none of them.
  [[nodiscard]] std::optional<Fact> gained_directly(std::string_view name) const;
  /// Those of the items that the holders refer to, whatever their class. None below one.
  [[nodiscard]] std::optional<Fact> items_held() const;
  [[nodiscard]] std::optional<Fact> items_with_keys() const;
  [[nodiscard]] Fact items() const;
  /// Whether something that is no array of a store is new.
  [[nodiscard]] bool has_new_objects() const;
  [[nodiscard]] std::vector<ClassShare> items_by_class() const;  ///< most bytes first
  /// Whether the holders refer to items of every interval, and to more items than there are holders; or their own
  /// stores are a tenth of the growth.
  [[nodiscard]] bool holders_gain() const;
  [[nodiscard]] std::optional<Fact> kept_by_another(std::string_view name) const;
  [[nodiscard]] std::optional<Fact> longest_chain(std::string_view name) const;
  /// Objects in the heap at the first and at the last snapshot; none when there are not more.
  [[nodiscard]] std::optional<std::pair<Fact, Fact>> heap_counts(std::string_view name) const;
  /// Proof that no object of the class went away: between any two snapshots the heap gained as many as are alive.
  [[nodiscard]] std::optional<Fact> none_left(std::string_view name) const;
  /// Proof that objects of every interval are alive, those of none by less than half of the most.
  [[nodiscard]] std::optional<Fact> every_interval_remains(std::string_view name) const;
  /// Classes of the program of which each of the `contexts` brings a whole number of objects, most bytes first.
  [[nodiscard]] std::vector<ClassShare> brought_by_each(double contexts, std::string_view but) const;
  /// New objects that carry what belongs to one request, where there are some; with their class.
  [[nodiscard]] std::optional<ClassShare> contexts() const;

  // Holders.
  [[nodiscard]] Fact places() const;
  /// Proof that all holders are in the first snapshot, with type and name. None for roots and for what has no id.
  [[nodiscard]] std::optional<Fact> holders_are_old() const;
  [[nodiscard]] std::optional<Fact> store_growth() const;

  // Functions that are items, or that items keep as listener or callback.
  /// Most frequent first.
  [[nodiscard]] std::vector<LiteralShare> literals() const;
  [[nodiscard]] Fact functions() const;
  /// Whether Node's own code made all of the functions; false without functions.
  [[nodiscard]] bool functions_are_of_runtime() const;
  [[nodiscard]] std::optional<Fact> once_listeners() const;
  /// Different scopes of these functions.
  [[nodiscard]] std::optional<Fact> scopes() const;
  /// Whether the first scope below the holder on the path is one of these.
  [[nodiscard]] bool path_scope_is_of_functions() const;
  /// Names of functions whose scope is the first one below the holder on the path, at most five.
  [[nodiscard]] std::vector<std::string> sharers_of_scope() const;
  /// The variables of the first scope below the holder on the path that keep most, largest first; at most three. What
  /// something else refers to as well is left out.
  [[nodiscard]] std::vector<VariableSize> variables() const;
  /// Listeners of the suspect's emitter and event; none when they did not become more.
  [[nodiscard]] std::optional<std::pair<Fact, Fact>> listeners() const;

  // New timers.
  struct Timers {
    Fact all;
    Fact pending;    ///< on the runtime's lists
    Fact gone;       ///< on none
    Fact repeating;  ///< of the pending ones
    Fact once;
  };
  [[nodiscard]] std::optional<Timers> timers() const;
  /// Duration of the list that the path shows; none where it shows none.
  [[nodiscard]] std::optional<Fact> timer_period() const;
  [[nodiscard]] std::optional<std::pair<Fact, Fact>> pending_timers() const;

  // Promises and generators.
  /// New reactions in the accumulation.
  [[nodiscard]] std::optional<Fact> waiters() const;
  [[nodiscard]] std::optional<Fact> waiters_of_holder() const;
  /// New promises that hang from a reaction of another one, and so wait for it, by which of the two is older.
  struct Waits {
    Fact for_older;  ///< the promise that they wait for is in an earlier snapshot than they are
    Fact for_newer;
  };
  [[nodiscard]] std::optional<Waits> waits() const;
  /// Proof that the promise from which most new ones hang is pending; none when it has no reactions.
  [[nodiscard]] std::optional<Fact> waiters_of_head() const;
  [[nodiscard]] std::optional<Fact> suspended() const;
  [[nodiscard]] std::optional<Fact> generators() const;
  /// Whether more than half of the items are generators.
  [[nodiscard]] bool most_items_are_generators() const;
  /// The function that made the most items, with their number.
  [[nodiscard]] std::optional<LiteralShare> generator_function() const;

  // Memory.
  [[nodiscard]] Fact new_bytes() const;
  /// By gained(); none without such objects.
  [[nodiscard]] std::optional<Fact> bytes_for_each(std::string_view name) const;
  [[nodiscard]] Fact off_heap_bytes() const;
  [[nodiscard]] Fact in_heap_bytes() const;
  [[nodiscard]] Fact buffers() const;
  [[nodiscard]] Fact views() const;
  [[nodiscard]] std::optional<Fact> bytes_per_buffer() const;

  // DOM.
  [[nodiscard]] std::vector<ClassShare> detached_nodes() const;  ///< most frequent first
  [[nodiscard]] Fact dom_nodes() const;
  /// Proof that the document's nodes are told from detached ones: there are some that are not.
  [[nodiscard]] std::optional<Fact> attached_nodes() const;

  // Pools, modules and registries.
  /// The collections of the pool that refer to items, by property.
  [[nodiscard]] std::vector<ClassShare> books(std::uint64_t pool_id) const;
  /// The most items that are modules of one file; none below two.
  [[nodiscard]] std::optional<Fact> modules_of_one_file() const;
  /// Cells of a FinalizationRegistry whose target only the held value keeps.
  [[nodiscard]] std::optional<Fact> self_held_cells() const;
  [[nodiscard]] std::optional<Fact> cells() const;
  [[nodiscard]] std::optional<Fact> cell_targets() const;  ///< none where no target is alive
  /// WeakRef items whose target is gone.
  [[nodiscard]] std::optional<Fact> dead_references() const;

  // Strings.
  struct Slices {
    Fact slices;
    Fact parents;
    Fact parent_bytes;
    Fact bytes_per_slice;
    Fact slice_bytes;
  };
  [[nodiscard]] std::optional<Slices> slices() const;
  [[nodiscard]] Fact text_bytes() const;
  [[nodiscard]] Fact text_pieces() const;

  // Code that was evaluated at run time.
  struct EvaluatedCode {
    Fact looked_at;
    Fact evaluated;
    std::optional<Fact> scripts;
    std::optional<Fact> lowest_id;
    std::optional<Fact> highest_id;
    std::string start;  ///< of one script's text, up to its first literal
  };
  [[nodiscard]] std::optional<EvaluatedCode> evaluated_code() const;

 private:
  [[nodiscard]] double total(std::string_view name) const;
  /// Fills held_, members_ and shared_. O(edges of the holders and their stores).
  void look_into_stores() const;
  [[nodiscard]] const std::vector<std::uint32_t>& held() const;  ///< members that holders refer to, sorted
  /// The items, and new objects next to them in a store that another place of the program refers to as well, so that
  /// they are counted there: the newest entry is often the current one, too. Sorted.
  [[nodiscard]] const std::vector<std::uint32_t>& members() const;
  [[nodiscard]] const std::vector<std::uint32_t>& new_objects() const;         ///< of the accumulation, and the members
  [[nodiscard]] std::pair<double, double> chain(std::string_view name) const;  ///< kept by another, longest
  /// The items; all new objects of the suspect's class where most of these hang from one another.
  [[nodiscard]] std::vector<std::uint32_t> subjects() const;
  [[nodiscard]] std::vector<NodeIndex> functions_of_items() const;
  [[nodiscard]] NodeIndex scope_on_path() const;
  [[nodiscard]] std::optional<ClassShare> find_contexts() const;
  [[nodiscard]] const std::string& class_of(NodeIndex n) const;
  /// Whether the class of a new object may pass `test`, which takes its name. False: none does, so that the objects,
  /// which may be millions, need not be looked at.
  template <class Test>
  [[nodiscard]] bool may_have_class(Test test) const {
    return !members_are_items() ||
           std::any_of(c_.group.class_counts.begin(), c_.group.class_counts.end(), [&](const auto& counted) {
             return test(std::string_view(c_.heap.classes.info(ClassIndex(counted.first)).name));
           });
  }
  /// Whether no object of another group is a member.
  [[nodiscard]] bool members_are_items() const;
  /// Whether no new object dominates an object of the class of this name.
  [[nodiscard]] bool all_are_roots(std::string_view name) const;

  /// Whether nodes are of the class of one name. Each class is compared once. `name` and `checks` have to outlive it.
  class ClassTest {
   public:
    ClassTest(const HeapChecks& checks, std::string_view name);
    [[nodiscard]] bool operator()(std::uint32_t n);

   private:
    enum class Known : std::uint8_t { unknown, no, yes };
    const HeapChecks& checks_;
    std::string_view name_;
    std::vector<Known> known_;  // by ClassIndex
  };

  const Candidate& c_;
  const SnapshotGraph& graph_;
  mutable std::optional<std::vector<std::uint32_t>> held_;
  mutable std::optional<std::vector<std::uint32_t>> members_;
  mutable std::vector<std::uint32_t> shared_;  // members that are no items
  mutable std::optional<std::vector<std::uint32_t>> new_objects_;
  mutable std::unordered_map<std::uint32_t, std::string> class_names_;  // by ClassIndex
  mutable std::map<std::string, std::pair<double, double>, std::less<>> chains_;
  mutable std::optional<std::optional<ClassShare>> contexts_;
};

}  // namespace heapdiff::detectors
