#pragma once
// The objects of one snapshot after its graph is gone, small enough to keep for every snapshot of a series.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

namespace heapdiff {

/// One heap object, by the id that follows it through the snapshots of its process.
struct ObjectFact {
  std::uint64_t id = 0;
  std::uint64_t retained_bytes = 0;
  std::uint8_t fingerprint = 0;  ///< of type and name: they do not change while an object lives
};

/// Objects by ascending id, packed: 3 to 4 bytes each. Read front to back, or one by `find`.
class ObjectFacts {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ObjectFact;
    using difference_type = std::ptrdiff_t;
    using pointer = const ObjectFact*;
    using reference = const ObjectFact&;

    reference operator*() const noexcept { return now_; }
    pointer operator->() const noexcept { return &now_; }
    iterator& operator++() noexcept;
    bool operator==(const iterator& other) const noexcept { return left_ == other.left_; }

   private:
    friend class ObjectFacts;
    iterator(const std::uint8_t* at, std::uint64_t id_before, std::size_t left) noexcept;
    void decode() noexcept;
    const std::uint8_t* at_;
    std::size_t left_;  // entries from this one to the end
    ObjectFact now_;
  };

  ObjectFacts() = default;
  /// Room for `objects` entries; pages are paid for when they are filled.
  explicit ObjectFacts(std::size_t objects);

  /// `fact.id` must not be below the last one added.
  void add(const ObjectFact& fact);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Largest id; 0 when empty.
  [[nodiscard]] std::uint64_t last_id() const noexcept { return last_id_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] iterator begin() const noexcept { return {bytes_.data(), 0, size_}; }
  [[nodiscard]] iterator end() const noexcept { return {nullptr, 0, 0}; }
  /// The (first) object of this id. O(log size).
  [[nodiscard]] std::optional<ObjectFact> find(std::uint64_t id) const noexcept;
  /// Bytes in use.
  [[nodiscard]] std::size_t memory_bytes() const noexcept { return used_ + blocks_.size() * sizeof(Block); }

 private:
  struct Block {
    std::uint64_t id_before;  // of the entry in front of the block
    std::uint64_t offset;
  };
  static constexpr std::size_t kBlock = 128;  // entries

  Column<std::uint8_t> bytes_;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
  std::uint64_t last_id_ = 0;
};

/// Nodes with odd ids (heap objects; embedder nodes are even), by ascending id. O(nodes) while ids are dense.
[[nodiscard]] Column<std::uint32_t> objects_by_id(const SnapshotGraph& graph);

}  // namespace heapdiff
