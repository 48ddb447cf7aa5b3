// DOM nodes in no document that JavaScript still refers to.

#include "detectors/evidence.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/dom.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMaxNamedClasses = 3;

struct NodeCount {
  double count = 0;
  std::string name;  ///< class without "Detached "
};

/// The new DOM nodes that are in no document, by class, the most frequent first. Blink's own objects do not count.
std::vector<NodeCount> detached_nodes(const Candidate& candidate) {
  std::vector<NodeCount> found;
  for (const auto& [constructor, counts] : candidate.group.class_counts) {
    const std::string_view name = candidate.heap.classes.info(ClassIndex(constructor)).name;
    if (v8::is_detached_dom_node_class(name)) {
      found.push_back({std::accumulate(counts.begin(), counts.end(), 0.0),
                       visible_text(name.substr(v8::kDetachedPrefix.size()), 60)});
    }
  }
  std::sort(found.begin(), found.end(), [](const NodeCount& a, const NodeCount& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  return found;
}

}  // namespace

std::optional<Finding> detached_dom(const Candidate& candidate) {
  if (candidate.content.detached <= candidate.content.total / 10) {
    return std::nullopt;
  }
  const std::vector<NodeCount> counts = detached_nodes(candidate);
  double nodes = 0;
  std::string classes;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    nodes += counts[i].count;
    if (i < kMaxNamedClasses) {
      classes += fmt::format("{}{} {}", i == 0 ? "" : ", ", format_count(std::lround(counts[i].count)), counts[i].name);
    }
  }
  if (counts.size() > kMaxNamedClasses) {
    classes += ", and others";
  }
  Finding f{LeakKind::detached_dom, StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} DOM nodes{} that came after the first snapshot are in no document any more, and {} still refers to them. "
      "Each keeps its whole subtree and its listeners.",
      format_count(std::lround(nodes)), classes.empty() ? "" : fmt::format(" ({})", classes), holder_text(candidate));
  f.ruled_out.push_back("Not the document: its own tree is marked as attached.");
  return f;
}

}  // namespace heapdiff::detectors
