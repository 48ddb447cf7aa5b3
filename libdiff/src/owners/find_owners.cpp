#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/owners.h"
#include "v8/functions.h"
#include "v8/machinery.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::uint32_t kShared = 0;
constexpr std::uint32_t kEngine = 1;
constexpr std::uint32_t kUnset = INT32_MAX;
constexpr std::uint32_t kIsFinal = std::uint32_t{1} << 31U;  ///< what dominates the node was looked at, too

/// Names the owners of positions. Functions come first: only they lead to their scripts in all versions of V8, and
/// positions of instances have the script's number.
class EvidenceFinder {
 public:
  EvidenceFinder(const SnapshotGraph& graph, OwnerNamer& namer) : graph_(graph), namer_(namer) {
    found_.owners = {{OwnerKind::shared, std::string(kSharedOwner), {}},
                     {OwnerKind::engine, std::string(kEngineOwner), {}}};
  }

  OwnerEvidence find() {
    std::unordered_map<std::uint32_t, std::uint32_t> owner_of_id;  // by script id
    for (const bool functions : {true, false}) {
      for (const Location& row : graph_.locations().rows) {
        if ((graph_.type(row.node) == NodeType::closure) != functions) {
          continue;
        }
        const auto [at, is_new] = owner_of_id.try_emplace(row.script_id, kUnset);
        if (is_new) {
          if (const auto place = place_of(graph_, row.node)) {
            at->second = number_of(place->script);
            add(script_node(row), at->second);
          }
        }
        add(row.node, at->second);
        if (functions) {
          // Many functions of a script share a scope, so that none of them dominates it.
          const NodeIndex scope = graph_.find_target(row.node, EdgeType::internal, v8::kContextEdge);
          if (scope && v8::is_context_class(graph_.name(scope))) {
            add(scope, at->second);
          }
        }
      }
    }
    std::sort(found_.nodes.begin(), found_.nodes.end());
    const auto same_node = [](const auto& a, const auto& b) { return a.first == b.first; };
    found_.nodes.erase(std::unique(found_.nodes.begin(), found_.nodes.end(), same_node), found_.nodes.end());
    return std::move(found_);
  }

 private:
  void add(NodeIndex n, std::uint32_t owner) {
    if (n && owner != kUnset) {
      found_.nodes.emplace_back(n.get(), owner);
    }
  }

  [[nodiscard]] NodeIndex script_node(const Location& row) const {
    if (row.script || graph_.type(row.node) != NodeType::closure) {
      return row.script;
    }
    const NodeIndex shared = graph_.find_target(row.node, EdgeType::internal, v8::kSharedEdge);
    return shared ? script_of(graph_, shared) : NodeIndex::none();
  }

  std::uint32_t number_of(std::string_view script) {
    const Owner& owner = namer_.owner_of(script);
    if (owner.kind == OwnerKind::shared || owner.kind == OwnerKind::engine) {
      return owner.kind == OwnerKind::engine ? kEngine : kUnset;
    }
    const auto [at, is_new] =
        numbers_.try_emplace(std::pair(owner.name, owner.version), static_cast<std::uint32_t>(found_.owners.size()));
    if (is_new) {
      found_.owners.push_back(owner);
    }
    return at->second;
  }

  const SnapshotGraph& graph_;
  OwnerNamer& namer_;
  OwnerEvidence found_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> numbers_;
};

/// The owner of a node, where `own` is what its position says and `above` the owner of what dominates it. kUnset: the
/// root alone dominates it, and nothing tells who made it.
std::uint32_t owner_at(const SnapshotGraph& graph, NodeIndex n, std::uint32_t own, std::uint32_t above) {
  // What the runtime makes for a program belongs to the program.
  if (own != kUnset && (own != kEngine || above == kUnset || above == kShared)) {
    return own;
  }
  if (above != kUnset) {
    return above;
  }
  const NodeType type = graph.type(n);
  const bool engines =
      v8::is_engine_overhead(graph, n) || (type == NodeType::hidden && v8::is_system_class(graph.name(n)));
  return engines && type != NodeType::synthetic ? kEngine : kUnset;  // roots say nothing of what hangs below them
}

}  // namespace

OwnerEvidence owner_evidence(const SnapshotGraph& graph, OwnerNamer& namer) {
  return EvidenceFinder(graph, namer).find();
}

std::vector<OwnerShare> find_owners(const Heap& heap, const OwnerEvidence& evidence) {
  std::vector<std::uint32_t> owner(heap.graph.node_count(), kUnset);
  for (const auto& [node, number] : evidence.nodes) {
    owner[node] = number;
  }
  if (!owner.empty()) {
    owner[0] = owner_at(heap.graph, NodeIndex(0), owner[0], kUnset) | kIsFinal;
  }
  std::vector<OwnerShare> shares(evidence.owners.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i].owner = evidence.owners[i];
  }
  // Nodes are visited in the order of their columns in memory, which is several times as fast as that of the dominator
  // tree. From each one climbs to the nearest dominator that was visited before.
  std::vector<std::uint32_t> trail;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    std::uint32_t at = i;
    while ((owner[at] & kIsFinal) == 0) {
      trail.push_back(at);
      at = heap.dominators.idom[at];
    }
    for (std::uint32_t above = owner[at] & ~kIsFinal; !trail.empty(); trail.pop_back()) {
      const std::uint32_t n = trail.back();
      above = owner_at(heap.graph, NodeIndex(n), owner[n], above);
      owner[n] = above | kIsFinal;
    }
    const std::uint32_t found = owner[i] & ~kIsFinal;
    OwnerShare& share = shares[found == kUnset ? kShared : found];
    share.bytes += heap.graph.self_size(NodeIndex(i));
    share.objects += 1;
  }
  std::erase_if(shares, [](const OwnerShare& s) { return s.objects == 0; });
  std::stable_sort(shares.begin(), shares.end(), [](const OwnerShare& a, const OwnerShare& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes
                              : std::pair(a.owner.name, a.owner.version) < std::pair(b.owner.name, b.owner.version);
  });
  return shares;
}

}  // namespace heapdiff
