#pragma once
// Files of a checkout that are looked up by name. Nothing is listed: a folder of packages may have 100,000 files, and a
// summary asks for a few.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff::owners {

class ProbedRoot {
 public:
  /// An empty or unreadable root has no files.
  explicit ProbedRoot(const std::string& root);

  /// The longest end of a path, of two parts at least, that is a file below the root: "src/a.js" for "/app/src/a.js".
  /// Empty when there is none. O(parts).
  [[nodiscard]] std::string find(std::string_view path) const;
  [[nodiscard]] bool contains(const std::string& relative) const;
  /// Text of a regular file inside the root of at most `max_bytes`; none otherwise, and for links that lead outside.
  [[nodiscard]] std::optional<std::string> read(const std::string& relative, std::uintmax_t max_bytes) const;
  /// A path below the root, relative to the root; any other path as it is.
  [[nodiscard]] std::string relative_to_root(const std::string& path) const;

 private:
  std::filesystem::path root_;  // canonical; empty: no root
};

}  // namespace heapdiff::owners
