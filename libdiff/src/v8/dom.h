#pragma once
// Chromium's DOM, as V8 and Blink name it in a snapshot.

#include <algorithm>
#include <array>
#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kDetachedPrefix = "Detached ";

/// An object that is in no document: a node of the DOM or what Blink keeps for one. Node marks some objects of its own
/// as detached: "Detached Node / BindingData".
[[nodiscard]] constexpr bool is_detached_dom_class(std::string_view name) noexcept {
  return name.starts_with(kDetachedPrefix) && name.find(" / ") == std::string_view::npos;
}

/// Whether a name is that of a node of the DOM, as a page's script has it: "<div class=a>" of Chromium 110 on,
/// "HTMLDivElement" before that, "Text". Blink's own objects ("blink::UniqueElementData") are none: a count of DOM
/// nodes leaves them out. `name` may begin with "Detached ".
[[nodiscard]] constexpr bool is_dom_node_class(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 10> kNodes = {
      "Text",     "Comment",      "Attr",        "CDATASection",     "ProcessingInstruction",
      "Document", "HTMLDocument", "XMLDocument", "DocumentFragment", "ShadowRoot"};
  if (name.starts_with(kDetachedPrefix)) {
    name.remove_prefix(kDetachedPrefix.size());
  }
  return (name.starts_with('<') && name.ends_with('>')) ||
         (name.ends_with("Element") && name.find(':') == std::string_view::npos) ||
         std::find(kNodes.begin(), kNodes.end(), name) != kNodes.end();
}

/// A node of the DOM that is in no document.
[[nodiscard]] constexpr bool is_detached_dom_node_class(std::string_view name) noexcept {
  return name.starts_with(kDetachedPrefix) && is_dom_node_class(name);
}

/// Blink's record of a listener: the node between an event target and the script's function.
inline constexpr std::string_view kRegisteredListenerClass = "blink::RegisteredEventListener";

/// Blink's vectors and hash tables.
[[nodiscard]] constexpr bool is_blink_store(std::string_view name) noexcept {
  return name.find("HeapVectorBacking<") != std::string_view::npos ||
         name.find("HeapHashTableBacking<") != std::string_view::npos ||
         name.find("BasicHeapVector<") != std::string_view::npos;
}

}  // namespace heapdiff::v8
