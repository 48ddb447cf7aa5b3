#pragma once
// Finds the statements that store a reference: those that register a listener, fill a map or start
// a timer.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"
#include "sites/run_count.h"
#include "sites/statement_rank.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff::sites {

/// One statement, at a 1-based position of the generated script.
struct FoundStatement {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string function;
  std::string note;
  SiteRole role = SiteRole::registration;
  Traits traits;
  int score = 0;  ///< of the traits, less the distance of the function from the leaked object
};

/// Statements that fit `hint`: in the function at `position`, where the leaked closure goes, and in functions of the
/// same script that it is passed to. For a position from a scope or path also those anywhere in the script,
/// with a lower score. Best first, then in order of the text. `runs` is of `code`. `nearness` is 0 for the function
/// nearest to the leaked object and larger for others.
[[nodiscard]] std::vector<FoundStatement> find_statements(const CodeModel& code, const RunCount& runs,
                                                          const FunctionPosition& position, const StoreHint& hint,
                                                          int nearness);

/// The same for the whole script, for when no function has such a statement.
[[nodiscard]] std::vector<FoundStatement> find_statements_anywhere(const CodeModel& code, const RunCount& runs,
                                                                   const StoreHint& hint, int nearness);

}  // namespace heapdiff::sites
