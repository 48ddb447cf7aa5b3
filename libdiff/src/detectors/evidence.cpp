#include "detectors/evidence.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/buffers.h"
#include "v8/collections.h"
#include "v8/dom.h"
#include "v8/functions.h"
#include "v8/modules.h"
#include "v8/node_predicates.h"
#include "v8/promises.h"
#include "v8/roots.h"
#include "v8/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kMaxNodes = 2000;  // looked at
constexpr std::size_t kMaxVariables = 3;
constexpr std::size_t kStepsAboveHolder = 3;

/// The node with an id. O(nodes): for few nodes only.
NodeIndex node_of_id(const Heap& heap, std::uint64_t id) {
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    if (heap.graph.id(NodeIndex(i)) == id) {
      return NodeIndex(i);
    }
  }
  return NodeIndex::none();
}

}  // namespace

std::span<const SuspectStep> Candidate::near() const {
  const auto steps = near_and_content();
  const std::size_t below = suspect.path.size() - std::min(item_at + 1, suspect.path.size());
  return steps.first(steps.size() - std::min(below, steps.size()));
}

std::span<const SuspectStep> Candidate::near_and_content() const {
  const std::size_t first =
      std::min(holder_at < kStepsAboveHolder ? 0 : holder_at - kStepsAboveHolder, suspect.path.size());
  return std::span(suspect.path).subspan(first);
}

bool Candidate::any_near(const std::function<bool(const SuspectStep&)>& test) const {
  const auto steps = near();
  return std::any_of(steps.begin(), steps.end(), test);
}

bool contains_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

std::string holder_text(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.holder;
  const std::string name = holder == v8::kRootClass || holder.empty() ? "a root of the heap" : holder;
  return candidate.suspect.label.empty() ? name : fmt::format("{} \"{}\"", name, candidate.suspect.label);
}

std::string cohorts_text(const Candidate& candidate) {
  std::string counts;
  const auto& instances = candidate.suspect.instances;
  for (std::size_t k = 1; k < instances.size(); ++k) {
    const char* separator = k == 1 ? "" : k + 1 == instances.size() ? " and " : ", ";
    counts += separator + format_count(std::lround(instances[k]));
  }
  return instances.size() > 2 ? fmt::format("Alive at the end, by the interval in which they came: {}.", counts)
                              : fmt::format("Alive at the end of those that came in between: {}.", counts);
}

std::vector<LiteralCount> literals(const Heap& heap, std::span<const std::uint32_t> nodes, std::string_view member) {
  const SnapshotGraph& graph = heap.graph;
  std::unordered_map<std::uint32_t, std::pair<NodeIndex, std::size_t>> by_shared;
  for (const std::uint32_t i : nodes.first(std::min(nodes.size(), kMaxNodes))) {
    NodeIndex n(i);
    if (graph.type(n) != NodeType::closure && !member.empty()) {
      n = graph.find_target(n, EdgeType::property, member);
    }
    if (!n || graph.type(n) != NodeType::closure) {
      continue;
    }
    n = v8::unwrap_function(graph, n);
    const NodeIndex shared = graph.find_target(n, EdgeType::internal, v8::kSharedEdge);
    auto& entry = by_shared[shared ? shared.get() : n.get()];
    entry.first = n;
    ++entry.second;
  }
  std::map<std::string, std::size_t> by_text;  // evaluating one text twice makes two function literals
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

std::vector<std::int64_t> counts_of_class(std::span<const Facts> facts, std::string_view name) {
  std::vector<std::int64_t> counts;
  for (const Facts& f : facts) {
    const auto at = f.constructors.find(std::string(name));
    counts.push_back(at == f.constructors.end() ? 0 : at->second.count);
  }
  return counts.back() == 0 ? std::vector<std::int64_t>() : counts;
}

std::string variables_text(const Heap& heap, NodeIndex context) {
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
  for (std::size_t i = 0; i < std::min(variables.size(), kMaxVariables); ++i) {
    text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", variables[i].second,
                        format_bytes(static_cast<double>(variables[i].first)));
  }
  return text;
}

NodeIndex context_near(const Candidate& candidate) {
  for (std::size_t i = candidate.holder_at + 1; i < candidate.suspect.path.size(); ++i) {
    if (candidate.suspect.path[i].node.starts_with(v8::kContextPrefix)) {
      return node_of_id(candidate.heap, candidate.suspect.path[i].node_id);
    }
  }
  return NodeIndex::none();
}

std::string holders_ruled_out(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.emitter.empty() ? candidate.suspect.holder : candidate.suspect.emitter;
  return candidate.suspect.holder_count == 1
             ? fmt::format("It is one and the same {} in all snapshots: it grows, it is not made again.", holder)
             : fmt::format("Not new holders: all {} of class {} existed at the first snapshot.",
                           format_count(candidate.suspect.holder_count), holder);
}

StoreHint::Operation store_or_wait(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.holder;
  if (holder == v8::kMapClass) {
    return StoreHint::Operation::map_set;
  }
  if (holder == v8::kSetClass) {
    return StoreHint::Operation::set_add;
  }
  return holder == v8::kArrayClass ? StoreHint::Operation::array_push : StoreHint::Operation::wait;
}

Content content_of(const Heap& heap, const suspects::Accumulation& group) {
  Content content;
  for (const auto& [constructor, bytes] : group.class_bytes) {
    const std::string_view name = heap.classes.info(ClassIndex(constructor)).name;
    content.total += bytes;
    content.off_heap += v8::is_off_heap_class(name) ? bytes : 0;
    content.strings += v8::is_string_class(name) ? bytes : 0;
    content.promises += v8::is_promise_class(name) ? bytes : 0;
    content.generators += v8::is_generator_class(name) || v8::is_async_function_class(name) ? bytes : 0;
    content.detached += v8::is_detached_dom_class(name) ? bytes : 0;
    content.modules += v8::is_module_class(name) ? bytes : 0;
  }
  return content;
}

}  // namespace heapdiff::detectors
