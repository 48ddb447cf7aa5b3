#pragma once
// The files of a series, and when each was taken.

#include "heapdiff/diff/series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

/// A series as the caller named it.
struct FoundSeries {
  std::vector<SeriesInput> inputs;  ///< folders expanded, in the order of the arguments; each file once
  SeriesPlan plan;
  std::vector<std::string> set_aside;  ///< one sentence for each file that was found twice
  std::vector<MemoryPoint> memory;     ///< from --memory-usage; empty without it
};

/// What a command asks of the caller about its series.
enum class SeriesUse {
  named,     ///< its inputs, their times and their operations
  timed,     ///< times and operations: the command has options of its own for its inputs
  captured,  ///< operations: the command takes the snapshots itself
};

/// The inputs of a series and what the caller says of their times and operations: SERIES, --at, --interval, --tz,
/// --ops.
class SeriesOptions {
 public:
  explicit SeriesOptions(CLI::App& app, SeriesUse use = SeriesUse::named);

  /// In place of SERIES.
  void set_inputs(std::vector<std::string> inputs) { inputs_ = std::move(inputs); }
  /// --ops, where it was given.
  [[nodiscard]] std::optional<double> operations_per_step() const;

  /// Throws Error{usage} for a file named twice, an --at that matches nothing, or a time, zone or duration that does
  /// not exist; Error{input} for a folder or pattern without snapshots. Files are not opened, and may be missing.
  [[nodiscard]] FoundSeries find() const;
  /// The same for each of several series that share the options.
  [[nodiscard]] std::vector<FoundSeries> find_all(const std::vector<std::vector<std::string>>& all) const;
  [[nodiscard]] bool counts_operations() const;

 private:
  [[nodiscard]] SeriesPlan plan(const std::vector<SeriesInput>& series) const;

  std::vector<std::string> inputs_;
  std::vector<std::string> at_;
  std::string interval_;
  std::string zone_;
  double operations_ = 0;
  std::string memory_usage_;
};

}  // namespace heapdiff
