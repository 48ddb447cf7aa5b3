// SourceRoot makes candidate sites from the files below the root, their source maps and the statement
// finder.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/diff/site.h"
#include "sites/code_model.h"
#include "sites/source_files.h"
#include "sites/source_map.h"
#include "sites/statement_finder.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <tuple>

namespace heapdiff {
namespace {

namespace fs = std::filesystem;
using sites::CodeModel;
using sites::FoundStatement;
using sites::Mapping;
using sites::SourceMap;

constexpr std::size_t kMaxSites = 8;
constexpr std::size_t kMaxWarnings = 50;
constexpr std::size_t kMaxExcerptBytes = 240;  ///< of one line: minified lines are long
constexpr int kGoodScore = 35;                 ///< with a statement of this score, whole scripts are not searched
constexpr int kMaxNearness = 4;

/// Offsets of line starts. Lines are counted as the tokenizer counts them.
std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool lone_return = text[i] == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n');
    if (text[i] == '\n' || lone_return) {
      starts.push_back(i + 1);
    }
  }
  return starts;
}

struct Text {
  std::string text;
  std::vector<std::size_t> lines;
};

std::shared_ptr<const Text> make_text(std::string text) {
  auto made = std::make_shared<Text>();
  made->lines = line_starts(text);
  made->text = std::move(text);
  return made;
}

std::vector<SourceLine> excerpt_of(const Text& source, std::uint32_t line) {
  std::vector<SourceLine> lines;
  if (line == 0 || line > source.lines.size()) {
    return lines;
  }
  const std::uint32_t first = line > 2 ? line - 2 : 1;
  const auto last = static_cast<std::uint32_t>(std::min<std::size_t>(source.lines.size(), std::size_t{line} + 2));
  for (std::uint32_t i = first; i <= last; ++i) {
    const std::size_t start = source.lines[i - 1];
    const std::size_t end = i < source.lines.size() ? source.lines[i] : source.text.size();
    std::string text = source.text.substr(start, end - start);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
      text.pop_back();
    }
    if (text.size() > kMaxExcerptBytes) {
      std::size_t cut = kMaxExcerptBytes;
      while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
        --cut;
      }
      text.resize(cut);
    }
    if (i != line && start == source.text.size()) {
      break;  // the empty text after the last line end is no line
    }
    lines.push_back(SourceLine{i, std::move(text)});
  }
  return lines;
}

/// A generated script with its text, its tokens and its source map, as far as they were found.
struct Script {
  std::string file;    ///< relative to the root, or the script's name
  std::string folder;  ///< of the map, relative to the root; the map's sources are relative to it
  std::shared_ptr<const Text> text;
  std::unique_ptr<CodeModel> code;
  std::shared_ptr<const SourceMap> map;
};

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash);
}

std::string base_name(std::string_view path) {
  const std::vector<std::string> components = sites::path_components(path);
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

}  // namespace

struct SourceRoot::Impl {
  Impl(const std::string& root, const std::string& source_map) : files(root, warnings) {
    if (source_map.empty()) {
      return;
    }
    const std::optional<std::string> text = sites::read_limited(source_map, sites::kMaxMapBytes);
    if (!text) {
      warn("the given source map cannot be read");
      return;
    }
    user_map = parse_map(*text, "the given source map");
    std::error_code error;
    const fs::path canonical = fs::canonical(source_map, error);
    if (!error) {
      user_map_folder = folder_of(files.relative_to_root(canonical.generic_string()));
    }
    if (user_map_folder.substr(0, 1) == "/") {
      user_map_folder.clear();  // outside of the root: sources are matched by their path
    }
  }

  void warn(std::string text) {
    if (warnings.size() >= kMaxWarnings) {
      return;
    }
    if (std::find(warnings.begin(), warnings.end(), text) == warnings.end()) {
      warnings.push_back(std::move(text));
    }
  }

  std::shared_ptr<const SourceMap> parse_map(std::string_view text, const std::string& what) {
    std::string problem;
    std::optional<SourceMap> map = sites::parse_source_map(text, problem);
    if (!map) {
      warn(fmt::format("{} was not used: {}", what, problem));
      return nullptr;
    }
    return std::make_shared<SourceMap>(std::move(*map));
  }

  /// All that a Script is made from: its name, whether the user's map names another script, and whether the start of
  /// its text is known, which later evidence may change.
  using ScriptKey = std::tuple<std::string, bool, bool>;

  Script& script(const FunctionPosition& position, bool user_map_elsewhere) {
    const auto prefix = prefixes.find(position.script);
    const ScriptKey key{position.script, user_map_elsewhere, prefix != prefixes.end()};
    const auto known = scripts.find(key);
    if (known != scripts.end()) {
      return known->second;
    }
    Script& made = scripts[key];
    made.file = position.script;
    if (is_runtime_script(position.script)) {
      return made;
    }
    const std::string file = files.match(position.script, warnings);
    if (!file.empty()) {
      std::optional<std::string> text = files.read(file);
      if (text) {
        made.file = file;
        made.folder = folder_of(file);
        made.text = make_text(std::move(*text));
      } else {
        warn(fmt::format("{} cannot be read or is too large", file));
      }
    }
    const bool on_disk = made.text != nullptr;
    if (!on_disk && prefix != prefixes.end()) {
      made.text = make_text(prefix->second);
    }
    if (made.text) {
      made.code = std::make_unique<CodeModel>(made.text->text);
    }
    find_map(made, position.script, on_disk, user_map_elsewhere);
    return made;
  }

  void find_map(Script& made, const std::string& name, bool on_disk, bool user_map_elsewhere) {
    if (user_map && names_script(*user_map, name)) {
      made.map = user_map;
      made.folder = user_map_folder;
      return;
    }
    if (made.text) {
      made.map = own_map(made, on_disk);
    }
    const std::vector<std::string> parts = sites::path_components(name);
    const bool packaged = std::find(parts.begin(), parts.end(), "node_modules") != parts.end();
    if (!made.map && user_map && !user_map_elsewhere && !packaged) {
      made.map = user_map;
      made.folder = user_map_folder;
    }
  }

  static bool names_script(const SourceMap& map, const std::string& name) {
    return !map.file.empty() && base_name(map.file) == base_name(name);
  }

  std::shared_ptr<const SourceMap> own_map(Script& made, bool on_disk) {
    const std::string url = mapping_url(made.text->text);
    if (url.substr(0, 5) == "data:") {
      const std::size_t comma = url.find(',');
      const bool base64 = comma != std::string::npos && url.substr(0, comma).find(";base64") != std::string::npos;
      std::optional<std::string> text;
      if (base64) {
        text = sites::decode_base64(std::string_view(url).substr(comma + 1));
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
      if (!files.contains(candidate)) {
        continue;
      }
      const std::optional<std::string> text = files.read(candidate, sites::kMaxMapBytes);
      if (!text) {
        warn(fmt::format("{} cannot be read or is too large", candidate));
        continue;
      }
      made.folder = folder_of(candidate);
      return parse_map(*text, candidate);
    }
    return nullptr;
  }

  /// Name and text of an original source. They are kept, because many sites share one source.
  struct Original {
    std::string file;
    std::shared_ptr<const Text> text;
    std::unique_ptr<CodeModel> code;  ///< made when a name is needed
  };

  Original& original(const Script& from, std::int32_t index) {
    const auto key = std::make_pair(from.map.get(), index);
    const auto known = originals.find(key);
    if (known != originals.end()) {
      return known->second;
    }
    Original& made = originals[key];
    const sites::MapSource& source = from.map->sources[static_cast<std::size_t>(index)];
    made.file = original_path(from, source.path);
    if (source.content) {
      made.text = make_text(*source.content);
    } else {
      std::optional<std::string> text = files.read(made.file);
      if (text) {
        made.text = make_text(std::move(*text));
      }
    }
    return made;
  }

  std::string original_path(const Script& from, std::string path) {
    // Bundlers write "webpack://name/./src/a.ts": the part after the name is relative to the project.
    const std::size_t scheme = path.find("://");
    if (scheme != std::string::npos && path.substr(0, 7) != "file://") {
      const std::size_t slash = path.find('/', scheme + 3);
      path = slash == std::string::npos ? std::string() : path.substr(slash + 1);
      const std::string plain = fs::path(path).lexically_normal().generic_string();
      if (files.contains(plain)) {
        return plain;
      }
    }
    path = files.relative_to_root(path);
    if (files.contains(path)) {
      return path;
    }
    std::string resolved = (fs::path(from.folder) / path).lexically_normal().generic_string();
    if (files.contains(resolved)) {
      return resolved;
    }
    const std::string matched = files.match(resolved, warnings);
    if (!matched.empty()) {
      return matched;
    }
    while (resolved.substr(0, 3) == "../") {
      resolved.erase(0, 3);
    }
    return resolved;
  }

  /// "name version" of the package that a script lies in. The version is that of its package.json below the root.
  const std::string& package(const std::string& file) {
    const std::string name = package_of(file);
    const std::size_t at = name.empty() ? std::string::npos : file.rfind("node_modules/" + name + "/");
    std::string folder = at == std::string::npos ? name : file.substr(0, at + 13 + name.size());
    const auto known = packages.find(folder);
    if (known != packages.end()) {
      return known->second;
    }
    std::string& made = packages[folder];
    if (name.empty()) {
      return made;
    }
    made = name;
    const std::optional<std::string> text = files.read(folder + "/package.json");
    const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
    if (json.is_object() && json.contains("version") && json["version"].is_string()) {
      made += " " + json["version"].get<std::string>();
    }
    return made;
  }

  /// A site at a generated position, mapped to the original source where a map covers the position.
  Site place(const Script& from, std::uint32_t line, std::uint32_t column) {
    Site site;
    site.file = from.file;
    site.line = line;
    if (column > 0) {
      site.column = column;
    }
    std::shared_ptr<const Text> text = from.text;
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
      text = source.text;
      if (text && !source.code) {
        source.code = std::make_unique<CodeModel>(text->text);
      }
      // A minifier renames functions: the original text has the name that its authors know.
      if (source.code) {
        site.function = source.code->name_at(site.line, *site.column);
      }
    }
    if (text) {
      site.excerpt = excerpt_of(*text, site.line);
    }
    site.text_at_hand = !site.excerpt.empty();
    site.package = package(from.file);
    return site;
  }

  struct Candidate {
    const Script* script = nullptr;
    FoundStatement statement;
  };

  std::vector<Candidate> statements(const std::vector<FunctionPosition>& functions, const StoreHint& hint,
                                    bool user_map_elsewhere) {
    std::vector<Candidate> found;
    const auto append = [&found](const Script& from, std::vector<FoundStatement> statements) {
      for (FoundStatement& statement : statements) {
        Candidate candidate;
        candidate.script = &from;
        candidate.statement = std::move(statement);
        found.push_back(std::move(candidate));
      }
    };
    std::vector<const Script*> searched;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      const Script& from = script(functions[i], user_map_elsewhere);
      if (!from.code) {
        continue;
      }
      const int nearness = static_cast<int>(std::min<std::size_t>(i, kMaxNearness));
      append(from, sites::find_statements(*from.code, functions[i], hint, nearness));
    }
    const bool good = std::any_of(found.begin(), found.end(),
                                  [](const Candidate& candidate) { return candidate.statement.score >= kGoodScore; });
    for (std::size_t i = 0; !good && i < functions.size(); ++i) {
      const Script& from = script(functions[i], user_map_elsewhere);
      if (!from.code || std::find(searched.begin(), searched.end(), &from) != searched.end()) {
        continue;
      }
      searched.push_back(&from);
      const int nearness = static_cast<int>(std::min<std::size_t>(i, kMaxNearness));
      append(from, sites::find_statements_anywhere(*from.code, hint, nearness));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.statement.score > b.statement.score; });
    return found;
  }

  static void add_unique(std::vector<Site>& result, Site site, std::size_t limit) {
    if (result.size() >= limit) {
      return;
    }
    for (Site& known : result) {
      if (known.file != site.file || known.line != site.line) {
        continue;
      }
      if (known.function.empty()) {
        known.function = std::move(site.function);
      }
      return;
    }
    result.push_back(std::move(site));
  }

  std::vector<std::string> warnings;
  sites::SourceFiles files;
  std::shared_ptr<const SourceMap> user_map;
  std::string user_map_folder;
  std::map<std::string, std::string> prefixes;  ///< start of each script's text, by name of the script
  std::map<ScriptKey, Script> scripts;
  std::map<std::string, std::string> packages;  ///< folder of a package to "name version"
  std::map<std::pair<const SourceMap*, std::int32_t>, Original> originals;
};

SourceRoot::SourceRoot(std::string root, std::string source_map) : impl_(std::make_unique<Impl>(root, source_map)) {}
SourceRoot::~SourceRoot() = default;
SourceRoot::SourceRoot(SourceRoot&&) noexcept = default;
SourceRoot& SourceRoot::operator=(SourceRoot&&) noexcept = default;

const std::vector<std::string>& SourceRoot::warnings() const noexcept { return impl_->warnings; }

Site SourceRoot::position(const FunctionPosition& function) {
  const auto& from = impl_->script(function, false);
  Site site = impl_->place(from, function.line, function.column);
  if (site.function.empty()) {
    site.function = function.name;
  }
  site.role = function.role;
  site.evidence = function.evidence;
  site.note = function.note;
  return site;
}

std::string SourceRoot::function_name(const CodePlace& place, const std::string& name) {
  if (place.line == 0 || place.script.empty() || is_runtime_script(place.script)) {
    return {};
  }
  FunctionPosition position;
  position.script = place.script;
  position.line = place.line;
  position.column = place.column;
  const auto& from = impl_->script(position, false);
  if (!from.map) {
    return {};
  }
  const Site site = impl_->place(from, place.line, place.column);
  if (site.generated_file.empty()) {
    return {};
  }
  // A function without a name is told by its line, which is the same in all builds of one version of its file.
  const std::string& original = site.function.empty() ? name : site.function;
  return fmt::format("{} {}", site.file, original.empty() ? fmt::format("line {}", site.line) : original);
}

std::vector<Site> SourceRoot::sites(const std::vector<FunctionPosition>& functions, const StoreHint& hint) {
  const bool user_map_elsewhere =
      impl_->user_map != nullptr && std::any_of(functions.begin(), functions.end(), [this](const FunctionPosition& f) {
        return Impl::names_script(*impl_->user_map, f.script);
      });
  // Evidence for one script may have the start of its text or not: any that has it serves all.
  for (const FunctionPosition& f : functions) {
    if (!f.script_source_prefix.empty()) {
      impl_->prefixes.try_emplace(f.script, f.script_source_prefix);
    }
  }
  std::vector<Site> result;
  // Up to three places are kept for the positions of the functions: a statement may be a wrong guess and must not
  // take the place of all of them.
  const std::size_t statement_limit = kMaxSites - std::min<std::size_t>(3, functions.size());
  for (const Impl::Candidate& candidate : impl_->statements(functions, hint, user_map_elsewhere)) {
    if (result.size() >= statement_limit) {
      break;
    }
    Site site = impl_->place(*candidate.script, candidate.statement.line, candidate.statement.column);
    if (site.function.empty()) {
      site.function = candidate.statement.function;
    }
    site.role = candidate.statement.role;
    site.evidence = SiteEvidence::source_text;
    site.note = candidate.statement.note;
    Impl::add_unique(result, std::move(site), statement_limit);
  }
  for (const bool node : {false, true}) {
    for (const FunctionPosition& position : functions) {
      if (is_runtime_script(position.script) != node || position.line == 0) {
        continue;
      }
      const Script& from = impl_->script(position, user_map_elsewhere);
      Site site = impl_->place(from, position.line, position.column);
      if (site.function.empty()) {
        site.function = position.name;
      }
      if (site.function.empty() && from.code) {
        const std::size_t function = from.code->function_at(position.line, position.column);
        if (function != sites::kNone) {
          site.function = from.code->functions()[function].name;
        }
      }
      site.role = position.role;
      site.evidence = position.evidence;
      site.note = position.note;
      Impl::add_unique(result, std::move(site), kMaxSites);
    }
  }
  return result;
}

}  // namespace heapdiff
