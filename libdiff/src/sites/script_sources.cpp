#include "sites/script_sources.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "sites/ran_text.h"
#include "sites/removals.h"
#include "sites/statement_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace heapdiff::sites {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxScriptWarnings = 50;
constexpr std::size_t kMaxReadableLine = 400;  // bytes; what is longer was not written by hand

/// Bytes of a 1-based line with its end; 0 where the text has no such line.
std::size_t line_length(const SourceText& source, std::uint32_t line) {
  if (line == 0 || line > source.lines.size()) {
    return 0;
  }
  return (line < source.lines.size() ? source.lines[line] : source.text.size()) - source.lines[line - 1];
}

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash);
}

std::string base_name(std::string_view path) {
  const std::vector<std::string> components = path_components(path);
  return components.empty() ? std::string() : components.back();
}

/// The value of the last `//# sourceMappingURL=` comment.
std::string mapping_url(std::string_view text) {
  constexpr std::string_view kKey = "# sourceMappingURL=";
  const std::size_t at = text.rfind(kKey);
  if (at == std::string_view::npos || at < 2 || text.substr(at - 2, 2) != "//") {
    return {};
  }
  text.remove_prefix(at + kKey.size());
  return std::string(text.substr(0, text.find_first_of(" \t\r\n\"'`")));
}

/// The folder whose files would give the text of a script: the one that holds `node_modules`, for a package. Empty for
/// a script without a path.
std::string folder_that_gives(const std::string& script) {
  const std::string path = strip_scheme(script);
  const std::size_t modules = path.find("/node_modules/");
  if (modules != std::string::npos) {
    return path.substr(0, modules);
  }
  return folder_of(path);
}

}  // namespace

ScriptSources::ScriptSources(const std::string& root, const std::string& source_map) : files_(root, warnings_) {
  if (source_map.empty()) {
    return;
  }
  const std::optional<std::string> text = read_limited(source_map, kMaxMapBytes);
  if (!text) {
    warn("the given source map cannot be read");
    return;
  }
  user_map_ = parse_map(*text, "the given source map");
  std::error_code error;
  const fs::path canonical = fs::canonical(source_map, error);
  if (!error) {
    user_map_folder_ = folder_of(files_.relative_to_root(canonical.generic_string()));
  }
  if (user_map_folder_.substr(0, 1) == "/") {
    user_map_folder_.clear();  // outside of the root: sources are matched by their path
  }
}

void ScriptSources::warn(std::string text) {
  if (warnings_.size() < kMaxScriptWarnings && std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end()) {
    warnings_.push_back(std::move(text));
  }
}

void ScriptSources::add_prefix(const FunctionPosition& position) {
  if (!position.script_source_prefix.empty()) {
    prefixes_.try_emplace(position.script, position.script_source_prefix);
  }
}

bool ScriptSources::is_of_user_map(const std::string& script) const {
  return user_map_ != nullptr && !user_map_->file.empty() && base_name(user_map_->file) == base_name(script);
}

std::shared_ptr<const SourceMap> ScriptSources::parse_map(std::string_view text, const std::string& what) {
  std::string problem;
  std::optional<SourceMap> map = parse_source_map(text, problem);
  if (!map) {
    warn(fmt::format("{} was not used: {}", what, problem));
    return nullptr;
  }
  return std::make_shared<SourceMap>(std::move(*map));
}

Script& ScriptSources::script(const FunctionPosition& position, bool user_map_elsewhere) {
  const auto prefix = prefixes_.find(position.script);
  const ScriptKey key{position.script, user_map_elsewhere, prefix != prefixes_.end()};
  const auto known = scripts_.find(key);
  if (known != scripts_.end()) {
    return known->second;
  }
  Script& made = scripts_[key];
  made.file = plain_script_name(position.script);
  if (is_runtime_script(position.script)) {
    return made;
  }
  const std::string file = files_.match_script(position.script, warnings_);
  if (!file.empty()) {
    std::optional<std::string> text = files_.read(file);
    if (text && prefix != prefixes_.end() && !is_ran_text(file, *text, prefix->second)) {
      warn(
          fmt::format("{} is not the text of the script that ran: it is of another version, or another file of that "
                      "name. Its lines are not shown",
                      file));
    } else if (text) {
      made.file = file;
      made.folder = folder_of(file);
      made.text = make_source_text(std::move(*text));
    } else {
      warn(fmt::format("{} cannot be read or is too large", file));
    }
  }
  const bool on_disk = made.text != nullptr;
  if (!on_disk && prefix != prefixes_.end()) {
    made.text = make_source_text(prefix->second);
  }
  if (made.text) {
    made.code = std::make_unique<CodeModel>(made.text->text);
    made.runs = std::make_unique<RunCount>(*made.code);
  }
  find_map(made, position.script, on_disk, user_map_elsewhere);
  return made;
}

void ScriptSources::find_map(Script& made, const std::string& name, bool on_disk, bool user_map_elsewhere) {
  if (is_of_user_map(name)) {
    made.map = user_map_;
    made.folder = user_map_folder_;
    return;
  }
  if (made.text) {
    made.map = own_map(made, on_disk);
  }
  const std::vector<std::string> parts = path_components(name);
  const bool packaged = std::find(parts.begin(), parts.end(), "node_modules") != parts.end();
  if (!made.map && user_map_ && !user_map_elsewhere && !packaged) {
    made.map = user_map_;
    made.folder = user_map_folder_;
  }
}

std::shared_ptr<const SourceMap> ScriptSources::own_map(Script& made, bool on_disk) {
  const std::string url = mapping_url(made.text->text);
  if (url.substr(0, 5) == "data:") {
    const std::size_t comma = url.find(',');
    const bool base64 = comma != std::string::npos && url.substr(0, comma).find(";base64") != std::string::npos;
    std::optional<std::string> text;
    if (base64) {
      text = decode_base64(std::string_view(url).substr(comma + 1));
    }
    if (text) {
      return parse_map(*text, fmt::format("the source map inside {}", made.file));
    }
    warn(fmt::format("the source map inside {} was not used: it is not base64", made.file));
  }
  if (!on_disk) {
    return nullptr;
  }
  const std::string folder = folder_of(made.file);
  std::vector<std::string> candidates;
  if (!url.empty() && url.find(':') == std::string::npos && url.front() != '/') {
    candidates.push_back((fs::path(folder) / url).lexically_normal().generic_string());
  }
  candidates.push_back(made.file + ".map");
  for (const std::string& candidate : candidates) {
    if (!files_.contains(candidate)) {
      continue;
    }
    const std::optional<std::string> text = files_.read(candidate, kMaxMapBytes);
    if (!text) {
      warn(fmt::format("{} cannot be read or is too large", candidate));
      continue;
    }
    made.folder = folder_of(candidate);
    return parse_map(*text, candidate);
  }
  return nullptr;
}

ScriptSources::Original& ScriptSources::original(const Script& from, std::int32_t index) {
  const auto key = std::make_pair(from.map.get(), index);
  const auto known = originals_.find(key);
  if (known != originals_.end()) {
    return known->second;
  }
  Original& made = originals_[key];
  const MapSource& source = from.map->sources[static_cast<std::size_t>(index)];
  made.file = original_path(from, source.path);
  if (source.content) {
    made.text = make_source_text(*source.content);
  } else {
    std::optional<std::string> text = files_.read(made.file);
    if (text) {
      made.text = make_source_text(std::move(*text));
    }
  }
  return made;
}

std::string ScriptSources::original_path(const Script& from, std::string path) {
  // Bundlers write "webpack://name/./src/a.ts": the part after the name is relative to the project.
  const std::size_t scheme = path.find("://");
  if (scheme != std::string::npos && path.substr(0, 7) != "file://") {
    const std::size_t slash = path.find('/', scheme + 3);
    path = slash == std::string::npos ? std::string() : path.substr(slash + 1);
    std::string plain = fs::path(path).lexically_normal().generic_string();
    if (files_.contains(plain)) {
      return plain;
    }
  }
  path = files_.relative_to_root(path);
  if (files_.contains(path)) {
    return path;
  }
  std::string resolved = (fs::path(from.folder) / path).lexically_normal().generic_string();
  if (files_.contains(resolved)) {
    return resolved;
  }
  std::string matched = files_.match(resolved, warnings_);
  if (!matched.empty()) {
    return matched;
  }
  // A source of a package above the root stays beside its script; all else is shown without the way up.
  const bool above = from.folder.starts_with("../") && !package_of(resolved).empty();
  while (!above && resolved.substr(0, 3) == "../") {
    resolved.erase(0, 3);
  }
  return resolved;
}

/// "name version" of the package that a script lies in. The version is that of its package.json.
const std::string& ScriptSources::package(const std::string& file) {
  const std::string name = package_of(file);
  const std::size_t at = name.empty() ? std::string::npos : file.rfind("node_modules/" + name + "/");
  std::string folder = at == std::string::npos ? name : file.substr(0, at + 13 + name.size());
  const auto known = packages_.find(folder);
  if (known != packages_.end()) {
    return known->second;
  }
  std::string& made = packages_[folder];
  if (name.empty()) {
    return made;
  }
  made = name;
  const std::optional<std::string> text = files_.read(folder + "/package.json");
  const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
  if (json.is_object() && json.contains("version") && json["version"].is_string()) {
    made += " " + json["version"].get<std::string>();
  }
  return made;
}

Site ScriptSources::place(const Script& from, std::uint32_t line, std::uint32_t column, const StoreHint* hint) {
  Site site;
  site.file = from.file;
  site.line = line;
  if (column > 0) {
    site.column = column;
  }
  std::shared_ptr<const SourceText> text = from.text;
  const CodeModel* code = from.code.get();
  const Mapping* mapping = nullptr;
  if (from.map && line > 0) {
    mapping = from.map->find(line - 1, column > 0 ? column - 1 : 0);
  }
  if (mapping != nullptr) {
    site.generated_file = from.file;
    site.generated_line = line;
    site.generated_column = site.column;
    Original& source = original(from, mapping->source);
    site.file = source.file;
    site.line = mapping->line + 1;
    site.column = mapping->column + 1;
    if (source.text && !source.code) {
      source.code = std::make_unique<CodeModel>(source.text->text);
    }
    // A minifier renames functions: the original text has the name that its authors know.
    if (source.code) {
      site.function = source.code->name_at(site.line, *site.column);
      text = source.text;
      code = source.code.get();
    } else {
      site.excerpt_is_generated = from.text != nullptr;
    }
  }
  const bool of_original = mapping != nullptr && !site.excerpt_is_generated;
  const std::uint32_t shown_line = of_original ? site.line : line;
  if (text) {
    site.excerpt = excerpt_of(*text, shown_line);
  }
  site.text_at_hand = !site.excerpt.empty();
  site.excerpt_is_generated = site.excerpt_is_generated && site.text_at_hand;
  if (code != nullptr && hint != nullptr) {
    const std::uint32_t shown_column = of_original ? *site.column : column;
    if (auto statement = statement_at(*code, text->text, shown_line, shown_column, *hint)) {
      site.statement = std::move(*statement);
      // A minifier uses a name again for another thing.
      if (!site.excerpt_is_generated && line_length(*text, shown_line) <= kMaxReadableLine) {
        site.removal = removal_of(*code, site.statement, shown_line);
      }
    }
  }
  if (!site.text_at_hand && !is_runtime_script(from.file)) {
    site.missing_folder = folder_that_gives(from.file);
  }
  site.package = package(from.file);
  return site;
}

}  // namespace heapdiff::sites
