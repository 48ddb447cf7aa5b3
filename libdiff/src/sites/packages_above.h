#pragma once
// Packages that lie above the source root, as in a repository of several programs, whose packages are hoisted. Opens
// nothing above the repository's root, and nothing but files of packages that a script's path names.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::sites {

/// The folders above `root` in which Node.js would look for packages, nearest first, up to the root of the repository:
/// the nearest folder from `root` on with `.git`, else the nearest with a lock file, else the nearest that declares
/// workspaces. Neither the home folder nor the root of the file system is one of them. Empty when `root` is the
/// repository's root, or when nothing marks one. `root` and `home` are canonical; `home` may be empty.
[[nodiscard]] std::vector<std::filesystem::path> folders_above(const std::filesystem::path& root,
                                                               const std::filesystem::path& home);

/// The canonical home folder of this user; empty when it is not known.
[[nodiscard]] std::filesystem::path home_folder();

class PackagesAbove {
 public:
  PackagesAbove() = default;
  /// `root` is canonical.
  explicit PackagesAbove(const std::filesystem::path& root);

  /// The file of a script in a package, relative to the source root: "../../node_modules/got/dist/a.js". Empty when the
  /// script is in no package or its file is not there. Afterwards, other files of that package may be read too.
  [[nodiscard]] std::string match(std::string_view script);

  /// The canonical path of a file of a package that match() found before; none for all else.
  [[nodiscard]] std::optional<std::filesystem::path> resolve(const std::string& relative) const;

 private:
  /// Whether a path leads to a regular file in a `node_modules` of the repository, also after links are followed.
  [[nodiscard]] std::optional<std::filesystem::path> allowed(const std::filesystem::path& file) const;
  [[nodiscard]] std::string accept(const std::filesystem::path& file);

  std::filesystem::path root_;
  std::vector<std::filesystem::path> above_;
  std::set<std::string> packages_;  ///< folders that match() found, relative to the source root, with a `/` at the end
};

}  // namespace heapdiff::sites
