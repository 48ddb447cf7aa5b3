#pragma once
// Warnings that limit what can be said of a snapshot, among those that only describe it.

#include "heapdiff/snapshot/diagnostics.h"

#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

/// Whether a sentence of Diagnostics says that objects or stacks are missing from the graph: nodes that the root does
/// not reach, allocation stacks that the file does not have. Reports show these in their first lines.
[[nodiscard]] bool limits_the_answer(std::string_view sentence) noexcept;

/// The warning about two nodes with one id, which makes a comparison by id wrong; none where all ids differ.
[[nodiscard]] std::optional<std::string> equal_ids_warning(const Diagnostics& diagnostics);

/// Throws Error{input} with that warning, for snapshots that are about to be compared by id. `file` is the input's
/// name.
void require_different_ids(const Diagnostics& diagnostics, const std::string& file);

}  // namespace heapdiff
