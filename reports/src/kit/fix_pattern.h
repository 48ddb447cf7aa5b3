#pragma once
// The fix of one leak, made from the program's own statement.

#include "kit/idioms.h"
#include "kit/kit_names.h"

#include <optional>

namespace heapdiff::kit {

/// The statement as it stands in the program, and the same statement with its fix: with its own receiver, key, event
/// and function, and with the operation that its collection has. None when the statement is not known, or when it is
/// of a form that gives no fix by itself.
[[nodiscard]] std::optional<Idiom> fix_of_statement(const KitNames& names);

}  // namespace heapdiff::kit
