#pragma once
// Runs the `git` program without a shell, and without any program that a repository's configuration names.

#include <cstddef>
#include <string>
#include <vector>

namespace heapdiff::commits {

struct GitResult {
  bool started = false;
  bool timed_out = false;
  int exit_code = -1;
  std::string out;  ///< the first `kMaxGitOutput` bytes
};

constexpr std::size_t kMaxGitOutput = std::size_t{64} << 20U;

/// Runs `git -C folder arguments...` and ends it after `seconds`.
[[nodiscard]] GitResult run_git(const std::string& folder, const std::vector<std::string>& arguments, int seconds = 20);

}  // namespace heapdiff::commits
