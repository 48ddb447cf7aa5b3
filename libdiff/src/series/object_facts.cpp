// Ids mostly go up by twos and sizes are mostly small multiples of eight, so most numbers take one byte.

#include "heapdiff/diff/object_facts.h"

#include <algorithm>
#include <utility>

namespace heapdiff {
namespace {

constexpr std::uint64_t kDenseIdsPerObject = 16;  // a table of 4 bytes per odd id while it is not far above a sort's

}  // namespace

ObjectFacts::ObjectFacts(std::size_t objects) : list_(objects) { blocks_.reserve(objects / kBlock + 1); }

void ObjectFacts::add(const ObjectFact& fact) {
  if (list_.size() % kBlock == 0) {
    blocks_.push_back({list_.last_id(), list_.used_bytes()});
  }
  list_.add(fact);
}

std::optional<ObjectFact> ObjectFacts::find(std::uint64_t id) const noexcept {
  // The last block whose entries all have ids that may reach `id`.
  const auto after = std::lower_bound(blocks_.begin(), blocks_.end(), id, [](const Block& block, std::uint64_t wanted) {
    return block.id_before < wanted;
  });
  if (after == blocks_.begin()) {
    return std::nullopt;
  }
  const auto block = static_cast<std::size_t>(after - blocks_.begin()) - 1;
  for (iterator at = list_.from(blocks_[block].offset, blocks_[block].id_before, block * kBlock);
       at != end() && at->id <= id; ++at) {
    if (at->id == id) {
      return *at;
    }
  }
  return std::nullopt;
}

Column<std::uint32_t> objects_by_id(const SnapshotGraph& graph) {
  const std::uint32_t n = graph.node_count();
  std::uint64_t max_id = 0;
  std::size_t count = 0;
  bool ascending = true;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t id = graph.id(NodeIndex(i));
    if ((id & 1U) != 0) {
      ++count;
      ascending &= id >= max_id;
      max_id = std::max(max_id, id);
    }
  }
  Column<std::uint32_t> result(count);
  std::size_t at = 0;
  if (!ascending && max_id / 2 < count * kDenseIdsPerObject) {
    Column<std::uint32_t> node_of(static_cast<std::size_t>(max_id / 2 + 1));  // plus one: fresh memory says "none"
    bool unique = true;
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint64_t id = graph.id(NodeIndex(i));
      if ((id & 1U) != 0) {
        unique &= node_of[static_cast<std::size_t>(id / 2)] == 0;
        node_of[static_cast<std::size_t>(id / 2)] = i + 1;
      }
    }
    if (unique) {
      for (std::size_t k = 0; k < node_of.size(); ++k) {
        if (node_of[k] != 0) {
          result[at++] = node_of[k] - 1;
        }
      }
      return result;
    }
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    if ((graph.id(NodeIndex(i)) & 1U) != 0) {
      result[at++] = i;
    }
  }
  if (!ascending) {
    std::sort(result.data(), result.data() + count, [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(graph.id(NodeIndex(a)), a) < std::pair(graph.id(NodeIndex(b)), b);
    });
  }
  return result;
}

}  // namespace heapdiff
