#pragma once
// Which files make the series, and when each was taken.

#include "cli.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

struct SeriesInput {
  std::string path;  ///< "-" is standard input
  std::optional<std::int64_t> captured_ns;
  std::string captured_source = "none";  ///< "option", "file-name", "modification-time", "none"
};

/// Folders expanded, times found, oldest first. `warnings` says when the order given was another one.
/// Throws Error{usage} for a file named twice or an --at that matches nothing, Error{input} for what does not exist.
[[nodiscard]] std::vector<SeriesInput> find_series(const Options& options, std::vector<std::string>& warnings);

}  // namespace heapdiff
