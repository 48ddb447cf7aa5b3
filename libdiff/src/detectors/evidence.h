#pragma once
// Sentences and counts that several detectors share.

#include "detectors/detector.h"
#include "heapdiff/diff/quantity.h"

namespace heapdiff::detectors {

/// Whether `word` (lower case) occurs in `text`, in any case.
[[nodiscard]] bool contains_word(std::string_view text, std::string_view word);

/// The holder's class with the name that the program gave to it: "Map "cache"", or "Map" alone.
[[nodiscard]] std::string holder_text(const Candidate& candidate);

/// "Alive at the end, by the interval in which they came: 3,000, 3,000 and 2,998."
[[nodiscard]] std::string cohorts_text(const Candidate& candidate);

/// A function literal and the number of its closures: "(anonymous) (/app/x.js:12)".
struct LiteralCount {
  std::string literal;
  std::size_t count = 0;
};
/// The literals of the functions that the nodes are or wrap, most frequent first. A node that is no function is asked
/// for its property `member`. Looks at the first 2,000 nodes.
[[nodiscard]] std::vector<LiteralCount> literals(const Heap& heap, std::span<const std::uint32_t> nodes,
                                                 std::string_view member = {});

/// The Script of a function whose code was evaluated at run time: a script without a name. None for other functions.
[[nodiscard]] NodeIndex evaluated_script_of(const SnapshotGraph& graph, NodeIndex closure);

/// A sentence on functions among the items that were evaluated at run time; empty when fewer than half of them were.
[[nodiscard]] std::string evaluated_text(const Candidate& candidate);

/// Objects of one class at each snapshot; empty when the last snapshot has none.
[[nodiscard]] std::vector<std::int64_t> counts_of_class(std::span<const Facts> facts, std::string_view name);

/// The variables of a scope that keep most, largest first: "payload (1.2 MB), user (40 B)". Empty when it has none.
[[nodiscard]] std::string variables_text(const Heap& heap, NodeIndex context);

/// The first scope below the holder on the path; none when there is none. O(nodes).
[[nodiscard]] NodeIndex context_near(const Candidate& candidate);

/// A sentence that the holders are not new: it gives their number and class.
[[nodiscard]] std::string holders_ruled_out(const Candidate& candidate);

/// The operation that adds to the collection that holds the objects. Where no collection holds them, a statement that
/// waits for a promise.
[[nodiscard]] StoreHint::Operation store_or_wait(const Candidate& candidate);

[[nodiscard]] Content content_of(const Heap& heap, const suspects::Accumulation& group);

}  // namespace heapdiff::detectors
