#pragma once
// Which tokens of a script name the holder or an object on the retaining path to it.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"
#include "sites/store_operations.h"

#include <cstddef>
#include <string_view>
#include <unordered_set>

namespace heapdiff::sites {

/// The name without its form: "entries" for `#entries` and `<symbol entries>`.
[[nodiscard]] std::string_view plain_name(std::string_view name) noexcept;

/// Compares tokens with the names of a hint. Refers to its arguments; they must outlive it.
class HolderWords {
 public:
  HolderWords(const CodeModel& code, const StoreHint& hint)
      : code_(code), hint_(hint), holder_(plain_name(hint.holder_name)) {}

  /// The holder's plain name; empty when it has none.
  [[nodiscard]] std::string_view holder() const noexcept { return holder_; }

  /// Whether a token follows a dot: whether it is a property.
  [[nodiscard]] bool is_member(std::size_t token) const;

  /// Whether a token names the holder. A symbol is named by the variable that `Symbol('its description')` was assigned
  /// to.
  [[nodiscard]] bool is_holder(std::size_t token);

  /// The token `kEntries` in `this[kEntries].push(`; kNone elsewhere.
  [[nodiscard]] std::size_t symbol_before(std::size_t anchor) const;

  /// How many names in a receiver are on the retaining path: two in `shutdown.signal.addEventListener(`.
  [[nodiscard]] int owners_named(std::size_t receiver) const;

  /// Whether a statement waits for the holder: `gate` in `await gate`, `Promise.race([work, gate])`, `gate.then(`.
  [[nodiscard]] bool waits_for_holder(const Match& match);

 private:
  const CodeModel& code_;
  const StoreHint& hint_;
  std::string_view holder_;
  std::unordered_set<std::string_view>
      symbols_;  ///< variables with the holder's symbol, and an empty text once they were searched
};

}  // namespace heapdiff::sites
