#pragma once
// Numbers that the sentences of a suspect rest on. Each is the result of a check on the heap.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace heapdiff {

namespace detectors {
class HeapChecks;
}

/// What a number counts. `subject` is the class, function, variable or collection that the kind speaks of, and `step`
/// the snapshot. "New" objects came after the first snapshot and are alive in the last one.
enum class FactKind : std::uint8_t {
  gained,             ///< new objects of class `subject`: the items; all of the accumulation where most of them hang
                      ///< from one another, or where no item is of that class
  gained_in_step,     ///< those of them that snapshot `step` was the first to have
  gained_directly,    ///< items of class `subject` that the holders or their stores refer to
  items_held,         ///< the same of any class
  items_with_keys,    ///< items that a holder refers to by a property or an element
  items,              ///< what the accumulation is made up of: new objects without stores and without what items keep
  items_of,           ///< items of class `subject`
  kept_by_another,    ///< new objects of class `subject` that another one of them dominates
  longest_chain,      ///< the most of them of which each dominates the next
  waits_for_older,    ///< new promises kept by one that they wait for and that an earlier snapshot has
  waits_for_newer,    ///< new promises kept by one that they wait for and that came after them
  waiters_of_head,    ///< reactions in the list of the promise that keeps most others: it is pending
  brought,            ///< new objects of class `subject` for each context
  heap_count,         ///< objects of class `subject` in the heap at snapshot `step`
  no_loss,            ///< steps in which the heap gained as many objects of class `subject` as are alive of it
  intervals,          ///< steps of which new objects of class `subject` are alive
  holders,            ///< holders, all of which the first snapshot has
  listeners,          ///< registered listeners of `subject` (emitter, blank, event) at snapshot `step`
  functions,          ///< items that are functions, or that keep one as listener or callback; where most objects of
                      ///< the suspect's class hang from one another, all of these
  functions_of,       ///< those whose function literal is `subject`
  once_listeners,     ///< items that are wrappers of `once`
  scopes,             ///< different scopes of these functions
  variable_bytes,     ///< bytes that the variable `subject` of the first scope on the path keeps
  new_timers,         ///< items that are timers
  timers_pending,     ///< those of them that are on the runtime's lists
  timers_gone,        ///< those of them that are on no list: they fired or were cleared
  timers_repeating,   ///< pending ones that repeat
  timers_once,        ///< pending ones that fire once
  timer_period,       ///< milliseconds: the list that the path shows
  pending_timers,     ///< pending timers in the heap at snapshot `step`
  waiters,            ///< new reactions: one for each then(), await and Promise.race() that waits for a promise
  waiters_of_holder,  ///< reactions in the list of the holder, a promise
  suspended,          ///< new suspended async functions
  generators,         ///< new suspended generators
  generators_of,      ///< items that the function `subject` made
  new_bytes,          ///< self sizes of the accumulation's new objects
  off_heap_bytes,     ///< part of new_bytes outside of the JavaScript heap
  in_heap_bytes,      ///< the rest
  buffers,            ///< new objects that own memory outside of the heap
  views,              ///< new views of buffers
  bytes_for_each,     ///< new_bytes by objects of class `subject`
  places,             ///< holders of one path
  bytes_per_buffer,   ///< off_heap_bytes by buffers
  dom_nodes,          ///< new DOM nodes that are in no document
  dom_nodes_of,       ///< those of class `subject`
  attached_nodes,     ///< DOM nodes of the heap that are in a document
  on_the_books,       ///< items that the collection `subject` of the pool refers to
  modules_of_file,    ///< the most items that are modules with the same string as path
  cells,              ///< new cells of a FinalizationRegistry
  self_held_cells,    ///< those whose target only the held value keeps
  cell_targets,       ///< different targets of these cells
  dead_references,    ///< items that are weak references to what is gone
  text_bytes,         ///< self sizes of new strings
  text_pieces,        ///< their number
  slices,             ///< new slices of strings
  slice_parents,      ///< different new strings that they are slices of
  parent_bytes,       ///< self sizes of these
  bytes_per_slice,    ///< parent_bytes by slices
  slice_bytes,        ///< self size of a slice, on average
  contexts,           ///< new objects of class `subject` that carry what belongs to one request
  store_bytes,        ///< what the holders' own stores grew by
  looked_at,          ///< functions among the first 2,000 items
  evaluated,          ///< those of them that come from code that was evaluated at run time
  scripts,            ///< scripts of these
  script_id,          ///< the id of one of these
};

/// One number, with what it counts. Only detectors::HeapChecks makes one, so that a sentence cannot have a number that
/// was not counted on this heap.
class Fact {
 public:
  [[nodiscard]] FactKind kind() const noexcept { return kind_; }
  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] const std::string& subject() const noexcept { return subject_; }
  [[nodiscard]] std::size_t step() const noexcept { return step_; }
  /// The value as people read it, in the unit of its kind: "3,000", "1.2 MB", "1 min".
  [[nodiscard]] std::string text() const;

 private:
  friend class detectors::HeapChecks;
  Fact(FactKind kind, double value, std::string subject = {}, std::size_t step = 0)
      : kind_(kind), value_(value), subject_(std::move(subject)), step_(step) {}

  FactKind kind_;
  double value_;
  std::string subject_;
  std::size_t step_;
};

/// A sentence with the facts that it states, in their order, and those that it rests on.
struct Statement {
  std::string text;
  std::vector<Fact> stated;        ///< their texts occur in `text`, in this order
  std::vector<Fact> proofs;        ///< checked, and not told as a number
  std::vector<std::string> names;  ///< what `text` takes from the heap: classes, functions, variables
  bool rules_out = false;          ///< says what the suspect is not
};

}  // namespace heapdiff
