#pragma once
// Snapshots are compared by node id, which means something within one process only.

#include "heapdiff/diff/facts.h"

#include <string>
#include <utility>
#include <vector>

namespace heapdiff {

/// Whether the shared ids of two snapshots name the same objects.
[[nodiscard]] bool is_one_process(const IdentityCheck& check) noexcept;

/// Throws Error{input} when the two are not of one process; with `force` says so in `warnings` instead.
/// `names`: the older and the newer input.
void require_one_process(const std::pair<std::string, std::string>& names, const IdentityCheck& check, bool force,
                         std::vector<std::string>& warnings);

}  // namespace heapdiff
