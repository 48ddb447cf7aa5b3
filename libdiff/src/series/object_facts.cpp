// Most ids are 2 above the previous one and most sizes are small multiples of 8, so most numbers take one byte.

#include "heapdiff/diff/object_facts.h"

#include <algorithm>
#include <utility>

namespace heapdiff {
namespace {

/// A table by id replaces the sort while it has at most this many entries per object.
constexpr std::uint64_t kMaxIdsPerObject = 16;

}  // namespace

ObjectFacts::ObjectFacts(std::size_t objects) : packed_(objects) { blocks_.reserve(objects / kEntriesPerBlock + 1); }

void ObjectFacts::add(const ObjectFact& fact) {
  if (packed_.size() % kEntriesPerBlock == 0) {
    blocks_.push_back({packed_.last_id(), packed_.used_bytes()});
  }
  packed_.add(fact);
}

std::optional<ObjectFact> ObjectFacts::find(std::uint64_t id) const noexcept {
  // The last block that starts before `id`: only this one can have it.
  const auto after = std::lower_bound(blocks_.begin(), blocks_.end(), id, [](const Block& block, std::uint64_t wanted) {
    return block.previous_id < wanted;
  });
  if (after == blocks_.begin()) {
    return std::nullopt;
  }
  const auto block = static_cast<std::size_t>(after - blocks_.begin()) - 1;
  for (iterator at = packed_.from(blocks_[block].offset, blocks_[block].previous_id, block * kEntriesPerBlock);
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
  if (!ascending && max_id / 2 < count * kMaxIdsPerObject) {
    Column<std::uint32_t> node_of(
        static_cast<std::size_t>(max_id / 2 + 1));  // node plus one: new memory is 0, which stands for no node
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
