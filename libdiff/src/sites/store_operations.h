#pragma once
// Recognises the operations that store a reference, calls and assignments, in the tokens of a script.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff::sites {

using Operation = StoreHint::Operation;

[[nodiscard]] inline bool one_of(std::string_view word, std::initializer_list<std::string_view> words) noexcept {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Whether the runtime keeps what the operation makes, so that no function of the program need be on the path.
[[nodiscard]] constexpr bool is_runtime_call(Operation operation) noexcept {
  return operation == Operation::performance_mark || operation == Operation::abort_signal_any ||
         operation == Operation::async_storage || operation == Operation::diagnostics_channel;
}

/// A storing operation: the token that names it and what it works on.
struct Match {
  Operation operation = Operation::any;
  std::size_t anchor = 0;
  std::size_t receiver = kNone;  ///< token of the receiver's last name
  std::size_t argument = kNone;  ///< first token of the arguments of a call
  bool self_call = false;        ///< an async function waits for a call of itself
  bool awaits_new = false;       ///< it waits for a promise that the statement makes
};

/// The operation whose anchor is token `i`: the method's name, the `[` of `a[b] =`, `+=`, `new`.
[[nodiscard]] std::optional<Match> match_at(const CodeModel& code, std::size_t i, const StoreHint& hint);
/// Whether an operation can be the wanted one.
[[nodiscard]] bool fits(Operation found, Operation wanted) noexcept;
/// What the operation does, in words.
[[nodiscard]] std::string note_for(const CodeModel& code, const Match& match);
/// Where the expression of an operation starts: `this` in `this.a.b.set(`.
[[nodiscard]] std::size_t chain_begin(const CodeModel& code, std::size_t anchor);
/// Where the statement's expression starts on the anchor's line: `this` in `this.a.b.set(`.
[[nodiscard]] std::size_t chain_start(const CodeModel& code, std::size_t anchor);

}  // namespace heapdiff::sites
