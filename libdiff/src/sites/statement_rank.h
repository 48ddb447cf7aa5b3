#pragma once
// The ranking of candidate lines: what may be known of one, what each of these facts is worth, and why.

#include "heapdiff/diff/site.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace heapdiff::sites {

/// A fact about a candidate. The table in statement_rank.cpp has one row for each, in this order.
enum class Trait : std::uint8_t {
  // How the candidate was reached. Exactly one of these holds.
  registers_parameter,
  registers_closure,
  stores_in_callee,
  hands_closure_on,
  hands_closure_away,
  in_function,
  in_script,
  anywhere,
  calls_package,
  leaked_function,
  suspended_function,
  leaked_class,
  path_function,
  beside_function,
  // What it works on.
  names_holder,
  names_element,
  names_outer_holder,
  fills_parameter,
  hands_holder_over,
  replaces_holder,
  waits_for_holder,
  waits_for_itself,
  waits_for_new,
  other_collection,
  same_form,
  names_owner,
  names_further_owner,
  event_fits,
  other_event,
  makes_instance,
  served_by_runtime,
  // How often it runs.
  runs_again,
  runs_once,
  once_per_holder,
  is_drained,
};
inline constexpr std::size_t kTraits = static_cast<std::size_t>(Trait::is_drained) + 1;

/// What a trait proves about the line.
enum class Proof : std::uint8_t {
  none,
  statement,  ///< the line is where the leaked objects are stored or made
  refuted,    ///< the line cannot be where the leak grows
};

struct RankRow {
  Trait trait;
  int points;
  Proof proof;
  std::string_view reason;
};

/// One row for each trait, in the order of the enumeration.
[[nodiscard]] std::span<const RankRow> rank_table() noexcept;

/// A set of traits.
class Traits {
 public:
  Traits() = default;
  explicit Traits(Trait one) { add(one); }
  void add(Trait trait) noexcept { bits_ |= std::uint64_t{1} << static_cast<unsigned>(trait); }
  [[nodiscard]] bool has(Trait trait) const noexcept { return (bits_ >> static_cast<unsigned>(trait) & 1U) != 0; }

  /// The sum of the points of all traits.
  [[nodiscard]] int score() const noexcept;
  /// Whether a trait proves the line, and no other refutes it.
  [[nodiscard]] bool is_proven() const noexcept;
  [[nodiscard]] bool is_refuted() const noexcept;

 private:
  std::uint64_t bits_ = 0;
};

static_assert(kTraits <= 64);

}  // namespace heapdiff::sites
