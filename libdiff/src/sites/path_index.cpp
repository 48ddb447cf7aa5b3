// Matches script names to files by their trailing path components.

#include "sites/path_index.h"

#include "heapdiff/diff/runtime_scripts.h"

#include <algorithm>

namespace heapdiff::sites {
namespace {

std::size_t common_suffix(const std::vector<std::string>& a, const std::vector<std::string>& b) noexcept {
  std::size_t count = 0;
  while (count < a.size() && count < b.size() && a[a.size() - 1 - count] == b[b.size() - 1 - count]) {
    ++count;
  }
  return count;
}

bool in_node_modules(const std::vector<std::string>& components) {
  return std::find(components.begin(), components.end(), "node_modules") != components.end();
}

}  // namespace

std::string strip_scheme(std::string_view path) {
  const std::string plain = plain_script_name(path);
  path = plain;
  const auto drive_at = [&path](std::size_t at) {
    return path.size() > at + 1 && path[at + 1] == ':' &&
           ((path[at] >= 'a' && path[at] <= 'z') || (path[at] >= 'A' && path[at] <= 'Z'));
  };
  if (!path.empty() && path.front() == '/' && drive_at(1)) {
    path.remove_prefix(1);
  }
  if (drive_at(0)) {
    path.remove_prefix(2);
  }
  return std::string(path);
}

std::vector<std::string> path_components(std::string_view path) {
  const std::string plain = strip_scheme(path);
  std::vector<std::string> components;
  std::size_t at = 0;
  while (at <= plain.size()) {
    std::size_t end = plain.find_first_of("/\\", at);
    if (end == std::string::npos) {
      end = plain.size();
    }
    std::string part = plain.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") {
      continue;
    }
    if (part == "..") {
      if (!components.empty()) {
        components.pop_back();
      }
      continue;
    }
    components.push_back(std::move(part));
  }
  return components;
}

PathIndex::PathIndex(std::vector<std::string> files) : files_(std::move(files)) {
  std::sort(files_.begin(), files_.end());
  by_name_.reserve(files_.size());
  for (std::size_t i = 0; i < files_.size(); ++i) {
    by_name_.push_back({files_[i].substr(files_[i].rfind('/') + 1), i});
  }
  std::sort(by_name_.begin(), by_name_.end());
}

bool PathIndex::contains(const std::string& file) const {
  return std::binary_search(files_.begin(), files_.end(), file);
}

std::string PathIndex::match(std::string_view script, bool& ambiguous) const {
  const std::vector<std::string> wanted = path_components(script);
  ambiguous = false;
  if (wanted.empty()) {
    return {};
  }
  const bool packaged = in_node_modules(wanted);
  std::string best;
  std::size_t best_count = 0;
  bool best_whole = false;
  auto found =
      std::lower_bound(by_name_.begin(), by_name_.end(), std::pair<std::string, std::size_t>{wanted.back(), 0});
  for (; found != by_name_.end() && found->first == wanted.back(); ++found) {
    const std::string& file = files_[found->second];
    const std::vector<std::string> have = path_components(file);
    // A file of a package never stands for a file of the application with the same name.
    if (in_node_modules(have) != packaged) {
      continue;
    }
    const std::size_t count = common_suffix(have, wanted);
    const bool whole = count == have.size();
    if (count < best_count || (count == best_count && best_whole)) {
      continue;
    }
    // Of several files with equal suffixes, a file whose whole path is a suffix of the name is the better match.
    ambiguous = count == best_count && !whole;
    best = file;
    best_count = count;
    best_whole = whole;
  }
  return ambiguous ? std::string() : best;
}

}  // namespace heapdiff::sites
