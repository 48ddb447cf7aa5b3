#pragma once
// The objects of one snapshot, small enough to keep for every snapshot of a series after its graph is freed.

#include "heapdiff/diff/packed_list.h"
#include "heapdiff/diff/varint.h"
#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heapdiff {

/// One heap object. Its id is the same in all snapshots of its process.
struct ObjectFact {
  std::uint64_t id = 0;
  std::uint64_t retained_bytes = 0;
  std::uint8_t fingerprint = 0;  ///< of type and name, which do not change while an object lives
};

/// Writes the step from the previous id, the retained size and one byte of fingerprint. One byte is enough: a
/// fingerprint is only used to find which share of many objects agrees.
struct ObjectFactCodec {
  using Entry = ObjectFact;
  static constexpr std::size_t kMaxBytes = 2 * varint::kMaxBytes + 1;
  static std::uint8_t* put(std::uint8_t* at, const Entry& fact, std::uint64_t previous_id) {
    at = varint::put(at, varint::rotate(fact.id - previous_id, 1));
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

/// Objects by ascending id, packed in 3 to 4 bytes each.
class ObjectFacts {
 public:
  using iterator = PackedList<ObjectFactCodec>::iterator;

  ObjectFacts() = default;
  /// Reserves address space for `objects` entries. Memory is used as entries are added.
  explicit ObjectFacts(std::size_t objects);

  /// `fact.id` must not be less than the last one.
  void add(const ObjectFact& fact);

  [[nodiscard]] std::size_t size() const noexcept { return packed_.size(); }
  /// Largest id; 0 when empty.
  [[nodiscard]] std::uint64_t last_id() const noexcept { return packed_.last_id(); }
  [[nodiscard]] bool empty() const noexcept { return packed_.empty(); }
  [[nodiscard]] iterator begin() const noexcept { return packed_.begin(); }
  [[nodiscard]] iterator end() const noexcept { return packed_.end(); }
  /// The (first) object of this id. O(log size).
  [[nodiscard]] std::optional<ObjectFact> find(std::uint64_t id) const noexcept;
  /// Bytes in use.
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return packed_.used_bytes() + blocks_.size() * sizeof(Block);
  }

 private:
  struct Block {
    std::uint64_t previous_id;  // of the entry before the block
    std::uint64_t offset;
  };
  static constexpr std::size_t kEntriesPerBlock = 128;

  PackedList<ObjectFactCodec> packed_;
  std::vector<Block> blocks_;
};

/// Heap objects by ascending id: the nodes with odd ids, as the embedder's nodes have even ones. O(nodes) while ids are
/// dense, else O(nodes log nodes).
[[nodiscard]] Column<std::uint32_t> objects_by_id(const SnapshotGraph& graph);

}  // namespace heapdiff
