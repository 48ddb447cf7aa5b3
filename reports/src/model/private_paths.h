#pragma once
// Folders that say where a machine keeps its files.

#include <string>
#include <string_view>

namespace heapdiff::model {

/// `text` in which absolute paths of files keep their last two parts: "/app/dist/cache/service.js:33" becomes
/// "/…/cache/service.js:33". A path is absolute when it starts with a slash, "file:///" or a drive ("C:\") and its last
/// part has an extension, or when it starts with a folder of the system ("/home", "/tmp"). URLs stay. O(text).
[[nodiscard]] std::string without_private_paths(std::string_view text);

}  // namespace heapdiff::model
