#pragma once
// Where a leaked closure goes: the call that registers it, or the function that it is handed to.

#include "sites/functions_by_name.h"
#include "sites/statement_rank.h"
#include "sites/store_operations.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::sites {

/// One statement that a closure reaches.
struct ClosureUse {
  std::size_t anchor = 0;
  std::optional<Match> match;  ///< none for a call that only hands the closure on
  Trait trait = Trait::hands_closure_on;
  std::string note;  ///< for calls that hand it on
};

class ClosureFlow {
 public:
  /// All arguments must outlive it. `budget` bounds the tokens that are looked at, over all searches of a caller.
  ClosureFlow(const CodeModel& code, const StoreHint& hint, FunctionsByName& functions, std::size_t& budget)
      : code_(code), hint_(hint), functions_(functions), budget_(budget) {}

  /// The uses of the closure that is written as a function of the script.
  [[nodiscard]] std::vector<ClosureUse> uses_of(std::size_t function);

 private:
  /// The bracket of the call that has the function as an argument, or as a part of one; kNone when there is none.
  [[nodiscard]] std::size_t enclosing_call(const FunctionRange& closure) const;
  /// How many commas of the call are before a token.
  [[nodiscard]] std::size_t argument_position(std::size_t open, std::size_t token);
  /// What functions of a name do with their parameter.
  void follow(std::string_view name, std::size_t position, int depth);
  void follow_parameter(const FunctionRange& function, std::string_view parameter, int depth);
  /// Registrations that name the function: `const f = () => {}; bus.on('e', f)`.
  void find_by_name(const FunctionRange& closure);
  /// Whether an expression is a function of a name: `f`, `this.f`, `this.f.bind(this)`.
  [[nodiscard]] bool is_function_named(std::size_t value, std::string_view name) const;
  /// Whether a statement stores a variable: `on('e', f)`, `set(k, { f })`, `a[k] = f`, `x.onload = f`.
  [[nodiscard]] bool stores(const Match& match, std::string_view variable) const;

  const CodeModel& code_;
  const StoreHint& hint_;
  FunctionsByName& functions_;
  std::size_t& budget_;
  std::vector<ClosureUse> found_;
};

}  // namespace heapdiff::sites
