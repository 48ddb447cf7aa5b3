#pragma once
// What a signal has to remove: the output that is not complete yet. There is one at a time.

#include <string>
#include <vector>

namespace heapdiff::model {

/// Remembers a file that is about to be made, so that no signal can come between. An empty path means no file.
void set_unfinished(const std::string& path);

/// Remembers a folder that is about to be made, with the names of all files that may be in it.
void set_unfinished_folder(const std::string& path, const std::vector<std::string>& names);

}  // namespace heapdiff::model
