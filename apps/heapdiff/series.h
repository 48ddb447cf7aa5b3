#pragma once
// Which files make the series, and when each was taken.

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heapdiff {

struct SeriesInput {
  std::string path;  ///< "-" is standard input
  std::optional<std::int64_t> captured_ns;
  std::string captured_source = "none";  ///< "option", "file-name", "modification-time", "none"
};

/// The inputs of a series and what was said of their times: SERIES, --at, --interval, --tz.
class SeriesOptions {
 public:
  explicit SeriesOptions(CLI::App& app);

  /// Folders expanded, times found, oldest first. `warnings` says when the order given was another one.
  /// Throws Error{usage} for a file named twice, an --at that matches nothing or a time that is none, Error{input} for
  /// what does not exist.
  [[nodiscard]] std::vector<SeriesInput> find(std::vector<std::string>& warnings) const;

 private:
  std::vector<std::string> inputs_;
  std::vector<std::string> at_;
  std::string interval_;
  std::string zone_;
};

/// Folders replaced by the snapshots in them, by name. Throws Error{input} for a folder without any.
[[nodiscard]] std::vector<std::string> expand_folders(const std::vector<std::string>& inputs);

}  // namespace heapdiff
