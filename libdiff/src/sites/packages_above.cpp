#include "sites/packages_above.h"

#include "sites/path_index.h"
#include "sites/source_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <pwd.h>
#include <system_error>
#include <unistd.h>

namespace heapdiff::sites {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kModulesFolder = "node_modules";
constexpr std::size_t kMaxFolders = 24;     // above the source root
constexpr std::size_t kMaxComponents = 64;  // of a script's path
constexpr std::uintmax_t kMaxManifestBytes = std::uintmax_t{1} << 20U;

bool has(const fs::path& folder, std::string_view name) {
  std::error_code error;
  return fs::exists(folder / name, error);
}

bool has_lock_file(const fs::path& folder) {
  static constexpr std::array<std::string_view, 4> kLockFiles = {"package-lock.json", "npm-shrinkwrap.json",
                                                                 "pnpm-lock.yaml", "yarn.lock"};
  return std::any_of(kLockFiles.begin(), kLockFiles.end(), [&](std::string_view name) { return has(folder, name); });
}

bool declares_workspaces(const fs::path& folder) {
  if (has(folder, "pnpm-workspace.yaml")) {
    return true;
  }
  const std::optional<std::string> text = read_limited(folder / "package.json", kMaxManifestBytes);
  const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
  return json.is_object() && json.contains("workspaces");
}

/// The path that a virtual one of Yarn stands for: "a/__virtual__/HASH/N/b" is b in the N-th folder above a.
std::vector<std::string> without_virtual(std::vector<std::string> path) {
  for (std::size_t i = 0; i + 2 < path.size(); ++i) {
    if (path[i] != "__virtual__" && path[i] != "$$virtual") {
      continue;
    }
    const std::string& up = path[i + 2];
    const std::size_t levels =
        up.size() == 1 && up[0] >= '0' && up[0] <= '9' ? static_cast<std::size_t>(up[0] - '0') : 0;
    const std::size_t first = i - std::min(levels, i);
    path.erase(path.begin() + static_cast<std::ptrdiff_t>(first), path.begin() + static_cast<std::ptrdiff_t>(i + 3));
    break;
  }
  return path;
}

/// The home folder that /etc/passwd names. getpwuid() would load shared libraries, which a static program cannot rely
/// on.
fs::path home_in_passwd() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/passwd", "re"), &std::fclose);
  while (file != nullptr) {
    const passwd* user = ::fgetpwent(file.get());
    if (user == nullptr) {
      break;
    }
    if (user->pw_uid == ::getuid()) {
      std::error_code error;
      const fs::path home = fs::canonical(user->pw_dir, error);
      return error ? fs::path() : home;
    }
  }
  return {};
}

}  // namespace

fs::path home_folder() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    return home_in_passwd();
  }
  std::error_code error;
  const fs::path canonical = fs::canonical(home, error);
  return error ? fs::path() : canonical;
}

std::vector<fs::path> folders_above(const fs::path& root, const fs::path& home) {
  std::vector<fs::path> chain;
  for (fs::path at = root; !at.empty() && at != at.root_path() && at != home && chain.size() < kMaxFolders;
       at = at.parent_path()) {
    chain.push_back(at);
  }
  auto top = std::find_if(chain.begin(), chain.end(), [](const fs::path& folder) { return has(folder, ".git"); });
  if (top == chain.end()) {
    top = std::find_if(chain.begin(), chain.end(), has_lock_file);
  }
  if (top == chain.end()) {
    top = std::find_if(chain.begin(), chain.end(), declares_workspaces);
  }
  if (top == chain.end() || top == chain.begin()) {
    return {};
  }
  return {chain.begin() + 1, top + 1};
}

PackagesAbove::PackagesAbove(const fs::path& root) : root_(root), above_(folders_above(root, home_folder())) {}

std::string PackagesAbove::match(std::string_view script) {
  if (above_.empty()) {
    return {};
  }
  const std::vector<std::string> parts = without_virtual(path_components(script));
  const auto modules = std::find(parts.begin(), parts.end(), kModulesFolder);
  if (modules == parts.end() || modules + 1 == parts.end() || parts.size() > kMaxComponents) {
    return {};
  }
  // The very file that ran, when the program ran on this machine.
  fs::path whole = "/";
  for (const std::string& part : parts) {
    whole /= part;
  }
  if (std::string found = accept(whole); !found.empty()) {
    return found;
  }
  // Else as Node.js looks for packages: in the nearest folder first. All of the path from its first `node_modules` on
  // has to be there: a package below another package is another version than one of the same name beside it.
  for (const fs::path& folder : above_) {
    for (auto first = parts.begin(); first <= modules; ++first) {
      fs::path file = folder;
      for (auto part = first; part != parts.end(); ++part) {
        file /= *part;
      }
      if (std::string found = accept(file); !found.empty()) {
        return found;
      }
    }
  }
  return {};
}

std::string PackagesAbove::accept(const fs::path& file) {
  if (!allowed(file)) {
    return {};
  }
  std::string relative = file.lexically_normal().lexically_relative(root_).generic_string();
  const std::size_t at = relative.rfind(std::string(kModulesFolder) + "/");
  std::size_t end = at == std::string::npos ? at : relative.find('/', at + kModulesFolder.size() + 1);
  if (end != std::string::npos && relative[at + kModulesFolder.size() + 1] == '@') {
    end = relative.find('/', end + 1);
  }
  if (end == std::string::npos) {
    return {};  // a file in node_modules itself belongs to no package
  }
  packages_.insert(relative.substr(0, end + 1));
  return relative;
}

std::optional<fs::path> PackagesAbove::allowed(const fs::path& file) const {
  std::error_code error;
  const fs::path canonical = fs::canonical(file, error);
  if (error || above_.empty() || !fs::is_regular_file(canonical, error) || error) {
    return std::nullopt;
  }
  const fs::path& top = above_.back();
  const auto [top_end, inside] = std::mismatch(top.begin(), top.end(), canonical.begin(), canonical.end());
  if (top_end != top.end() || std::find(inside, canonical.end(), fs::path(kModulesFolder)) == canonical.end()) {
    return std::nullopt;
  }
  return canonical;
}

std::optional<fs::path> PackagesAbove::resolve(const std::string& relative) const {
  const std::string plain = fs::path(relative).lexically_normal().generic_string();
  const bool known = std::any_of(packages_.begin(), packages_.end(),
                                 [&](const std::string& package) { return plain.starts_with(package); });
  return known ? allowed(root_ / plain) : std::nullopt;
}

}  // namespace heapdiff::sites
