#pragma once
// Folders that say where a machine keeps its files.

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::model {

/// `text` in which absolute paths of files keep their last two parts: "/app/dist/cache/service.js:33" becomes
/// "/…/cache/service.js:33", "/app/server.js" "/…/server.js". A path is absolute when it starts with a slash,
/// "file:///", a home ("~/") or a drive ("C:\") and its last part has an extension, or when it starts with a folder of
/// the system ("/home", "/tmp") or of `folders`. URLs stay. O(text).
[[nodiscard]] std::string without_private_paths(std::string_view text, const std::vector<std::string>& folders = {});

/// The report in which no text names a folder of the machines that captured and analysed. Folders at the root of a
/// machine that inputs, arguments and places in the source lie in count as private.
[[nodiscard]] RcaReport without_private_paths(RcaReport report);

}  // namespace heapdiff::model
