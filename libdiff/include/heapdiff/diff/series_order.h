#pragma once
// In which order the snapshots of a series were taken.

#include "heapdiff/diff/capture_time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// What an order rests on, best first.
enum class OrderSource {
  ids,                ///< V8 numbers new objects upwards, so a later snapshot of a process has a larger last id
  option,             ///< --at
  names,              ///< times in file names, or the numbers in them
  arguments,          ///< as the caller named the files
  modification_time,  ///< copies and clones change it
};

/// "ids", "option", "names", "arguments", "modification-time": as in the report's schema.
[[nodiscard]] const char* name_of(OrderSource source) noexcept;

/// What is known of one snapshot before they are put in order.
struct OrderEvidence {
  std::string path;
  std::optional<std::uint64_t> last_id;   ///< largest id of a heap object; none where ids cannot be compared
  std::optional<std::int64_t> option_ns;  ///< from --at; replaces the time in the name
  std::optional<NameTime> name_time;
  std::optional<std::int64_t> modified_ns;
};

struct SeriesOrder {
  std::vector<std::size_t> order;  ///< indices of the evidence, oldest first
  OrderSource source = OrderSource::arguments;
  std::vector<OrderSource> contradictions;  ///< claims of another order than this one
  /// The ids do not prove an order, and what the caller and the names say disagrees: growth may be shrinkage.
  bool disputed = false;
};

/// What the order of the evidence means.
enum class ArgumentOrder {
  none,     ///< the files were found in a folder
  given,    ///< the caller named them one by one; a shell that expands a pattern does so too, by text
  claimed,  ///< the caller named them and gave --interval: the order is what the caller says it is
};

/// Ids are used first, then --at, times in names, numbers in names, the order of the arguments, and modification times
/// last, and only for files found in a folder. Different times in one order are no contradiction. Modification times
/// never contradict anything, and the order of the arguments only where it is claimed. O(n^2) for n snapshots.
[[nodiscard]] SeriesOrder find_order(std::span<const OrderEvidence> evidence, ArgumentOrder arguments);

/// Whether `a` comes before `b` when the numbers in both are compared as numbers: "snapshot-9" before "snapshot-10".
[[nodiscard]] bool is_before_by_number(const std::string& a, const std::string& b);

}  // namespace heapdiff
