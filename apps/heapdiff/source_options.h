#pragma once
// Where the program's source is: --source-root, --source-map, --no-source.

#include <CLI/CLI.hpp>

#include <string>

namespace heapdiff {

struct SourceOptions {
  explicit SourceOptions(CLI::App& app);
  /// Settles `root`: the folder given, the nearest one above the working directory with .git or package.json, or none.
  /// Throws Error{usage} when the folder given does not exist.
  void validate();

  std::string root;  ///< empty: no source is opened
  std::string map;   ///< a source map file, or empty

 private:
  CLI::Option* root_option_ = nullptr;
  bool none_ = false;
};

}  // namespace heapdiff
