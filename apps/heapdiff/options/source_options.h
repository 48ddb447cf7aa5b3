#pragma once
// Where the program's source and its history are: --source-root, --source-map, --no-source, --no-excerpts, --repo,
// --since, --heap-profile.

#include "options/declare_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace heapdiff {

struct SourceOptions {
  explicit SourceOptions(CLI::App& app);
  /// Settles `root`: the folder given, the nearest one above the working directory with .git or package.json, or none.
  /// Throws Error{usage} when the folder given does not exist or a duration is none.
  void validate();

  std::string root;                      ///< empty: no source is opened
  std::string map;                       ///< a source map file, or empty
  std::string heap_profile;              ///< a .heapprofile of the same process, or empty
  std::string repo;                      ///< a folder of a Git clone; empty: no commits are named
  std::optional<std::int64_t> since_ns;  ///< list commits of this time before the last capture
  bool no_excerpts = false;

 private:
  DeclaredOption root_option_;
  std::string since_;
  bool none_ = false;
};

}  // namespace heapdiff
