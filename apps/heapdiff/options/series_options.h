#pragma once
// Which files make the series, and when each was taken.

#include "heapdiff/diff/series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

/// The inputs of a series and what was said of their times and operations: SERIES, --at, --interval, --tz, --ops.
class SeriesOptions {
 public:
  /// Without `named` the command names its inputs itself.
  explicit SeriesOptions(CLI::App& app, bool named = true);

  /// Folders expanded, times found, oldest first. `warnings` says when the order given was another one.
  /// Throws Error{usage} for a file named twice, an --at that matches nothing or a time that is none, Error{input} for
  /// what does not exist.
  [[nodiscard]] std::vector<SeriesInput> find(std::vector<std::string>& warnings) const;
  /// The same for each of several series that share the options.
  [[nodiscard]] std::vector<std::vector<SeriesInput>> find_all(const std::vector<std::vector<std::string>>& all,
                                                               std::vector<std::string>& warnings) const;
  [[nodiscard]] bool counts_operations() const;
  /// What goes by position, --interval and --ops, anew for a part of a series.
  void place(std::vector<SeriesInput>& series) const;

 private:
  std::vector<std::string> inputs_;
  std::vector<std::string> at_;
  std::string interval_;
  std::string zone_;
  double operations_ = 0;
};

/// Folders replaced by the snapshots in them, by name, or in folders below when there are none; patterns with * ? [
/// that no shell has expanded by what they match. Throws Error{input} for one without any.
[[nodiscard]] std::vector<std::string> expand_folders(const std::vector<std::string>& inputs);

}  // namespace heapdiff
