#pragma once
// One file per kind of leak: each looks at one accumulation and says whether it is of its kind, and why it leaks.

#include "heapdiff/diff/suspect.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::detectors {

/// What the new objects of an accumulation are, in bytes of their own.
struct Content {
  std::int64_t total = 0;
  std::int64_t native = 0;  ///< outside the JavaScript heap
  std::int64_t strings = 0;
  std::int64_t promises = 0;
  std::int64_t generators = 0;
  std::int64_t detached = 0;
  std::int64_t modules = 0;
};

/// One accumulation with what is known about it. `suspect` has its path, holder, label and constructor already.
struct Case {
  const Heap& heap;
  const Accumulation& group;
  std::span<const Facts> facts;
  const Suspect& suspect;
  NodeIndex holder;
  std::size_t holder_at = 0;                ///< position of the holder in suspect.path
  const std::vector<std::uint32_t>& items;  ///< new objects that the holders' stores hold directly
  Content content;
  std::size_t item_at = 0;  ///< position in suspect.path of the first of `items`; of its last step when there is none

  /// Steps of the path from a little above the holder down to the item: what the item keeps is not how it is kept.
  [[nodiscard]] std::span<const SuspectStep> near() const;
  /// The same, and what the item keeps.
  [[nodiscard]] std::span<const SuspectStep> near_and_content() const;
  [[nodiscard]] bool any_near(const std::function<bool(const SuspectStep&)>& test) const;
};

/// What a detector found. `why` is two or three sentences with names and numbers of this heap.
struct Finding {
  const char* kind = "unknown";
  StoreHint::Operation operation = StoreHint::Operation::any;
  std::string why;
  std::vector<std::string> ruled_out;
};

using Detector = std::optional<Finding> (*)(const Case&);

std::optional<Finding> detached_dom(const Case& c);
std::optional<Finding> event_listener(const Case& c);
std::optional<Finding> timer(const Case& c);
std::optional<Finding> async_context(const Case& c);
std::optional<Finding> pool(const Case& c);
std::optional<Finding> buffer(const Case& c);
std::optional<Finding> promise(const Case& c);
std::optional<Finding> generator(const Case& c);
std::optional<Finding> map_growth(const Case& c);
std::optional<Finding> set_growth(const Case& c);
std::optional<Finding> array_growth(const Case& c);
std::optional<Finding> string(const Case& c);
std::optional<Finding> closure(const Case& c);
std::optional<Finding> module_cache(const Case& c);
std::optional<Finding> object_growth(const Case& c);
std::optional<Finding> class_instance(const Case& c);
std::optional<Finding> unknown(const Case& c);

/// All of them, the most specific first; the last one always finds.
[[nodiscard]] std::span<const Detector> all();

}  // namespace heapdiff::detectors
