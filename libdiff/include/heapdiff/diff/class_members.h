#pragma once
// Which node belongs to which class, small enough to keep while the other snapshot of a comparison is read.

#include "heapdiff/snapshot/column.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace heapdiff {

/// A node that belongs to a class, which nodes of self size 0 do not.
struct ClassMember {
  std::uint64_t id = 0;
  std::uint64_t self_bytes = 0;  ///< after the transfer of stores to their owners
  std::uint32_t class_at = 0;    ///< position in ClassExtract::classes
  std::uint8_t fingerprint = 0;  ///< see `fingerprint`
};

/// Members by ascending id, packed: 4 to 5 bytes each. Read front to back.
class ClassMembers {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ClassMember;
    using difference_type = std::ptrdiff_t;
    using pointer = const ClassMember*;
    using reference = const ClassMember&;

    reference operator*() const noexcept { return now_; }
    pointer operator->() const noexcept { return &now_; }
    iterator& operator++() noexcept;
    bool operator==(const iterator& other) const noexcept { return left_ == other.left_; }

   private:
    friend class ClassMembers;
    iterator(const std::uint8_t* at, std::size_t left) noexcept;
    void decode() noexcept;
    const std::uint8_t* at_;
    std::size_t left_;  // entries from this one to the end
    ClassMember now_;
  };

  ClassMembers() = default;
  /// Room for `members` entries; pages are paid for when they are filled.
  explicit ClassMembers(std::size_t members);

  /// `member.id` must not be below the last one added.
  void add(const ClassMember& member);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] iterator begin() const noexcept { return {bytes_.data(), size_}; }
  [[nodiscard]] iterator end() const noexcept { return {nullptr, 0}; }

 private:
  Column<std::uint8_t> bytes_;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace heapdiff
