#pragma once
// Words that several detectors share, and sentences that they have in common.

#include "detectors/heap_checks.h"

#include <string>
#include <string_view>

namespace heapdiff::detectors {

/// Whether `word` (lower case) occurs in `text`, in any case.
[[nodiscard]] bool contains_word(std::string_view text, std::string_view word);

/// The holder's class with the name that the program gave to it: "Map "cache"", or "Map" alone; a collection of the
/// runtime by what it is.
[[nodiscard]] Name holder_name(const Candidate& candidate);

/// The same at the start of a sentence.
[[nodiscard]] Name holder_first(const Candidate& candidate);

/// What `count` objects of the class of the growing objects are called.
[[nodiscard]] Name noun(const Candidate& candidate, const Fact& count);
/// The same with "objects" after the name of a class: "Answer objects".
[[nodiscard]] Name objects(const Candidate& candidate, const Fact& count);

/// The node with an id; none where there is none. O(nodes).
[[nodiscard]] NodeIndex node_of_id(const SnapshotGraph& graph, std::uint64_t id);

/// "beat (/app/x.js:12)".
[[nodiscard]] std::string literal_words(const SnapshotGraph& graph, NodeIndex function);

/// The function that an item is, or keeps as its listener or callback, without wrappers; none when there is none.
[[nodiscard]] NodeIndex function_of(const SnapshotGraph& graph, NodeIndex item);

/// The Script of a function whose code was evaluated at run time: a script without a name. None for other functions.
[[nodiscard]] NodeIndex evaluated_script_of(const SnapshotGraph& graph, NodeIndex closure);

/// What the holder gained, of which intervals it is, and whether any of it went. A chain is called a chain.
void say_growth(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// "Still alive from each interval: 3,000, 3,000 and 2,998." Of the class that grows.
void say_intervals(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// The same for another class.
void say_intervals_of(std::string_view class_name, const Candidate& candidate, const HeapChecks& checks,
                      Reasons& reasons);

/// How many waiters the holder, a promise, has, where all new ones are among them. Whether it was said.
bool say_waiters(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// Classes that come with each of `count` objects of one class in one proportion, where there are several.
void say_what_each_brings(const HeapChecks& checks, const Fact& count, std::string_view class_name, Reasons& reasons);

/// What hangs from contexts of asynchronous work, where there are half as many as growing objects, or more.
void say_contexts(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// Which functions the timers call.
void say_callbacks(const HeapChecks& checks, Reasons& reasons);

/// What the scopes of the functions keep.
void say_scopes(const HeapChecks& checks, Reasons& reasons);

/// On functions among the items that were evaluated at run time, where they are half of them or more.
void say_evaluated(const HeapChecks& checks, Reasons& reasons);

/// What slices keep of long strings, where that is most of the growth. Whether it was said.
bool say_slices(const HeapChecks& checks, AgeSource ages, Reasons& reasons);

/// What the holders' stores grew by, where what they hold has no objects.
void say_store_growth(const HeapChecks& checks, Reasons& reasons);

/// What texts that were put together keep of their parts, where these are most of the growth. Whether it was said.
bool say_parts(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// That the holders are not new: their number and class.
void rule_out_new_holders(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// That it is no bounded cache: objects of every interval are there.
void rule_out_bounded_cache(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons);

/// The operation that adds to the collection that holds the objects. Where no collection holds them, a statement that
/// waits for a promise.
[[nodiscard]] StoreHint::Operation store_or_wait(const Candidate& candidate);

/// The operation that adds to the collection; `any` where no collection holds the objects.
[[nodiscard]] StoreHint::Operation store_operation(const Candidate& candidate);

[[nodiscard]] Content content_of(const Heap& heap, const suspects::Accumulation& group);

}  // namespace heapdiff::detectors
