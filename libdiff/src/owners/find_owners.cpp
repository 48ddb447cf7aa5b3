#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/owners.h"
#include "v8/edge_lookup.h"
#include "v8/functions.h"
#include "v8/machinery.h"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::uint32_t kShared = 0;
constexpr std::uint32_t kEngine = 1;
constexpr std::uint32_t kUnset = UINT32_MAX;

/// Names the owners of positions. Functions come first: only they lead to their scripts in all versions of V8, and
/// positions of instances have the script's number.
class EvidenceFinder {
 public:
  EvidenceFinder(const SnapshotGraph& graph, OwnerNamer& namer)
      : graph_(graph), namer_(namer), context_(graph, v8::kContextEdge), shared_(graph, v8::kSharedEdge) {
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
          const NodeIndex scope = context_.target_of(row.node);
          if (scope && v8::is_context_class(graph_.name(scope))) {
            add(scope, at->second);
          }
        }
      }
    }
    return std::move(found_);
  }

 private:
  void add(NodeIndex n, std::uint32_t owner) {
    if (n && owner != kUnset) {
      found_.nodes.emplace_back(n.get(), owner);
    }
  }

  [[nodiscard]] NodeIndex script_node(const Location& row) {
    if (row.script || graph_.type(row.node) != NodeType::closure) {
      return row.script;
    }
    const NodeIndex shared = shared_.target_of(row.node);
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
  v8::EdgeLookup context_;
  v8::EdgeLookup shared_;
  OwnerEvidence found_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> numbers_;
};

/// Adds up what belongs to each owner. `Number` holds positions in the list of owners; half of its values do.
template <class Number>
class OwnerSums {
 public:
  static constexpr Number kUnset = std::numeric_limits<Number>::max() >> 1U;

  OwnerSums(const Heap& heap, const OwnerEvidence& evidence)
      : heap_(heap), owner_(heap.graph.node_count()), shares_(evidence.owners.size()) {
    owner_.prefault();
    for (std::size_t i = 0; i < owner_.size(); ++i) {
      owner_[i] = kUnset;
    }
    for (const auto& [node, number] : evidence.nodes) {
      owner_[node] = std::min(owner_[node], static_cast<Number>(number));
    }
  }

  std::vector<OwnerShare> sum(const std::vector<Owner>& owners) {
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      shares_[i].owner = owners[i];
    }
    const std::uint32_t count = heap_.graph.node_count();
    if (count != 0) {
      owner_[0] = owner_at(NodeIndex(0), owner_[0], kUnset) | kIsFinal;
    }
    // Nodes are visited in the order of their columns in memory, which is several times as fast as that of the
    // dominator tree. From each one climbs to the nearest dominator that was visited before.
    // Neighbours are often of one owner, so that sums stay in registers.
    std::uint32_t last = kShared;
    std::uint32_t first = 0;
    std::uint64_t bytes = 0;
    const auto add_run = [&](std::uint32_t end) {
      shares_[last].bytes += std::exchange(bytes, 0);
      shares_[last].objects += end - std::exchange(first, end);
    };
    for (std::uint32_t i = 0; i < count; ++i) {
      if (const std::uint32_t number = number_of(i); number != last) {
        add_run(i);
        last = number;
      }
      bytes += heap_.graph.self_size(NodeIndex(i));
    }
    add_run(count);
    std::erase_if(shares_, [](const OwnerShare& s) { return s.objects == 0; });
    std::stable_sort(shares_.begin(), shares_.end(), [](const OwnerShare& a, const OwnerShare& b) {
      return a.bytes != b.bytes ? a.bytes > b.bytes
                                : std::pair(a.owner.name, a.owner.version) < std::pair(b.owner.name, b.owner.version);
    });
    return std::move(shares_);
  }

 private:
  /// What dominates the node was looked at, too.
  static constexpr Number kIsFinal = static_cast<Number>(kUnset + 1U);

  std::uint32_t number_of(std::uint32_t i) {
    for (std::uint32_t at = i; (owner_[at] & kIsFinal) == 0;) {
      const std::uint32_t above = heap_.dominators.idom[at];
      if ((owner_[above] & kIsFinal) != 0) {
        owner_[at] = owner_at(NodeIndex(at), owner_[at], owner_[above] & kUnset) | kIsFinal;
        break;
      }
      trail_.push_back(at);
      at = above;
    }
    for (; !trail_.empty(); trail_.pop_back()) {
      const std::uint32_t n = trail_.back();
      const Number above = owner_[heap_.dominators.idom[n]] & kUnset;
      owner_[n] = owner_at(NodeIndex(n), owner_[n], above) | kIsFinal;
    }
    const Number found = owner_[i] & kUnset;
    return found == kUnset ? kShared : found;
  }

  /// The owner of a node, where its position says `own` and its dominator belongs to `above`. kUnset: only the root
  /// dominates it, and nothing shows who made it.
  [[nodiscard]] Number owner_at(NodeIndex n, Number own, Number above) const {
    // What the runtime makes for a program belongs to the program.
    if (own != kUnset && (own != kEngine || above == kUnset || above == kShared)) {
      return own;
    }
    if (above != kUnset) {
      return above;
    }
    const SnapshotGraph& graph = heap_.graph;
    const NodeType type = graph.type(n);
    const bool engines =
        type == NodeType::hidden ? v8::is_system_class(graph.name(n)) : v8::is_engine_overhead(graph, n);
    return engines && type != NodeType::synthetic ? kEngine : kUnset;  // a root does not show who made what is below it
  }

  const Heap& heap_;
  Column<Number> owner_;
  std::vector<OwnerShare> shares_;
  std::vector<std::uint32_t> trail_;
};

}  // namespace

OwnerEvidence owner_evidence(const SnapshotGraph& graph, OwnerNamer& namer) {
  return EvidenceFinder(graph, namer).find();
}

std::vector<OwnerShare> find_owners(const Heap& heap, const OwnerEvidence& evidence) {
  // Few heaps have more owners than half the memory holds numbers for.
  return evidence.owners.size() < OwnerSums<std::uint16_t>::kUnset
             ? OwnerSums<std::uint16_t>(heap, evidence).sum(evidence.owners)
             : OwnerSums<std::uint32_t>(heap, evidence).sum(evidence.owners);
}

}  // namespace heapdiff
