#pragma once
// Where the program's source and its history are: --source-root, --source-map, --no-source, --no-excerpts, --repo,
// --since, --heap-profile.

#include "heapdiff/diff/suspect_sites.h"
#include "options/declare_options.h"

#include <string>

namespace heapdiff {

struct SourceOptions {
  explicit SourceOptions(CLI::App& app);
  /// Settles `locations.root`: the folder given, the nearest one above the working directory with .git or package.json,
  /// or none. Throws Error{usage} when the given folder does not exist, or for a text that is not a duration.
  void validate();

  SourceLocations locations;

 private:
  DeclaredOption root_option_;
  std::string since_;
  bool none_ = false;
};

}  // namespace heapdiff
