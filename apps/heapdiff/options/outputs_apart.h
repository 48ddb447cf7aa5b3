#pragma once
// No command may overwrite what it reads.

namespace CLI {
class App;
}

namespace heapdiff {

/// Throws Error{usage} when an output of `command` (-o) is also one of its inputs: a snapshot, also one in a folder
/// that is given, or a file that another option names. Files are compared by device and inode, so that another
/// spelling, a symbolic link and a hard link are recognised. To be called before anything is read. O(options and files
/// in folders).
void require_outputs_apart(const CLI::App& command);

}  // namespace heapdiff
