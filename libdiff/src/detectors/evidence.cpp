#include "detectors/evidence.h"

#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMostLookedAt = 2000;

/// Position of `id` in the graph, for the few nodes of a path.
NodeIndex node_of_id(const Heap& heap, std::uint64_t id) {
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    if (heap.graph.id(NodeIndex(i)) == id) {
      return NodeIndex(i);
    }
  }
  return NodeIndex::none();
}

}  // namespace

std::span<const SuspectStep> Case::near() const {
  const auto steps = near_and_content();
  const std::size_t below = suspect.path.size() - std::min(item_at + 1, suspect.path.size());
  return steps.first(steps.size() - std::min(below, steps.size()));
}

std::span<const SuspectStep> Case::near_and_content() const {
  const std::size_t first = std::min(holder_at < 3 ? 0 : holder_at - 3, suspect.path.size());
  return std::span(suspect.path).subspan(first);
}

bool Case::any_near(const std::function<bool(const SuspectStep&)>& test) const {
  const auto steps = near();
  return std::any_of(steps.begin(), steps.end(), test);
}

bool contains_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

std::string holder_text(const Case& c) {
  const std::string& holder = c.suspect.holder;
  const std::string name = holder == "(synthetic)" || holder.empty() ? "a root of the heap" : holder;
  return c.suspect.label.empty() ? name : fmt::format("{} \"{}\"", name, c.suspect.label);
}

std::string cohorts_text(const Case& c) {
  std::string counts;
  const auto& instances = c.suspect.instances;
  for (std::size_t k = 1; k < instances.size(); ++k) {
    const char* separator = k == 1 ? "" : k + 1 == instances.size() ? " and " : ", ";
    counts += separator + format_count(std::lround(instances[k]));
  }
  return instances.size() > 2 ? fmt::format("Alive at the end, by the interval in which they came: {}.", counts)
                              : fmt::format("Alive at the end of those that came in between: {}.", counts);
}

NodeIndex unwrap(const SnapshotGraph& graph, NodeIndex closure) {
  for (int depth = 0; depth < 8 && closure; ++depth) {
    NodeIndex inner = graph.find_target(closure, EdgeType::property, "listener");
    if (!inner || graph.type(inner) != NodeType::closure) {
      inner = graph.find_target(closure, EdgeType::internal, "bound_function");
    }
    if (!inner || graph.type(inner) != NodeType::closure) {
      break;
    }
    closure = inner;
  }
  return closure;
}

std::vector<LiteralCount> literals(const Heap& heap, std::span<const std::uint32_t> nodes, std::string_view member) {
  const SnapshotGraph& graph = heap.graph;
  std::unordered_map<std::uint32_t, std::pair<NodeIndex, std::size_t>> by_shared;
  for (const std::uint32_t i : nodes.first(std::min(nodes.size(), kMostLookedAt))) {
    NodeIndex n(i);
    if (graph.type(n) != NodeType::closure && !member.empty()) {
      n = graph.find_target(n, EdgeType::property, member);
    }
    if (!n || graph.type(n) != NodeType::closure) {
      continue;
    }
    n = unwrap(graph, n);
    const NodeIndex shared = graph.find_target(n, EdgeType::internal, "shared");
    auto& entry = by_shared[shared ? shared.get() : n.get()];
    entry.first = n;
    ++entry.second;
  }
  std::map<std::string, std::size_t> by_text;  // each evaluation of a text makes a function literal of its own
  for (const auto& entry : by_shared) {
    const NodeIndex n = entry.second.first;
    const std::string name = visible_text(graph.name(n), 60);
    const auto place = place_of(graph, n);
    const std::string where = place                           ? fmt::format(" ({})", place->text())
                              : evaluated_script_of(graph, n) ? std::string(" (evaluated code)")
                                                              : std::string();
    by_text[(name.empty() ? "an anonymous function" : name) + where] += entry.second.second;
  }
  std::vector<LiteralCount> out;
  for (const auto& [literal, count] : by_text) {
    out.push_back({literal, count});
  }
  std::sort(out.begin(), out.end(), [](const LiteralCount& a, const LiteralCount& b) {
    return a.count != b.count ? a.count > b.count : a.literal < b.literal;
  });
  return out;
}

std::vector<std::int64_t> counts_of_class(std::span<const Facts> facts, const std::string& name) {
  std::vector<std::int64_t> counts;
  for (const Facts& f : facts) {
    const auto at = f.constructors.find(name);
    counts.push_back(at == f.constructors.end() ? 0 : at->second.count);
  }
  return counts.back() == 0 ? std::vector<std::int64_t>() : counts;
}

std::string variables_text(const Heap& heap, NodeIndex context, std::size_t most) {
  std::vector<std::pair<std::uint64_t, std::string>> variables;
  for (const auto edge : heap.graph.edges(context)) {
    if (edge.type == EdgeType::context) {
      const bool owned = heap.dominators.of(edge.target) == context;
      variables.emplace_back(owned ? heap.retained_size(edge.target) : heap.graph.self_size(edge.target),
                             visible_text(heap.graph.edge_name(edge), 60));
    }
  }
  std::sort(variables.begin(), variables.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(variables.size(), most); ++i) {
    text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", variables[i].second,
                        format_bytes(static_cast<double>(variables[i].first)));
  }
  return text;
}

NodeIndex context_near(const Case& c) {
  for (std::size_t i = c.holder_at + 1; i < c.suspect.path.size(); ++i) {
    if (c.suspect.path[i].node.starts_with("system / Context")) {
      return node_of_id(c.heap, c.suspect.path[i].node_id);
    }
  }
  return NodeIndex::none();
}

std::string holders_ruled_out(const Case& c) {
  const std::string& holder = c.suspect.emitter.empty() ? c.suspect.holder : c.suspect.emitter;
  return c.suspect.holder_count == 1
             ? fmt::format("It is one and the same {} in all snapshots: it grows, it is not made again.", holder)
             : fmt::format("Not new holders: all {} of class {} existed at the first snapshot.",
                           format_count(c.suspect.holder_count), holder);
}

StoreHint::Operation store_or_wait(const Case& c) {
  const std::string& holder = c.suspect.holder;
  if (holder == "Map") {
    return StoreHint::Operation::map_set;
  }
  if (holder == "Set") {
    return StoreHint::Operation::set_add;
  }
  return holder == "Array" ? StoreHint::Operation::array_push : StoreHint::Operation::wait;
}

Content content_of(const Heap& heap, const Accumulation& group) {
  Content content;
  for (const auto& [constructor, bytes] : group.class_bytes) {
    const std::string_view name = heap.classes.info(ClassIndex(constructor)).name;
    const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    content.total += bytes;
    content.native += has("ArrayBufferData") || has("ExternalStringData") || name == "ArrayBuffer" ? bytes : 0;
    content.strings += name == "(string)" || name == "(concatenated string)" || name == "(sliced string)" ? bytes : 0;
    content.promises += has("Promise") ? bytes : 0;
    content.generators += has("Generator") || has("AsyncFunction") ? bytes : 0;
    // Node marks some objects of its own as detached: "Detached Node / BindingData".
    content.detached += name.starts_with("Detached ") && !has(" / ") ? bytes : 0;
    content.modules += name == "Module" || name == "SourceTextModule" ? bytes : 0;
  }
  return content;
}

}  // namespace heapdiff::detectors
