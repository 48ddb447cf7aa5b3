#pragma once
// A CODEOWNERS file: which team a file of a repository belongs to.

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::owners {

/// The rules of a CODEOWNERS file, in the syntax that GitHub and GitLab share: a pattern as in .gitignore, and owners.
class CodeOwners {
 public:
  /// At most 10,000 rules are read; sections of GitLab ("[Docs]") and negations are skipped.
  explicit CodeOwners(std::string_view text);

  /// The first owner of the last rule that fits; empty when none fits, or when that rule has no owner. `file` is
  /// relative to the repository, with `/`. O(rules).
  [[nodiscard]] std::string owner_of(std::string_view file) const;
  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

 private:
  struct Rule {
    std::string pattern;  ///< without the slashes at its ends
    bool anchored = false;
    bool folder = false;  ///< "docs/": all files below
    std::string owner;
  };
  std::vector<Rule> rules_;
};

/// Whether a pattern with `*`, `?` and `**` fits a whole path. `*` and `?` stop at `/`. O(pattern * path) at worst.
[[nodiscard]] bool glob_fits(std::string_view pattern, std::string_view path);

}  // namespace heapdiff::owners
