#pragma once
// The files below one folder: finds them by script name and reads them. Opens no file outside of the
// folder, except for those of packages that a script's path names, up to the repository's root.

#include "sites/packages_above.h"
#include "sites/path_index.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::sites {

constexpr std::uintmax_t kMaxScriptBytes = std::uintmax_t{16} << 20U;
constexpr std::uintmax_t kMaxMapBytes = std::uintmax_t{64} << 20U;

class SourceFiles {
 public:
  /// Lists the folder once. An empty or unreadable root has no files. Problems are appended to
  /// `warnings`.
  SourceFiles(const std::string& root, std::vector<std::string>& warnings);

  /// PathIndex::match() with a warning when several files fit equally well. The result is relative
  /// to the root, with `/`.
  [[nodiscard]] std::string match(std::string_view path, std::vector<std::string>& warnings) const;
  /// The same for a script, whose package may lie above the root.
  [[nodiscard]] std::string match_script(std::string_view script, std::vector<std::string>& warnings);
  /// Whether this relative path was listed, or is that of a file in a package above the root that match_script() found.
  [[nodiscard]] bool contains(const std::string& relative) const;
  /// Text of a listed file. None when it is not listed, too large, removed, or a link that leads
  /// outside of the folder.
  [[nodiscard]] std::optional<std::string> read(const std::string& relative,
                                                std::uintmax_t max_bytes = kMaxScriptBytes) const;
  /// A path below the root, relative to the root; any other path as it is.
  [[nodiscard]] std::string relative_to_root(std::string_view path) const;

 private:
  [[nodiscard]] bool inside(const std::filesystem::path& canonical) const;

  std::filesystem::path root_;  ///< canonical
  PathIndex index_;
  PackagesAbove above_;
};

/// Text of a regular file; none when it is larger, no regular file, or cannot be read.
[[nodiscard]] std::optional<std::string> read_limited(const std::filesystem::path& path, std::uintmax_t max_bytes);

}  // namespace heapdiff::sites
