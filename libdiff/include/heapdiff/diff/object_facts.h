#pragma once
// The objects of one snapshot after its graph is gone, small enough to keep for every snapshot of a series.

#include "heapdiff/diff/packed_list.h"
#include "heapdiff/diff/varint.h"
#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heapdiff {

/// One heap object, by the id that follows it through the snapshots of its process.
struct ObjectFact {
  std::uint64_t id = 0;
  std::uint64_t retained_bytes = 0;
  std::uint8_t fingerprint = 0;  ///< of type and name: they do not change while an object lives
};

/// The step from the id before, the retained size, and one byte of fingerprint, which is enough: it is asked what share
/// of many objects agrees, never of one.
struct ObjectFactCodec {
  using Entry = ObjectFact;
  static constexpr std::size_t kMaxBytes = 2 * varint::kMaxBytes + 1;
  static std::uint8_t* put(std::uint8_t* at, const Entry& fact, std::uint64_t id_before) {
    at = varint::put(at, varint::rotate(fact.id - id_before, 1));
    at = varint::put(at, varint::rotate(fact.retained_bytes, 3));
    *at++ = fact.fingerprint;
    return at;
  }
  static const std::uint8_t* get(const std::uint8_t* at, Entry& fact) {
    fact.id += varint::rotate_back(varint::get(at), 1);
    fact.retained_bytes = varint::rotate_back(varint::get(at), 3);
    fact.fingerprint = *at++;
    return at;
  }
};

/// Objects by ascending id, packed: 3 to 4 bytes each. Read front to back, or one by `find`.
class ObjectFacts {
 public:
  using iterator = PackedList<ObjectFactCodec>::iterator;

  ObjectFacts() = default;
  /// Room for `objects` entries; pages are paid for when they are filled.
  explicit ObjectFacts(std::size_t objects);

  /// `fact.id` must not be below the last one added.
  void add(const ObjectFact& fact);

  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  /// Largest id; 0 when empty.
  [[nodiscard]] std::uint64_t last_id() const noexcept { return list_.last_id(); }
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] iterator begin() const noexcept { return list_.begin(); }
  [[nodiscard]] iterator end() const noexcept { return list_.end(); }
  /// The (first) object of this id. O(log size).
  [[nodiscard]] std::optional<ObjectFact> find(std::uint64_t id) const noexcept;
  /// Bytes in use.
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return list_.used_bytes() + blocks_.size() * sizeof(Block);
  }

 private:
  struct Block {
    std::uint64_t id_before;  // of the entry in front of the block
    std::uint64_t offset;
  };
  static constexpr std::size_t kBlock = 128;  // entries

  PackedList<ObjectFactCodec> list_;
  std::vector<Block> blocks_;
};

/// Nodes with odd ids (heap objects; embedder nodes are even), by ascending id. O(nodes) while ids are dense.
[[nodiscard]] Column<std::uint32_t> objects_by_id(const SnapshotGraph& graph);

}  // namespace heapdiff
