#pragma once
// From what the caller names to files: folders and patterns expanded, each file once.

#include <string>
#include <vector>

namespace heapdiff {

/// A snapshot file among the inputs.
struct InputFile {
  std::string path;   ///< "-" is standard input
  bool named = true;  ///< by the caller; false: found in a folder or by a pattern
};

/// The files that `inputs` stand for: a folder by the snapshots in it, by name and numbers as numbers, or by those in
/// the folders below when it has none; a pattern with * ? [ that no shell has expanded by what it matches. Snapshots in
/// a folder end in .heapsnapshot or .heaptimeline, or in .json and begin as one; each of these may end in .gz or .zst.
///
/// A file that is found twice, by another path or link, is left out with a sentence in `set_aside`. Throws Error{input}
/// for a folder or pattern without snapshots, Error{usage} for a file that the caller named twice. O(n log n).
[[nodiscard]] std::vector<InputFile> find_input_files(const std::vector<std::string>& inputs,
                                                      std::vector<std::string>& set_aside);

/// Paths alone, for commands that take any number of files and each as often as it is named.
[[nodiscard]] std::vector<std::string> expand_folders(const std::vector<std::string>& inputs);

}  // namespace heapdiff
