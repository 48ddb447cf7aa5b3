#pragma once
// Finds the file that a script name stands for.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::sites {

class PathIndex {
 public:
  PathIndex() = default;
  /// `files` are relative paths with `/`.
  explicit PathIndex(std::vector<std::string> files);

  [[nodiscard]] bool contains(const std::string& file) const;
  /// The file with the most trailing components of a script name: "dist/a.js" for "/app/dist/a.js". Empty when there is
  /// none, or when several fit equally well, which sets `ambiguous`.
  [[nodiscard]] std::string match(std::string_view script, bool& ambiguous) const;

 private:
  std::vector<std::string> files_;                            ///< sorted
  std::vector<std::pair<std::string, std::size_t>> by_name_;  ///< file name and index, sorted
};

/// Path components without empty ones and `.`, with `..` resolved. Also accepts backslashes and drive letters.
[[nodiscard]] std::vector<std::string> path_components(std::string_view path);
/// `path` without `file://`, its query and its drive letter.
[[nodiscard]] std::string strip_scheme(std::string_view path);

}  // namespace heapdiff::sites
