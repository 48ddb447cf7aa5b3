#include "model/private_paths.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <algorithm>
#include <array>

namespace heapdiff::model {

namespace {

constexpr std::array<std::string_view, 14> kSystemFolders = {
    "home", "root", "Users", "tmp", "var", "usr", "opt", "srv", "mnt", "app", "etc", "proc", "data", "workspace"};

bool is_part_of_path(char c) {
  return ascii::is_alphanumeric(c) || ascii::is_beyond(c) ||
         std::string_view("._-@+~%$#/\\").find(c) != std::string_view::npos;
}

bool is_slash(char c) { return c == '/' || c == '\\'; }

/// "service.js": letters, a dot, and an extension that begins with a letter.
bool has_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && dot != 0 && dot + 1 < name.size() && ascii::is_letter(name[dot + 1]);
}

/// The path at the start of `text`, without a full stop that ends the sentence.
std::string_view path_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_part_of_path(text[end])) {
    ++end;
  }
  while (end > 0 && (text[end - 1] == '.' || is_slash(text[end - 1]))) {
    --end;
  }
  return text.substr(0, end);
}

/// Where the last two parts of `path` begin, at their slash; 0 when it has no more.
std::size_t last_parts(std::string_view path) {
  std::size_t at = path.size();
  for (int parts = 0; parts < 2; ++parts) {
    at = path.find_last_of("/\\", at - 1);
    if (at == std::string_view::npos || at == 0) {
      return 0;
    }
  }
  return at;
}

bool is_private(std::string_view path) {
  const std::size_t first = path.find_first_not_of("/\\");
  if (first == std::string_view::npos) {
    return false;
  }
  const std::size_t end = std::min(path.find_first_of("/\\", first), path.size());
  const std::string_view folder = path.substr(first, end - first);
  return has_extension(path.substr(path.find_last_of("/\\") + 1)) ||
         (end < path.size() && std::find(kSystemFolders.begin(), kSystemFolders.end(), folder) != kSystemFolders.end());
}

}  // namespace

std::string without_private_paths(std::string_view text) {
  constexpr std::string_view kFileUrl = "file://";
  std::string out;
  std::size_t i = 0;
  const auto may_start = [&](std::size_t at) {
    // Not in the middle of a word, of a relative path or of a URL: "MB/h", "a/b", "https://".
    const bool after_url = out.ends_with(kFileUrl);
    return after_url || at == 0 || !(is_part_of_path(text[at - 1]) || text[at - 1] == ':');
  };
  while (i < text.size()) {
    const bool drive = i + 2 < text.size() && ascii::is_letter(text[i]) && text[i + 1] == ':' &&
                       is_slash(text[i + 2]) && (i == 0 || !is_part_of_path(text[i - 1])) &&
                       !(i + 3 < text.size() && text[i + 3] == '/');
    const std::size_t from = drive ? i + 2 : i;
    if ((drive || text[i] == '/') && may_start(i)) {
      const std::string_view path = path_at(text.substr(from));
      const std::size_t kept = is_private(path) ? last_parts(path) : 0;
      if (kept > 0) {
        out += "/…";
        out += path.substr(kept);
        i = from + path.size();
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

}  // namespace heapdiff::model
