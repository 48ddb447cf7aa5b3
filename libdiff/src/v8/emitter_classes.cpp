#include "heapdiff/diff/emitter_classes.h"

#include "heapdiff/diff/quantity.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace heapdiff {

namespace {

/// What Node's own emitters, and those that copy their methods, are called in a snapshot.
constexpr std::string_view kEmitterClass = "EventEmitter";

}  // namespace

EmitterClasses::EmitterClasses(const SnapshotGraph& graph) {
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> objects;  // by prototype
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.type(NodeIndex(i)) == NodeType::object && graph.name(NodeIndex(i)) == kEmitterClass) {
      if (const NodeIndex prototype = graph.find_target(NodeIndex(i), EdgeType::property, v8::kPrototypeOfInstance)) {
        objects[prototype.get()].push_back(i);
      }
    }
  }
  for (std::uint32_t i = 0; i < graph.node_count() && !objects.empty(); ++i) {
    const std::string_view name = graph.type(NodeIndex(i)) == NodeType::closure ? graph.name(NodeIndex(i)) : "";
    if (name.empty() || name == kEmitterClass) {
      continue;
    }
    const NodeIndex prototype = graph.find_target(NodeIndex(i), EdgeType::property, v8::kPrototypeOfFunction);
    const auto at = prototype ? objects.find(prototype.get()) : objects.end();
    if (at == objects.end()) {
      continue;
    }
    const std::string shown = visible_text(name, 80);
    for (const std::uint32_t n : at->second) {
      if (names_.try_emplace(n, shown).second) {
        ++counts_[shown];
      }
    }
  }
}

std::string EmitterClasses::name_of(NodeIndex n, std::string_view otherwise) const {
  const auto at = names_.find(n.get());
  return at == names_.end() ? std::string(otherwise) : at->second;
}

std::string EmitterClasses::note() const {
  constexpr std::size_t kMaxNames = 5;
  std::vector<std::pair<std::string, std::int64_t>> rows(counts_.begin(), counts_.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  rows.resize(std::min(rows.size(), kMaxNames));
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += fmt::format("{}{} {} {}",
                        i == 0                 ? ""
                        : i + 1 == rows.size() ? " and "
                                               : ", ",
                        format_count(rows[i].second), rows[i].second == 1 ? "is" : "are", rows[i].first);
  }
  return text.empty() ? text : fmt::format("Of the objects called {}, {}.", kEmitterClass, text);
}

}  // namespace heapdiff
