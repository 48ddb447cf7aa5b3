#pragma once
// Runs the `git` program: fixed arguments, no shell, nothing that a repository's configuration could start.

#include <cstddef>
#include <string>
#include <vector>

namespace heapdiff::commits {

struct GitResult {
  bool started = false;
  bool timed_out = false;
  int exit_code = -1;
  std::string out;  ///< at most `kMaxGitOutput` bytes; what is beyond is not read
};

constexpr std::size_t kMaxGitOutput = std::size_t{64} << 20U;

/// `git -C folder arguments...`, ended after `seconds`.
[[nodiscard]] GitResult run_git(const std::string& folder, const std::vector<std::string>& arguments, int seconds = 20);

}  // namespace heapdiff::commits
