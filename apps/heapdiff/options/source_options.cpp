#include "options/source_options.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <filesystem>

namespace heapdiff {

namespace {

std::string nearest_source_root() {
  std::error_code error;
  for (auto folder = std::filesystem::current_path(error); !error && !folder.empty(); folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / ".git", error) || std::filesystem::exists(folder / "package.json", error)) {
      return folder.string();
    }
    if (folder == folder.root_path()) {
      break;
    }
  }
  return {};
}

}  // namespace

SourceOptions::SourceOptions(CLI::App& app) {
  begin_group(app, "Source lines and commits");
  root_option_ = add_option(app, "--source-root", locations.root,
                            "Folder of the program's source (default: the nearest one with .git or package.json)")
                     .type_name("DIR");
  add_option(app, "--source-map", locations.map, "A source map to use").type_name("FILE");
  add_flag(app, "--no-source", none_,
           "Open no source files; source text that the snapshots themselves hold is still used");
  add_flag(app, "--no-excerpts", locations.no_excerpts, "Keep lines of source code out of the report");
  add_option(app, "--repo", locations.repo, "Name the commit that brought each line, from this Git clone")
      .type_name("DIR");
  add_option(app, "--since", since_, "List the commits of this time before the last capture to the same files: 5d")
      .type_name("DURATION");
  add_option(app, "--heap-profile", locations.heap_profile, "A sampling profile (.heapprofile) of the same process")
      .type_name("FILE");
}

void SourceOptions::validate() {
  if (!since_.empty()) {
    locations.since_ns = parse_duration(since_);
    if (!locations.since_ns) {
      throw Error(ErrorKind::usage,
                  "--since: expected a duration such as 5d or 12h, got '" + visible_text(since_) + "'");
    }
    if (locations.repo.empty()) {
      throw Error(ErrorKind::usage, "--since: needs --repo", "Name the program's Git clone with --repo DIR.");
    }
  }
  if (none_) {
    locations.root.clear();
  } else if (!root_option_.was_given()) {
    locations.root = nearest_source_root();
  } else if (!std::filesystem::is_directory(locations.root)) {
    throw Error(ErrorKind::usage, "--source-root: no such folder: '" + visible_text(locations.root) + "'");
  }
}

}  // namespace heapdiff
