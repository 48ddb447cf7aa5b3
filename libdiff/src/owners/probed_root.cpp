#include "owners/probed_root.h"

#include "sites/path_index.h"
#include "sites/source_files.h"

#include <algorithm>
#include <system_error>
#include <vector>

namespace heapdiff::owners {

namespace fs = std::filesystem;

ProbedRoot::ProbedRoot(const std::string& root) {
  std::error_code error;
  const fs::path canonical = root.empty() ? fs::path() : fs::canonical(root, error);
  if (!error && !canonical.empty() && fs::is_directory(canonical, error)) {
    root_ = canonical;
  }
}

std::string ProbedRoot::find(std::string_view path) const {
  if (root_.empty()) {
    return {};
  }
  const std::vector<std::string> parts = sites::path_components(path);
  for (std::size_t first = 0; first + 1 < parts.size(); ++first) {
    fs::path end;
    for (std::size_t i = first; i < parts.size(); ++i) {
      end /= parts[i];
    }
    if (contains(end.generic_string())) {
      return end.generic_string();
    }
  }
  const std::string inside = relative_to_root(std::string(path));  // a file that lies in the root itself
  return inside != path && contains(inside) ? inside : std::string();
}

bool ProbedRoot::contains(const std::string& relative) const {
  if (root_.empty() || relative.empty()) {
    return false;
  }
  std::error_code error;
  const fs::path canonical = fs::canonical(root_ / relative, error);
  if (error || !fs::is_regular_file(canonical, error)) {
    return false;
  }
  const auto [root_end, path_at] = std::mismatch(root_.begin(), root_.end(), canonical.begin(), canonical.end());
  return root_end == root_.end() && path_at != canonical.end();
}

std::optional<std::string> ProbedRoot::read(const std::string& relative, std::uintmax_t max_bytes) const {
  return contains(relative) ? sites::read_limited(root_ / relative, max_bytes) : std::nullopt;
}

std::string ProbedRoot::relative_to_root(const std::string& path) const {
  const std::string plain = sites::strip_scheme(path);
  const std::string prefix = root_.generic_string() + "/";
  return !root_.empty() && plain.starts_with(prefix) ? plain.substr(prefix.size()) : plain;
}

}  // namespace heapdiff::owners
