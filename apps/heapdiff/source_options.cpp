#include "source_options.h"

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
  root_option_ = app.add_option("--source-root", root,
                                "Folder of the program's source (default: the nearest one with .git or package.json)")
                     ->type_name("DIR");
  app.add_option("--source-map", map, "A source map to use")->type_name("FILE");
  app.add_flag("--no-source", none_, "Open no source files");
}

void SourceOptions::validate() {
  if (none_) {
    root.clear();
  } else if (root_option_->count() == 0) {
    root = nearest_source_root();
  } else if (!std::filesystem::is_directory(root)) {
    throw Error(ErrorKind::usage, "--source-root: no such folder: '" + visible_text(root) + "'");
  }
}

}  // namespace heapdiff
