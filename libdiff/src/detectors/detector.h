#pragma once
// One file per kind of leak. A detector looks at one accumulation and says whether it is of its kind, and why it leaks.

#include "detectors/sentence.h"
#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::detectors {

/// Self sizes of the new objects of an accumulation, in bytes, by what they are.
struct Content {
  std::int64_t total = 0;
  std::int64_t off_heap = 0;  ///< outside the JavaScript heap
  std::int64_t strings = 0;
  std::int64_t promises = 0;
  std::int64_t generators = 0;
  std::int64_t detached = 0;  ///< DOM nodes that are in no document
  std::int64_t modules = 0;
};

class HeapChecks;

/// One accumulation with what is known of it. `suspect` has its path, holder, label and constructor already.
struct Candidate {
  const series::SeriesView& view;
  const Heap& heap;
  const suspects::Accumulation& group;
  const Suspect& suspect;
  NodeIndex holder;
  std::size_t holder_at = 0;                ///< position of the holder in suspect.path
  const std::vector<std::uint32_t>& items;  ///< the new objects that the holders' stores refer to
  Content content;
  LeakCause cause = LeakCause::none;  ///< where the holder is a collection that the runtime keeps
  std::size_t item_at = 0;  ///< position in suspect.path of the first of `items`; of its last step when there is none
  AgeSource ages = AgeSource::snapshots;  ///< what "new" means here

  /// The steps of the path from three above the holder down to the item. What the item itself keeps does not tell how
  /// the item is kept.
  const HeapChecks* checks = nullptr;  ///< counts on this accumulation: heap_checks.h
  [[nodiscard]] std::span<const SuspectStep> near() const;
  /// The same steps, and those below the item.
  [[nodiscard]] std::span<const SuspectStep> near_and_content() const;
  /// Whether a step of near() passes the test.
  [[nodiscard]] bool any_near(const std::function<bool(const SuspectStep&)>& test) const;
};

/// What a detector found.
struct Finding {
  LeakKind kind = LeakKind::unknown;
  StoreHint::Operation operation = StoreHint::Operation::any;  ///< what a statement that adds to the leak does
  Reasons reasons;                                             ///< why it leaks, and what it is not
  LeakCause cause = LeakCause::none;
  /// What a reader counts, where it is neither the class of the items nor their number: waiters, contexts.
  std::optional<Fact> counted = {};
};

/// None when the accumulation is not of the detector's kind.
using Detector = std::optional<Finding> (*)(const Candidate&);

std::optional<Finding> runtime_collection(const Candidate& candidate);
std::optional<Finding> detached_dom(const Candidate& candidate);
std::optional<Finding> event_listener(const Candidate& candidate);
std::optional<Finding> timer(const Candidate& candidate);
std::optional<Finding> async_context(const Candidate& candidate);
std::optional<Finding> pool(const Candidate& candidate);
std::optional<Finding> buffer(const Candidate& candidate);
std::optional<Finding> promise(const Candidate& candidate);
std::optional<Finding> generator(const Candidate& candidate);
std::optional<Finding> map_growth(const Candidate& candidate);
std::optional<Finding> set_growth(const Candidate& candidate);
std::optional<Finding> array_growth(const Candidate& candidate);
std::optional<Finding> string_slices(const Candidate& candidate);
std::optional<Finding> string(const Candidate& candidate);
std::optional<Finding> closure(const Candidate& candidate);
std::optional<Finding> module_cache(const Candidate& candidate);
std::optional<Finding> object_growth(const Candidate& candidate);
std::optional<Finding> class_instance(const Candidate& candidate);
std::optional<Finding> unknown(const Candidate& candidate);

/// All detectors, the most specific first. The last one always finds something.
[[nodiscard]] std::span<const Detector> all();

}  // namespace heapdiff::detectors
