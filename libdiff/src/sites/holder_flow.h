#pragma once
// By which variables and parameters a script stores into a holder that the heap names.

#include "sites/functions_by_name.h"
#include "sites/holder_words.h"
#include "sites/statement_rank.h"
#include "sites/store_operations.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff::sites {

/// One statement that reaches the holder by another name.
struct HolderUse {
  std::size_t anchor = 0;
  std::optional<Match> match;  ///< none for the call that hands the holder over
  Trait trait = Trait::fills_parameter;
  std::string note;
};

class HolderFlow {
 public:
  /// All arguments must outlive it. `budget` bounds the tokens that are looked at, over all searches of a caller.
  HolderFlow(const CodeModel& code, const StoreHint& hint, HolderWords& words, FunctionsByName& functions,
             std::size_t& budget)
      : code_(code), hint_(hint), words_(words), functions_(functions), budget_(budget) {}

  /// Whether the hint names a holder that values are put into.
  [[nodiscard]] bool takes_values() const noexcept;

  /// The holder as an argument, at token `holder`: `append(recent, entry)` stores into it when `append` stores into
  /// that parameter.
  [[nodiscard]] std::vector<HolderUse> handed_over(std::size_t holder);

  /// Whether a variable has an element of the holder: `inner = byTenant.get(tenant)`, `for (const inner of all)`.
  [[nodiscard]] bool is_element(std::size_t receiver);

  /// Whether token `i` is the `=` that gives the holder a new value: `this.head = node`, `this.undo = [...this.undo,
  /// op]`. Declarations and empty values do not count, because they add nothing.
  [[nodiscard]] bool is_replaced(std::size_t i);

  /// Whether the holder itself is stored into: `a.set(` and `a[b] =`, but not `a.get(b).set(` or `a[b][c] =`.
  [[nodiscard]] bool stands_alone(const Match& match) const noexcept;

 private:
  const CodeModel& code_;
  const StoreHint& hint_;
  HolderWords& words_;
  FunctionsByName& functions_;
  std::size_t& budget_;
};

}  // namespace heapdiff::sites
