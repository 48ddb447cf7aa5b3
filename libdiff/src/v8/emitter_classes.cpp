#include "heapdiff/diff/emitter_classes.h"

#include "heapdiff/diff/quantity.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/edge_lookup.h"
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
  std::vector<NodeIndex> functions;
  std::vector<std::uint32_t> emitter_names;  // string indices; V8 writes each text once
  graph.strings().for_each_text([&](StringIndex name, std::string_view text) {
    if (text == kEmitterClass) {
      emitter_names.push_back(name.get());
    }
  });
  if (emitter_names.empty()) {
    return;
  }
  const auto is_emitter = [&](std::uint32_t name) {
    return std::find(emitter_names.begin(), emitter_names.end(), name) != emitter_names.end();
  };
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const NodeType type = graph.type(n);
    if (type == NodeType::closure) {
      functions.push_back(n);
    } else if (type == NodeType::object && is_emitter(graph.name_index(n).get())) {
      if (const NodeIndex prototype = graph.find_target(n, EdgeType::property, v8::kPrototypeOfInstance)) {
        objects[prototype.get()].push_back(i);
      }
    }
  }
  if (objects.empty()) {
    return;
  }
  v8::EdgeLookup prototype_of(graph, v8::kPrototypeOfFunction, EdgeType::property);
  for (const NodeIndex function : functions) {
    const NodeIndex prototype = prototype_of.target_of(function);
    const auto at = prototype ? objects.find(prototype.get()) : objects.end();
    const std::string_view name = at == objects.end() ? "" : graph.name(function);
    if (name.empty() || name == kEmitterClass) {
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
