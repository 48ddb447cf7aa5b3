#pragma once
// Finds the statements that store a reference: what registers the listener, fills the map, starts
// the timer.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff::sites {

/// One statement, at 1-based positions of the generated script.
struct FoundStatement {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string function;
  std::string note;
  SiteRole role = SiteRole::registration;
  int score = 0;
};

/// Statements that fit `hint`, in the function at `position`, around it, and in functions of the
/// same script it is passed to. With `whole_file` also those anywhere in the script, scored lower.
/// Best first, then in order of the text. `nearness` is 0 for the function nearest to the leaked
/// object and grows outwards.
[[nodiscard]] std::vector<FoundStatement> find_statements(const CodeModel& code, const FunctionPosition& position,
                                                          const StoreHint& hint, int nearness);

/// The same over the whole script, for when no function holds a statement.
[[nodiscard]] std::vector<FoundStatement> find_statements_anywhere(const CodeModel& code, const StoreHint& hint,
                                                                   int nearness);

}  // namespace heapdiff::sites
