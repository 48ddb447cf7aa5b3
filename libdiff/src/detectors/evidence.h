#pragma once
// Sentences and counts that several detectors share.

#include "detectors/detector.h"
#include "heapdiff/diff/quantity.h"

namespace heapdiff::detectors {

/// Whether `word` (lower case) occurs in `text`, whatever the case.
[[nodiscard]] bool contains_word(std::string_view text, std::string_view word);

/// "Map "cache"" or "Map": the holder with the name that the program gave to it.
[[nodiscard]] std::string holder_text(const Case& c);

/// "Alive at the end, by the interval in which they came: 3,000, 3,000 and 2,998."
[[nodiscard]] std::string cohorts_text(const Case& c);

/// A function literal with how many of the items are closures of it: "(anonymous) (/app/x.js:12)".
struct LiteralCount {
  std::string literal;
  std::size_t count = 0;
};
/// Of the functions that the given nodes are or wrap (bound functions, once-wrappers, the property `member`), most
/// frequent first. Looks at 2,000 nodes at most.
[[nodiscard]] std::vector<LiteralCount> literals(const Heap& heap, std::span<const std::uint32_t> nodes,
                                                 std::string_view member = {});

/// The user's function behind a closure: through bound functions and once-wrappers.
[[nodiscard]] NodeIndex unwrap(const SnapshotGraph& graph, NodeIndex closure);

/// The Script of a function whose code was evaluated at run time: one without a name. None for all others.
[[nodiscard]] NodeIndex evaluated_script_of(const SnapshotGraph& graph, NodeIndex closure);

/// A sentence on functions among the items that were evaluated at run time; empty when fewer than half of them were.
[[nodiscard]] std::string evaluated_text(const Case& c);

/// Objects of one class at each snapshot; empty when the last one has none.
[[nodiscard]] std::vector<std::int64_t> counts_of_class(std::span<const Facts> facts, const std::string& name);

/// What a context keeps, largest first: "payload (1.2 MB), user (40 B)"; empty when it has no named variables.
[[nodiscard]] std::string variables_text(const Heap& heap, NodeIndex context, std::size_t most = 3);

/// The first context below the holder on the way to the content; none when there is none.
[[nodiscard]] NodeIndex context_near(const Case& c);

/// A sentence on how many holders there are, and that they are not new.
[[nodiscard]] std::string holders_ruled_out(const Case& c);

/// What to look for by the collection that holds the objects; for a promise, or anything else, who waits for it.
[[nodiscard]] StoreHint::Operation store_or_wait(const Case& c);

[[nodiscard]] Content content_of(const Heap& heap, const Accumulation& group);

}  // namespace heapdiff::detectors
