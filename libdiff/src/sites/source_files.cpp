// The file index of a source root.

#include "sites/source_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace heapdiff::sites {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxEntries = 200'000;
constexpr std::size_t kMaxWarnings = 50;

}  // namespace

std::optional<std::string> read_limited(const fs::path& path, std::uintmax_t max_bytes) {
  // The type is checked before the file is opened, because to open a device or a pipe may have an effect. It is checked
  // again afterwards, because the file may have been replaced in between.
  std::error_code error;
  if (!fs::is_regular_file(path, error) || error || fs::file_size(path, error) > max_bytes || error) {
    return std::nullopt;
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (file < 0) {
    return std::nullopt;
  }
  struct stat status {};
  std::optional<std::string> text;
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
      static_cast<std::uintmax_t>(status.st_size) <= max_bytes) {
    text.emplace(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t have = 0;
    while (have < text->size()) {
      const ssize_t n = ::read(file, text->data() + have, text->size() - have);
      if (n < 0 && errno == EINTR) {
        continue;
      }
      if (n <= 0) {
        break;
      }
      have += static_cast<std::size_t>(n);
    }
    text->resize(have);
  }
  ::close(file);
  return text;
}

SourceFiles::SourceFiles(const std::string& root, std::vector<std::string>& warnings) {
  if (root.empty()) {
    return;
  }
  std::error_code error;
  const fs::path canonical = fs::canonical(root, error);
  if (error || !fs::is_directory(canonical, error)) {
    warnings.push_back("the source root is not a readable folder");
    return;
  }
  root_ = canonical;
  above_ = PackagesAbove(canonical);
  std::size_t seen = 0;
  std::vector<std::string> files;
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
    if (!entry->is_regular_file(ignored)) {
      continue;
    }
    if (entry->is_symlink(ignored)) {
      const fs::path target = fs::canonical(entry->path(), ignored);
      if (ignored || !inside(target)) {
        continue;
      }
    }
    files.push_back(entry->path().lexically_relative(root_).generic_string());
  }
  if (error) {
    warnings.push_back("part of the source root could not be listed");
  }
  index_ = PathIndex(std::move(files));
}

bool SourceFiles::inside(const fs::path& canonical) const {
  const auto [root_end, path_at] = std::mismatch(root_.begin(), root_.end(), canonical.begin(), canonical.end());
  return root_end == root_.end() && path_at != canonical.end();
}

bool SourceFiles::contains(const std::string& relative) const {
  return index_.contains(relative) || above_.resolve(relative).has_value();
}

std::string SourceFiles::relative_to_root(std::string_view path) const {
  std::string plain = strip_scheme(path);
  const std::string prefix = root_.generic_string() + "/";
  if (!root_.empty() && plain.substr(0, prefix.size()) == prefix) {
    return fs::path(plain.substr(prefix.size())).lexically_normal().generic_string();
  }
  return plain;
}

std::string SourceFiles::match_script(std::string_view script, std::vector<std::string>& warnings) {
  std::string found = match(script, warnings);
  return found.empty() ? above_.match(script) : found;
}

std::string SourceFiles::match(std::string_view path, std::vector<std::string>& warnings) const {
  const std::string exact = relative_to_root(path);
  if (index_.contains(exact)) {
    return exact;
  }
  bool ambiguous = false;
  std::string found = index_.match(path, ambiguous);
  if (ambiguous && warnings.size() < kMaxWarnings) {
    warnings.push_back(fmt::format("several files of the source root fit the script {}; none was used", path));
  }
  return found;
}

std::optional<std::string> SourceFiles::read(const std::string& relative, std::uintmax_t max_bytes) const {
  if (!index_.contains(relative)) {
    const std::optional<fs::path> above = above_.resolve(relative);
    return above ? read_limited(*above, max_bytes) : std::nullopt;
  }
  // The path is checked again: a link may have replaced the file after it was listed.
  std::error_code error;
  const fs::path canonical = fs::canonical(root_ / relative, error);
  if (error || !inside(canonical)) {
    return std::nullopt;
  }
  return read_limited(canonical, max_bytes);
}

}  // namespace heapdiff::sites
