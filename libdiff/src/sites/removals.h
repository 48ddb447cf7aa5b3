#pragma once
// Statements that take out of the collection that another statement adds to.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"

#include <cstdint>

namespace heapdiff::sites {

/// The statement of a script that takes from the receiver of `statement`, which stands at the 1-based `line`: one that
/// throws a copy away first, then the nearest. The receiver is the same by its text, and within the same class where it
/// is one of `this`; so is the event of a listener. O(tokens).
[[nodiscard]] SiteRemoval removal_of(const CodeModel& code, const SiteStatement& statement, std::uint32_t line);

}  // namespace heapdiff::sites
