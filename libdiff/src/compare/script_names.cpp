#include "compare/script_names.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/runtime_scripts.h"

#include <algorithm>

namespace heapdiff::compare {

namespace {

std::string plain_path(std::string_view script) {
  std::string path(script.substr(0, script.find_first_of("?#")));
  std::replace(path.begin(), path.end(), '\\', '/');
  return path;
}

/// The last `parts` parts of a path, data folded.
std::string last_parts(const std::string& path, int parts) {
  std::size_t at = path.size();
  while (parts-- > 0 && at != std::string::npos && at > 0) {
    at = path.rfind('/', at - 1);
  }
  return fold_data(at == std::string::npos || at == 0 ? path : path.substr(at + 1));
}

}  // namespace

ScriptNames::ScriptNames(const std::vector<std::string>& scripts) {
  for (const std::string& script : scripts) {
    const std::string path = plain_path(script);
    if (!is_runtime_script(path) && package_of(path).empty()) {
      ++ends_[last_parts(path, 1)];
    }
  }
}

std::string ScriptNames::name_of(std::string_view script) const {
  if (is_runtime_script(script)) {
    return std::string(script);
  }
  const std::string path = plain_path(script);
  if (const std::string package = package_of(path); !package.empty()) {
    constexpr std::string_view kFolder = "node_modules/";
    const std::size_t at = path.rfind(std::string(kFolder) + package);
    return fold_data(at == std::string::npos ? path : path.substr(at + kFolder.size()));
  }
  std::string end = last_parts(path, 1);
  const auto same = ends_.find(end);
  return same != ends_.end() && same->second > 1 ? last_parts(path, 2) : end;
}

}  // namespace heapdiff::compare
