#include "sites/statement_rank.h"

#include <array>

namespace heapdiff::sites {
namespace {

// The points are ranks, not measurements. What counts is their order:
//   - a call that registers exactly the leaked closure beats all else (100 and more);
//   - then come statements that name what the heap names: the holder (90), the event (100 with its place);
//   - then the leaked closure's own position (60), which is certain and is only a definition;
//   - then guesses: statements of the right form in a function on the path (40), in its script (20), anywhere (10);
//   - what the heap refutes gets less than nothing, and is not listed.
constexpr std::array<RankRow, kTraits> kRows = {{
    {Trait::registers_parameter, 110, Proof::statement,
     "the leaked closure is the argument for a parameter, and this call registers that parameter"},
    {Trait::registers_closure, 100, Proof::statement, "this call registers the leaked closure itself"},
    {Trait::stores_in_callee, 40, Proof::none,
     "a statement of the right form in the function that gets the leaked closure, with another argument"},
    {Trait::hands_closure_on, 50, Proof::none,
     "the leaked closure is handed to a function; which statement there keeps it is not known"},
    {Trait::hands_closure_away, 32, Proof::none,
     "the leaked closure is handed to a function of another script, for a kind of store that need not keep it"},
    {Trait::in_function, 40, Proof::none, "in a function on the retaining path"},
    {Trait::in_script, 20, Proof::none, "in a script whose scope is on the retaining path"},
    {Trait::anywhere, 10, Proof::none, "somewhere in the script of a function on the retaining path"},
    {Trait::calls_package, 5, Proof::none, "the program calls the package that keeps the objects, for any purpose"},
    {Trait::leaked_function, 60, Proof::none,
     "the leaked closure is written here: certain, and where it is made rather than where it is kept"},
    {Trait::suspended_function, 35, Proof::none,
     "the suspended function: certain, and the statement at which it waits is in it, further down"},
    {Trait::leaked_class, 30, Proof::none, "the class of the leaked objects: certain, and no statement"},
    {Trait::path_function, 12, Proof::none, "a function or class of the path, which was there before"},
    {Trait::beside_function, 6, Proof::none, "a function that can reach the holder, as many others can"},

    {Trait::names_holder, 50, Proof::statement, "it stores into what the retaining path names"},
    {Trait::names_element, 50, Proof::statement, "it stores into a variable that got an element of the holder"},
    {Trait::names_outer_holder, 20, Proof::statement,
     "it stores into the collection that has the growing one as an element"},
    {Trait::fills_parameter, 50, Proof::statement, "it stores into a parameter for which a call hands the holder over"},
    {Trait::hands_holder_over, 49, Proof::statement, "it hands the holder to a function that stores into it"},
    {Trait::replaces_holder, 30, Proof::statement,
     "it gives the holder a new value; less than a statement that adds to the holder"},
    {Trait::waits_for_holder, 50, Proof::statement, "it waits for the promise that the retaining path names"},
    {Trait::waits_for_itself, 60, Proof::statement,
     "the promises are a chain, and this async function returns or awaits a call of itself"},
    {Trait::waits_for_new, -50, Proof::refuted,
     "it waits for a promise that it makes, and the holder was there before"},
    {Trait::other_collection, -30, Proof::refuted, "it stores into something with another name"},
    {Trait::same_form, 5, Proof::none, "property or variable, as the retaining path has it"},
    {Trait::names_owner, 25, Proof::statement, "its receiver is reached by a name of the retaining path"},
    {Trait::names_further_owner, 5, Proof::none, "and by a second one"},
    {Trait::event_fits, 60, Proof::statement, "it names the event that the heap names"},
    {Trait::other_event, -100, Proof::refuted, "it names another event"},
    {Trait::makes_instance, 0, Proof::statement, "it makes an object of the class that grows"},
    {Trait::served_by_runtime, 40, Proof::statement, "a call of the one kind that makes the runtime keep such objects"},

    {Trait::runs_again, 8, Proof::none, "in a loop, or in a function that a loop calls"},
    {Trait::runs_once, -200, Proof::refuted, "runs once, when its script is loaded"},
    {Trait::once_per_holder, -200, Proof::refuted,
     "runs once for each holder, right after it was made, and the holder was there at the first snapshot"},
    {Trait::is_drained, -40, Proof::refuted, "stores into a list that its script empties, and that is not the holder"},
}};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].trait) != i || kRows[i].reason.empty()) {
      return false;
    }
  }
  return true;
}
static_assert(rows_are_in_order());

}  // namespace

std::span<const RankRow> rank_table() noexcept { return kRows; }

int Traits::score() const noexcept {
  int sum = 0;
  for (const RankRow& row : kRows) {
    sum += has(row.trait) ? row.points : 0;
  }
  return sum;
}

bool Traits::is_proven() const noexcept {
  bool proven = false;
  for (const RankRow& row : kRows) {
    proven |= row.proof == Proof::statement && has(row.trait);
  }
  return proven && !is_refuted();
}

bool Traits::is_refuted() const noexcept {
  for (const RankRow& row : kRows) {
    if (row.proof == Proof::refuted && has(row.trait)) {
      return true;
    }
  }
  return false;
}

}  // namespace heapdiff::sites
