#pragma once
// Sampling heap profiles (`.heapprofile`): which functions allocated what was alive when the profile ended.

#include "heapdiff/diff/suspect.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

struct ProfiledFunction {
  FunctionPosition position;     ///< evidence: sampling_profile
  std::uint64_t live_bytes = 0;  ///< estimated by V8 from its samples; counted for the innermost program frame
};

struct HeapProfile {
  std::vector<ProfiledFunction> functions;  ///< most bytes first; the runtime's own are left out
  std::uint64_t live_bytes = 0;             ///< of the whole profile, the runtime's share included
};

/// Reads a profile as DevTools, Node's --heap-prof or the inspector protocol write it, with or without `samples`. At
/// most 256 MB. Throws Error{input} naming the file when it is none.
[[nodiscard]] HeapProfile read_heap_profile(const std::string& path);

/// Adds the functions of the profile that fit a suspect: those in scripts that it names, or, when it names no program
/// function, the hottest ones. A profile covers the whole process, which the positions' notes say.
void add_profile(Suspect& suspect, const HeapProfile& profile);

}  // namespace heapdiff
