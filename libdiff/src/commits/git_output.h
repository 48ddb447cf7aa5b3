#pragma once
// What the `git` program prints, read. The texts of a repository are hostile: whatever it prints gives an answer or
// none, and no error.

#include "heapdiff/diff/commits.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::commits {

[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char at);

/// Without white space at the ends.
[[nodiscard]] std::string_view trim(std::string_view text);

struct BlamedLine {
  CommitCandidate commit;
  std::string previous;  ///< the previous commit that has the file; empty for the first one
  std::string previous_file;
  bool boundary = false;
};

/// The line that `git blame --porcelain` of one line describes.
[[nodiscard]] std::optional<BlamedLine> parse_porcelain(std::string_view text);

/// The commits that `git log` lists with this format.
inline constexpr const char* kLogFormat = "--format=%x01%H%x02%at%x02%s%x02";
[[nodiscard]] std::vector<CommitCandidate> parse_log(std::string_view text, const std::string& file);

/// The major and minor number in "git version 2.39.5"; nothing in another text.
[[nodiscard]] std::optional<std::pair<unsigned, unsigned>> git_version(std::string_view text);

}  // namespace heapdiff::commits
