#pragma once
// How often a statement runs, as far as its place in the text tells: once, again and again, or once for each holder.

#include "sites/code_model.h"

#include <cstddef>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace heapdiff::sites {

/// Refers to its argument, which must outlive it. O(tokens) once.
class RunCount {
 public:
  explicit RunCount(const CodeModel& code);

  /// In a loop, or in a function that a loop of this script calls by its name, or in the callback of a loop or
  /// interval.
  [[nodiscard]] bool runs_again(std::size_t token) const;

  /// Outside of all functions and loops: it runs when the script is loaded. So does a function that is called where it
  /// is written, and the wrapper that a bundler puts around a module.
  [[nodiscard]] bool runs_once(std::size_t token) const;

  /// Whether a statement at `use` runs once after `name` was declared with a value that is made there: in the same
  /// function, and in no loop that does not have the declaration in it as well.
  [[nodiscard]] bool follows_new_value(std::size_t use, std::string_view name) const;

  /// Whether a list of this name is emptied somewhere in the script.
  [[nodiscard]] bool is_drained(std::string_view name) const { return drained_.count(name) != 0; }

 private:
  [[nodiscard]] bool is_loop(std::size_t open) const;
  [[nodiscard]] bool starts_loop_body(std::size_t token) const;
  /// The innermost function around a token, past classes; kNone at the top of the script.
  [[nodiscard]] std::size_t function_around(std::size_t token) const;
  [[nodiscard]] bool is_called_in_place(std::size_t function) const;
  [[nodiscard]] bool is_loop_callback(std::size_t function) const;
  void find_loops();
  void find_drained();

  const CodeModel& code_;
  std::vector<bool> in_loop_;                            ///< by token
  std::unordered_set<std::string_view> called_in_loop_;  ///< names
  std::unordered_set<std::string_view> drained_;         ///< names
};

}  // namespace heapdiff::sites
