#pragma once
// Sampling heap profiles (`.heapprofile`): the functions that allocated what was alive when the profile ended.

#include "heapdiff/diff/suspect.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

struct ProfiledFunction {
  FunctionPosition position;     ///< evidence: sampling_profile
  std::uint64_t live_bytes = 0;  ///< V8's estimate from its samples, counted for the innermost frame of the program
  std::uint64_t samples = 0;     ///< objects that were sampled
  double squares = 0;            ///< sum of the squared bytes that each sample stands for: the estimate's variance
};

struct HeapProfile {
  std::vector<ProfiledFunction> functions;  ///< most bytes first, without those of the runtime
  std::uint64_t live_bytes = 0;             ///< of the whole profile, with the runtime's share
  ProfiledFunction runtime;                 ///< what was allocated without a frame of the program
  std::uint64_t samples = 0;                ///< of the whole profile
};

/// Reads a profile that DevTools, Node's --heap-prof or the inspector protocol wrote, with or without `samples`, of at
/// most 256 MB. Throws Error{input} with the file's name when it is no such profile.
[[nodiscard]] HeapProfile read_heap_profile(const std::string& path);

/// Adds at most three functions of the profile to a suspect: functions in scripts that the suspect names, or the
/// hottest ones when it names no function of the program. Their notes say that a profile covers the whole process.
void add_profile(Suspect& suspect, const HeapProfile& profile);

}  // namespace heapdiff
