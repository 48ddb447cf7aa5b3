#pragma once
// Which tokens of a script name the holder, or what leads to it on the retaining path.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"
#include "sites/store_operations.h"

#include <cstddef>
#include <string_view>
#include <unordered_set>

namespace heapdiff::sites {

/// `#entries` and `<symbol entries>` are written as entries or, by the symbol's variable, in a like form: kEntries.
[[nodiscard]] std::string_view plain_name(std::string_view name) noexcept;

/// Compares tokens with the names of a hint. Refers to both; they must outlive it.
class HolderWords {
 public:
  HolderWords(const CodeModel& code, const StoreHint& hint)
      : code_(code), hint_(hint), holder_(plain_name(hint.holder_name)) {}

  /// The holder's name as it is written; empty when it has none.
  [[nodiscard]] std::string_view holder() const noexcept { return holder_; }

  /// Whether a token is what a dot leads to: a property.
  [[nodiscard]] bool is_member(std::size_t token) const;

  /// Whether a token names the holder. A symbol is named by a variable: the one that `Symbol('its description')` is
  /// given to.
  [[nodiscard]] bool is_holder(std::size_t token);

  /// `kEntries` in `this[kEntries].push(`; kNone elsewhere.
  [[nodiscard]] std::size_t symbol_before(std::size_t anchor) const;

  /// How many names of the retaining path a receiver is reached by: both of `shutdown.signal.addEventListener(`.
  [[nodiscard]] int owners_named(std::size_t receiver) const;

  /// Whether what is waited for names the holder: `gate` in `await gate`, `Promise.race([work, gate])`, `gate.then(`.
  [[nodiscard]] bool waits_for_holder(const Match& match);

 private:
  const CodeModel& code_;
  const StoreHint& hint_;
  std::string_view holder_;
  std::unordered_set<std::string_view> symbols_;  ///< variables that hold the holder's symbol; an empty one: looked
};

}  // namespace heapdiff::sites
