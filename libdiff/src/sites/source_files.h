#pragma once
// The files below one folder: finds them by script name and reads them. Opens nothing outside the
// folder.

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
  [[nodiscard]] std::optional<std::string> read(const std::string& relative,
                                                std::uintmax_t max_bytes = kMaxScriptBytes) const;
  /// A path below the root made relative to it; other paths unchanged.
  [[nodiscard]] std::string relative_to_root(std::string_view path) const;

 private:
  [[nodiscard]] bool inside(const std::filesystem::path& canonical) const;

  std::filesystem::path root_;  ///< canonical
  PathIndex index_;
};

/// Text of a regular file; empty optional when it is larger, no regular file, or cannot be read.
[[nodiscard]] std::optional<std::string> read_limited(const std::filesystem::path& path, std::uintmax_t max_bytes);

}  // namespace heapdiff::sites
