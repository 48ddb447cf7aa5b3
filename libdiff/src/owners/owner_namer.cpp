// Owners of scripts: packages by their folders in node_modules, else teams of CODEOWNERS, else folders.

#include "heapdiff/diff/owners.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "owners/code_owners.h"
#include "owners/probed_root.h"
#include "sites/path_index.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::uintmax_t kMaxCodeOwnersBytes = 3'000'000;  // what GitHub reads
constexpr std::uintmax_t kMaxPackageBytes = 4'000'000;
constexpr std::size_t kMaxFolders = 2;  // of the path of an application's script: "src/routes"
constexpr std::string_view kModules = "node_modules/";

/// The version in pnpm's folder of a package: "node_modules/.pnpm/express@4.18.2_peer/node_modules/express/".
std::string version_in_path(std::string_view path, const std::string& name) {
  std::string folder = name;
  std::replace(folder.begin(), folder.end(), '/', '+');
  const std::string key = fmt::format(".pnpm/{}@", folder);
  const std::size_t at = path.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = path.substr(at + key.size());
  return std::string(rest.substr(0, rest.find_first_of("/_(")));
}

std::string slashes(std::string_view script) {
  std::string path(script.substr(0, script.find_first_of("?#")));
  std::replace(path.begin(), path.end(), '\\', '/');
  return path;
}

}  // namespace

struct OwnerNamer::Impl {
  explicit Impl(const std::string& root) : files(root) {
    for (const char* place : {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}) {
      if (files.contains(place)) {
        if (const auto text = files.read(place, kMaxCodeOwnersBytes)) {
          teams.emplace(*text);
        } else {
          notes.push_back(fmt::format("{} cannot be read or is too large", place));
        }
        break;
      }
    }
  }

  std::string version_of(const std::string& path, const std::string& name) {
    if (std::string version = version_in_path(path, name); !version.empty()) {
      return version;
    }
    const std::string file = files.find(path);
    const std::size_t at = file.rfind(std::string(kModules) + name + "/");
    if (at == std::string::npos) {
      return {};
    }
    const std::string folder = file.substr(0, at + kModules.size() + name.size());
    const auto [at_folder, is_new] = versions.try_emplace(folder);
    if (is_new) {
      const auto text = files.read(folder + "/package.json", kMaxPackageBytes);
      const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
      if (json.is_object() && json.contains("version") && json["version"].is_string()) {
        at_folder->second = visible_text(json["version"].get<std::string>(), 60);
      }
    }
    return at_folder->second;
  }

  /// The file relative to the source root, else without its drive and its first folders.
  std::string file_of(const std::string& path) {
    const std::string file = files.find(path);
    return file.empty() ? files.relative_to_root(path) : file;
  }

  Owner make(std::string_view script) {
    if (script.empty()) {
      return {};
    }
    if (is_runtime_script(script)) {
      return {OwnerKind::engine, std::string(kEngineOwner), {}};
    }
    const std::string path = slashes(script);
    if (const std::string name = package_of(path); !name.empty()) {
      return {OwnerKind::package, visible_text(name, 120), version_of(path, name)};
    }
    const std::string file = file_of(path);
    if (teams) {
      if (const std::string team = teams->owner_of(file); !team.empty()) {
        return {OwnerKind::team, visible_text(team, 120), {}};
      }
    }
    // A script outside of the source root: the folder that it lies in. Below the root: the first folders.
    std::vector<std::string> parts = sites::path_components(file);
    const bool outside = !file.empty() && file[0] == '/';
    if (!parts.empty()) {
      parts.pop_back();
    }
    if (outside && parts.size() > kMaxFolders) {
      parts.erase(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(kMaxFolders));
    }
    parts.resize(std::min(parts.size(), kMaxFolders));
    const std::string folder = fmt::format("{}", fmt::join(parts, "/"));
    return {OwnerKind::folder, folder.empty() ? std::string("(application)") : visible_text(folder, 120), {}};
  }

  std::vector<std::string> notes;
  owners::ProbedRoot files;
  std::optional<owners::CodeOwners> teams;
  std::map<std::string, std::string> versions;  ///< folder of a package to its version
  std::map<std::string, Owner, std::less<>> known;
};

OwnerNamer::OwnerNamer(const std::string& root) : impl_(std::make_unique<Impl>(root)) {}
OwnerNamer::~OwnerNamer() = default;
OwnerNamer::OwnerNamer(OwnerNamer&&) noexcept = default;
OwnerNamer& OwnerNamer::operator=(OwnerNamer&&) noexcept = default;

const Owner& OwnerNamer::owner_of(std::string_view script) {
  const auto at = impl_->known.find(script);
  return at != impl_->known.end() ? at->second
                                  : impl_->known.emplace(std::string(script), impl_->make(script)).first->second;
}

const std::vector<std::string>& OwnerNamer::warnings() const noexcept { return impl_->notes; }

}  // namespace heapdiff
