#pragma once
// The files below one folder: finds them by script name and reads them. Opens nothing outside the
// folder.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::sites {

class SourceFiles {
 public:
  /// Lists the folder once. An empty or unreadable root gives no files; problems are appended to
  /// `warnings`.
  SourceFiles(const std::string& root, std::vector<std::string>& warnings);

  /// The file whose path shares the most trailing components with a script name: relative to the
  /// root, with `/`. Empty when none or several fit equally well; the latter is said in `warnings`.
  [[nodiscard]] std::string match(std::string_view script, std::vector<std::string>& warnings) const;
  /// Whether exactly this relative path was listed.
  [[nodiscard]] bool contains(const std::string& relative) const;
  /// Text of a listed file; empty optional when it is not listed, too large, gone, or leads
  /// outside.
  [[nodiscard]] std::optional<std::string> read(const std::string& relative) const;
  /// A path below the root made relative to it; other paths unchanged.
  [[nodiscard]] std::string relative_to_root(std::string_view path) const;

 private:
  [[nodiscard]] bool inside(const std::filesystem::path& canonical) const;

  std::filesystem::path root_;                                ///< canonical
  std::vector<std::string> files_;                            ///< sorted
  std::vector<std::pair<std::string, std::size_t>> by_name_;  ///< file name and index, sorted
};

/// Path components, without empty and `.` ones, `..` folded; also takes back slashes and drive
/// letters.
[[nodiscard]] std::vector<std::string> path_components(std::string_view path);
/// `path` without `file://`, its query and its drive letter.
[[nodiscard]] std::string strip_scheme(std::string_view path);
/// Text of a file of at most 16 MB; empty optional when it cannot be read.
[[nodiscard]] std::optional<std::string> read_limited(const std::filesystem::path& path);

}  // namespace heapdiff::sites
