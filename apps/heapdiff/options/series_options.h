#pragma once
// The files of a series, and when each was taken.

#include "heapdiff/diff/series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

/// The inputs of a series, their times and their operations: SERIES, --at, --interval, --tz, --ops.
class SeriesOptions {
 public:
  /// `named`: declares SERIES. Otherwise the command has options of its own for its inputs.
  explicit SeriesOptions(CLI::App& app, bool named = true);

  /// The snapshots of the series, oldest first, with their times. Folders are expanded. Adds a warning when the given
  /// order was another one. Throws Error{usage} for standard input that is named twice, an --at that matches no input,
  /// or a text that is not a time; Error{input} for a folder or pattern without snapshots.
  [[nodiscard]] std::vector<SeriesInput> find(std::vector<std::string>& warnings) const;
  /// find() for each of several series that share the options.
  [[nodiscard]] std::vector<std::vector<SeriesInput>> find_all(const std::vector<std::vector<std::string>>& all,
                                                               std::vector<std::string>& warnings) const;
  [[nodiscard]] bool counts_operations() const;
  /// Applies --interval and --ops, which depend on the position in the series. To be called again for a part of a
  /// series.
  void place(std::vector<SeriesInput>& series) const;

 private:
  std::vector<std::string> inputs_;
  std::vector<std::string> at_;
  std::string interval_;
  std::string zone_;
  double operations_ = 0;
};

/// Replaces each folder by the snapshots in it, in the order of their names, or by those in folders below when it has
/// none itself; and each pattern with * ? [ by the files that match, for shells that do not expand it. Throws
/// Error{input} for a folder or pattern without snapshots.
[[nodiscard]] std::vector<std::string> expand_folders(const std::vector<std::string>& inputs);

}  // namespace heapdiff
