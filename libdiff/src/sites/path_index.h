#pragma once
// Which of many relative paths a script name means.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::sites {

class PathIndex {
 public:
  PathIndex() = default;
  /// `files`: relative paths with `/`.
  explicit PathIndex(std::vector<std::string> files);

  [[nodiscard]] bool contains(const std::string& file) const;
  /// The file that shares the most trailing components with a script name: "/app/dist/a.js" means "dist/a.js". Empty
  /// when none or several fit equally well; the latter sets `ambiguous`.
  [[nodiscard]] std::string match(std::string_view script, bool& ambiguous) const;

 private:
  std::vector<std::string> files_;                            ///< sorted
  std::vector<std::pair<std::string, std::size_t>> by_name_;  ///< file name and index, sorted
};

/// Path components, without empty and `.` ones, `..` folded; also takes back slashes and drive letters.
[[nodiscard]] std::vector<std::string> path_components(std::string_view path);
/// `path` without `file://`, its query and its drive letter.
[[nodiscard]] std::string strip_scheme(std::string_view path);

}  // namespace heapdiff::sites
