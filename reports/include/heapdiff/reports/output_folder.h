#pragma once
// An output folder that is either complete or not there.

#include "heapdiff/reports/output_file.h"

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// One file of a folder.
struct FolderFile {
  std::string name;
  std::string bytes;
  bool is_program = false;
};

/// How a folder that was written by heapdiff is told from others: it has the file `file`, whose text begins with
/// `begin`, and nothing but files of `names`.
struct FolderMark {
  std::string file;
  std::string begin;
  std::vector<std::string> names;
};

/// Throws Error{output} when `path` exists and is not a folder with this mark, also when it is an empty folder. Links
/// are followed. Reads at most as many bytes as `mark.begin` has.
void require_own_folder(const std::string& path, const FolderMark& mark);

/// Writes `files` to a new folder in the same place and renames it to `path` as a whole. An older folder with the mark
/// is exchanged with the new one and then removed; on a file system that cannot exchange, there is a moment without a
/// folder. Any other is left alone. On an error, or when a signal ends the process, nothing is left. `durable`: the
/// files are on the disk before the folder has its name, and its name when this returns. Throws Error{output} with the
/// path and the reason.
void write_folder(const std::string& path, const std::vector<FolderFile>& files, const FolderMark& mark,
                  OutputFile::Sync sync = OutputFile::Sync::usual);

}  // namespace heapdiff
