#pragma once
// A series whose snapshots come one after the other, and exist nowhere else: each is read once.

#include "heapdiff/diff/series.h"

#include <cstddef>

namespace heapdiff {

class SeriesReader {
 public:
  /// `expected`: how many will come; a single one is compared with nothing. `options.each` is not called.
  SeriesReader(SeriesReadOptions options, std::size_t expected);

  /// Frees the graph of the snapshot before, and reads the next one to its end. `input.path` is its name in reports.
  /// A snapshot with the content of an earlier one is set aside. Throws as load_snapshot() does; then the series is as
  /// it was, without a graph.
  void add(const SeriesInput& input, ByteSource& source);
  /// Whether the graph of the latest snapshot is there: without it the series cannot be analysed.
  [[nodiscard]] bool holds_graph() const noexcept { return holds_graph_; }
  /// What was read, in order. To be called once. Throws Error{evidence} where no graph is held, and where the ids say
  /// that the latest snapshot is not the newest; Error{usage} for operations that do not rise.
  [[nodiscard]] Series finish(const SeriesPlan& plan);

 private:
  SeriesReadOptions options_;
  bool only_;
  bool holds_graph_ = false;
  Series series_;
};

}  // namespace heapdiff
