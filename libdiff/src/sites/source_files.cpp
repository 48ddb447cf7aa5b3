// The file index of a source root.

#include "source_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace heapdiff::sites {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxEntries = 200'000;
constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{16} * 1024 * 1024;

std::size_t common_suffix(const std::vector<std::string>& a, const std::vector<std::string>& b) noexcept {
  std::size_t count = 0;
  while (count < a.size() && count < b.size() && a[a.size() - 1 - count] == b[b.size() - 1 - count])
    ++count;
  return count;
}

bool in_node_modules(const std::vector<std::string>& components) {
  return std::find(components.begin(), components.end(), "node_modules") != components.end();
}

}  // namespace

std::string strip_scheme(std::string_view path) {
  if (path.substr(0, 7) == "file://") {
    path.remove_prefix(7);
    path = path.substr(0, path.find_first_of("?#"));
  }
  const auto drive_at = [&path](std::size_t at) {
    return path.size() > at + 1 && path[at + 1] == ':' &&
           ((path[at] >= 'a' && path[at] <= 'z') || (path[at] >= 'A' && path[at] <= 'Z'));
  };
  if (!path.empty() && path.front() == '/' && drive_at(1))
    path.remove_prefix(1);
  if (drive_at(0))
    path.remove_prefix(2);
  return std::string(path);
}

std::vector<std::string> path_components(std::string_view path) {
  const std::string plain = strip_scheme(path);
  std::vector<std::string> components;
  std::size_t at = 0;
  while (at <= plain.size()) {
    std::size_t end = plain.find_first_of("/\\", at);
    if (end == std::string::npos)
      end = plain.size();
    std::string part = plain.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".")
      continue;
    if (part == "..") {
      if (!components.empty())
        components.pop_back();
      continue;
    }
    components.push_back(std::move(part));
  }
  return components;
}

std::optional<std::string> read_limited(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || error)
    return std::nullopt;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size > kMaxFileBytes)
    return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (file.bad() || (!file && !file.eof()))
    return std::nullopt;
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

SourceFiles::SourceFiles(const std::string& root, std::vector<std::string>& warnings) {
  if (root.empty())
    return;
  std::error_code error;
  const fs::path canonical = fs::canonical(root, error);
  if (error || !fs::is_directory(canonical, error)) {
    warnings.push_back("the source root is not a readable folder");
    return;
  }
  root_ = canonical;
  std::size_t seen = 0;
  fs::recursive_directory_iterator entry(root_, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (++seen > kMaxEntries) {
      warnings.push_back(fmt::format("the source root has more than {} entries; the rest was left out", kMaxEntries));
      break;
    }
    std::error_code ignored;
    if (entry->path().filename() == ".git") {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file(ignored))
      continue;
    if (entry->is_symlink(ignored)) {
      const fs::path target = fs::canonical(entry->path(), ignored);
      if (ignored || !inside(target))
        continue;
    }
    files_.push_back(entry->path().lexically_relative(root_).generic_string());
  }
  if (error)
    warnings.push_back("part of the source root could not be listed");
  std::sort(files_.begin(), files_.end());
  by_name_.reserve(files_.size());
  for (std::size_t i = 0; i < files_.size(); ++i) {
    by_name_.push_back({files_[i].substr(files_[i].rfind('/') + 1), i});
  }
  std::sort(by_name_.begin(), by_name_.end());
}

bool SourceFiles::inside(const fs::path& canonical) const {
  const auto [root_end, path_at] = std::mismatch(root_.begin(), root_.end(), canonical.begin(), canonical.end());
  return root_end == root_.end() && path_at != canonical.end();
}

bool SourceFiles::contains(const std::string& relative) const {
  return std::binary_search(files_.begin(), files_.end(), relative);
}

std::string SourceFiles::relative_to_root(std::string_view path) const {
  std::string plain = strip_scheme(path);
  const std::string prefix = root_.generic_string() + "/";
  if (!root_.empty() && plain.substr(0, prefix.size()) == prefix) {
    return fs::path(plain.substr(prefix.size())).lexically_normal().generic_string();
  }
  return plain;
}

std::string SourceFiles::match(std::string_view script, std::vector<std::string>& warnings) const {
  const std::string exact = relative_to_root(script);
  if (contains(exact))
    return exact;
  const std::vector<std::string> wanted = path_components(script);
  if (wanted.empty())
    return {};
  const bool packaged = in_node_modules(wanted);
  std::string best;
  std::size_t best_count = 0;
  bool best_whole = false;
  bool ambiguous = false;
  auto found =
      std::lower_bound(by_name_.begin(), by_name_.end(), std::pair<std::string, std::size_t>{wanted.back(), 0});
  for (; found != by_name_.end() && found->first == wanted.back(); ++found) {
    const std::string& file = files_[found->second];
    const std::vector<std::string> have = path_components(file);
    // A package's file is never the application's file of the same name.
    if (in_node_modules(have) != packaged)
      continue;
    const std::size_t count = common_suffix(have, wanted);
    const bool whole = count == have.size();
    if (count < best_count || (count == best_count && best_whole))
      continue;
    // Among equals, the one whose whole path fits is not contradicted by any folder name.
    ambiguous = count == best_count && !whole;
    best = file;
    best_count = count;
    best_whole = whole;
  }
  if (ambiguous) {
    warnings.push_back(fmt::format("several files of the source root fit the script {}; none was used", script));
    return {};
  }
  return best;
}

std::optional<std::string> SourceFiles::read(const std::string& relative) const {
  if (!contains(relative))
    return std::nullopt;
  // Checked again: the file may have been replaced by a link since it was listed.
  std::error_code error;
  const fs::path canonical = fs::canonical(root_ / relative, error);
  if (error || !inside(canonical))
    return std::nullopt;
  return read_limited(canonical);
}

}  // namespace heapdiff::sites
