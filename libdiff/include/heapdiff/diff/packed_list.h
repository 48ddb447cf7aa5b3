#pragma once
// Entries by ascending id, packed as their codec says: a few bytes each, read front to back.

#include "heapdiff/snapshot/detail/column.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace heapdiff {

/// `Codec` names the `Entry`, which has an `id`, the bytes that one takes at most (`kMaxBytes`), and how it is written
/// and read. Both return where the next one begins; what `get` is given holds the entry before:
///   static std::uint8_t* put(std::uint8_t* at, const Entry& entry, std::uint64_t id_before);
///   static const std::uint8_t* get(const std::uint8_t* at, Entry& entry);
template <class Codec>
class PackedList {
 public:
  using Entry = typename Codec::Entry;

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = const Entry&;

    reference operator*() const noexcept { return now_; }
    pointer operator->() const noexcept { return &now_; }
    iterator& operator++() noexcept {
      if (--left_ != 0) {
        at_ = Codec::get(at_, now_);
      }
      return *this;
    }
    bool operator==(const iterator& other) const noexcept { return left_ == other.left_; }

   private:
    friend class PackedList;
    iterator(const std::uint8_t* at, std::uint64_t id_before, std::size_t left) noexcept : at_(at), left_(left) {
      now_.id = id_before;
      if (left_ != 0) {
        at_ = Codec::get(at_, now_);
      }
    }
    const std::uint8_t* at_;
    std::size_t left_;  // entries from this one to the end
    Entry now_;
  };

  PackedList() = default;
  /// Room for `entries`; pages are paid for when they are filled.
  explicit PackedList(std::size_t entries) : bytes_(entries * Codec::kMaxBytes) {}

  /// `entry.id` must not be below the last one added.
  void add(const Entry& entry) {
    assert(entry.id >= last_id_ && used_ + Codec::kMaxBytes <= bytes_.size());
    used_ = static_cast<std::size_t>(Codec::put(bytes_.data() + used_, entry, last_id_) - bytes_.data());
    last_id_ = entry.id;
    ++size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Largest id; 0 when empty.
  [[nodiscard]] std::uint64_t last_id() const noexcept { return last_id_; }
  [[nodiscard]] std::size_t used_bytes() const noexcept { return used_; }
  [[nodiscard]] iterator begin() const noexcept { return {bytes_.data(), 0, size_}; }
  [[nodiscard]] iterator end() const noexcept { return {nullptr, 0, 0}; }
  /// From the entry that was added when `used_bytes()` was `offset` and `last_id()` was `id_before`, number `index`.
  [[nodiscard]] iterator from(std::size_t offset, std::uint64_t id_before, std::size_t index) const noexcept {
    return {bytes_.data() + offset, id_before, size_ - index};
  }

 private:
  Column<std::uint8_t> bytes_;
  std::size_t used_ = 0;
  std::size_t size_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace heapdiff
