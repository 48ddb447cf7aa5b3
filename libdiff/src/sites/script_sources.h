#pragma once
// The scripts of a program: their texts, their source maps and the originals that these lead to.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"
#include "sites/run_count.h"
#include "sites/source_files.h"
#include "sites/source_map.h"
#include "sites/source_text.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace heapdiff::sites {

/// A generated script with its text, its tokens and its source map, as far as they were found.
struct Script {
  std::string file;    ///< relative to the root, or the script's name as a path
  std::string folder;  ///< of the map, relative to the root; the map's sources are relative to it
  std::shared_ptr<const SourceText> text;
  std::unique_ptr<CodeModel> code;
  std::unique_ptr<RunCount> runs;  ///< of `code`
  std::shared_ptr<const SourceMap> map;
};

class ScriptSources {
 public:
  /// `root` may be empty: then there is no source. `source_map` is a further map file, or empty.
  ScriptSources(const std::string& root, const std::string& source_map);

  /// Remembers the start of a script's text, which serves where no file is found.
  void add_prefix(const FunctionPosition& position);

  /// Whether the user's map names a script.
  [[nodiscard]] bool is_of_user_map(const std::string& script) const;

  /// The script of a position. `user_map_elsewhere`: the user's map names another script of the same suspect.
  Script& script(const FunctionPosition& position, bool user_map_elsewhere);

  /// A site at a generated position, mapped to the original source where a map covers the position. `hint` is that of a
  /// statement whose text is wanted; nullptr for none.
  Site place(const Script& from, std::uint32_t line, std::uint32_t column, const StoreHint* hint);

  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  /// Name and text of an original source. They are kept, because many sites share one source.
  struct Original {
    std::string file;
    std::shared_ptr<const SourceText> text;
    std::unique_ptr<CodeModel> code;  ///< made when a name is needed
  };

  void warn(std::string text);
  std::shared_ptr<const SourceMap> parse_map(std::string_view text, const std::string& what);
  void find_map(Script& made, const std::string& name, bool on_disk, bool user_map_elsewhere);
  std::shared_ptr<const SourceMap> own_map(Script& made, bool on_disk);
  Original& original(const Script& from, std::int32_t index);
  std::string original_path(const Script& from, std::string path);
  const std::string& package(const std::string& file);

  /// All that a Script is made from: its name, whether the user's map names another script, and whether the start of
  /// its text is known, which later evidence may change.
  using ScriptKey = std::tuple<std::string, bool, bool>;

  std::vector<std::string> warnings_;
  SourceFiles files_;
  std::shared_ptr<const SourceMap> user_map_;
  std::string user_map_folder_;
  std::map<std::string, std::string> prefixes_;  ///< start of each script's text, by name of the script
  std::map<ScriptKey, Script> scripts_;
  std::map<std::string, std::string> packages_;  ///< folder of a package to "name version"
  std::map<std::pair<const SourceMap*, std::int32_t>, Original> originals_;
};

}  // namespace heapdiff::sites
