#pragma once
// Columns: fixed-size arrays of plain values, freed when their phase ends. Not part of the API.
//
// Public structs hold columns (Distances::of, DominatorTree::idom, Heap::retained). A user may rely on `size()`, on
// `operator[] const` and on `span()`. The rest, and the layout, may change in any version.
//
// Why not std::vector: a vector writes every element when it is made, needs twice its size when it grows, and may keep
// memory that it does not use. The columns of a snapshot are sized from counts in the file, are written once, and their
// lifetimes decide the peak of the whole program. Pages of a large column exist only where something was written, so a
// file that claims four billion nodes does not cost memory for them.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace heapdiff {

namespace detail {

/// Blocks from this size on are mapped from the system and can free pages early; smaller ones are allocated.
inline constexpr std::size_t kMinMappedBytes = std::size_t{2} << 20U;
[[nodiscard]] constexpr bool is_mapped(std::size_t bytes) noexcept { return bytes >= kMinMappedBytes; }

/// `bytes` of zeroed memory, mapped where `is_mapped` says so. Throws Error{limit} when the system has none.
[[nodiscard]] void* allocate_zeroed(std::size_t bytes);
/// Frees a block that was not mapped.
void free_allocated(void* address) noexcept;

// For mapped blocks:
/// Frees a block of `bytes`.
void unmap(void* address, std::size_t bytes) noexcept;
/// Frees the whole pages between `used` and `bytes`.
void unmap_tail(void* address, std::size_t used, std::size_t bytes) noexcept;
/// Has the system provide the pages of [address, address + bytes) for writing, in one call. Only a hint.
void prefault(void* address, std::size_t bytes) noexcept;
/// Frees the pages that lie wholly in [address, address + bytes). They read as zero afterwards.
void discard(void* address, std::size_t bytes) noexcept;

}  // namespace detail

/// `size()` values of T, all zero at first. Movable, not copyable.
template <class T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Column() noexcept = default;
  explicit Column(std::size_t size)
      : data_(size == 0 ? nullptr : static_cast<T*>(detail::allocate_zeroed(size * sizeof(T)))),
        size_(size),
        mapped_(detail::is_mapped(size * sizeof(T))) {}
  /// Takes over the memory of a column whose phase has ended, so that its pages need not be freed and fetched again.
  /// The values are whatever the memory holds. Where `old` is too small: a new column, all zero.
  template <class U>
  static Column reuse(Column<U>&& old, std::size_t size) {
    if (size == 0 || old.size_ * sizeof(U) < size * sizeof(T)) {
      old.release();
      return Column(size);
    }
    if (old.mapped_) {
      detail::unmap_tail(old.data_, size * sizeof(T), old.size_ * sizeof(U));
    }
    Column column;
    column.data_ = reinterpret_cast<T*>(std::exchange(old.data_, nullptr));  // raw memory: no object lives there
    column.size_ = size;
    column.mapped_ = old.mapped_;
    old.size_ = 0;
    return column;
  }
  Column(Column&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), mapped_(other.mapped_) {}
  Column& operator=(Column&& other) noexcept {
    if (this != &other) {
      release();
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
      mapped_ = other.mapped_;
    }
    return *this;
  }
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;
  ~Column() { release(); }

  [[nodiscard]] T& operator[](std::size_t i) noexcept {
    assert(i < size_);
    return data_[i];
  }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept {
    assert(i < size_);
    return data_[i];
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T* data() noexcept { return data_; }
  [[nodiscard]] const T* data() const noexcept { return data_; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data_, size_}; }

  /// Says that these values are about to be written. A large column gets their pages in one call instead of one page
  /// fault each.
  void prefault(std::size_t first, std::size_t count) noexcept {
    if (mapped_ && first < size_) {
      detail::prefault(data_ + first, std::min(count, size_ - first) * sizeof(T));
    }
  }
  void prefault() noexcept { prefault(0, size_); }
  /// Says that these values are not needed any more. Each becomes zero or stays as it is.
  void discard(std::size_t first, std::size_t count) noexcept {
    if (mapped_ && first < size_) {
      detail::discard(data_ + first, std::min(count, size_ - first) * sizeof(T));
    }
  }
  /// Frees the memory. The column is empty afterwards.
  void release() noexcept {
    if (data_ == nullptr) {
      return;
    }
    if (mapped_) {
      detail::unmap(data_, size_ * sizeof(T));
    } else {
      detail::free_allocated(data_);
    }
    data_ = nullptr;
    size_ = 0;
  }

 private:
  template <class U>
  friend class Column;

  T* data_ = nullptr;
  std::size_t size_ = 0;
  bool mapped_ = false;
};

/// One bit per position, all zero at first.
class BitColumn {
 public:
  BitColumn() noexcept = default;
  explicit BitColumn(std::size_t bits) : words_((bits + 63) / 64), bits_(bits) {}
  [[nodiscard]] bool test(std::size_t i) const noexcept { return (words_[i >> 6U] >> (i & 63U)) & 1U; }
  void set(std::size_t i) noexcept { words_[i >> 6U] |= std::uint64_t{1} << (i & 63U); }
  void reset(std::size_t i) noexcept { words_[i >> 6U] &= ~(std::uint64_t{1} << (i & 63U)); }
  /// For writing. `i` may be out of range.
  void prefetch(std::size_t i) const noexcept { __builtin_prefetch(words_.data() + (i >> 6U), 1); }
  [[nodiscard]] std::size_t size() const noexcept { return bits_; }
  [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] std::uint64_t word(std::size_t w) const noexcept { return words_[w]; }
  [[nodiscard]] std::size_t word_count() const noexcept { return words_.size(); }
  [[nodiscard]] std::uint64_t* data() noexcept { return words_.data(); }
  [[nodiscard]] const std::uint64_t* data() const noexcept { return words_.data(); }
  void release() noexcept {
    words_.release();
    bits_ = 0;
  }

 private:
  Column<std::uint64_t> words_;
  std::size_t bits_ = 0;
};

/// Unsigned numbers of which nearly all fit 32 bits: four bytes each. Larger ones have their upper half in a second
/// column, whose pages exist only where a large number was written.
class WideColumn {
 public:
  WideColumn() noexcept = default;
  explicit WideColumn(std::size_t size) : low_(size), high_(size) {}
  // Inlined at any number of calls: as a call it took 1.6 % of a whole run.
  [[nodiscard, gnu::always_inline]] std::uint64_t operator[](std::size_t i) const noexcept {
    return has_high_ ? (std::uint64_t{high_[i]} << 32U) | low_[i] : low_[i];
  }
  void set(std::size_t i, std::uint64_t value) noexcept {
    low_[i] = static_cast<std::uint32_t>(value);
    const auto high = static_cast<std::uint32_t>(value >> 32U);
    if (high != 0 || (has_high_ && high_[i] != 0)) {
      high_[i] = high;
      has_high_ = true;
    }
  }
  /// For threads that fill disjoint rows: does not write the flag that both would share. Returns whether the value
  /// needed its upper half. When it did for any row, call `note_high` once afterwards.
  bool set_quietly(std::size_t i, std::uint64_t value) noexcept {
    low_[i] = static_cast<std::uint32_t>(value);
    const auto high = static_cast<std::uint32_t>(value >> 32U);
    if (high != 0) {
      high_[i] = high;
    }
    return high != 0;
  }
  void note_high() noexcept { has_high_ = true; }
  void prefault(std::size_t first, std::size_t count) noexcept { low_.prefault(first, count); }
  void prefetch(std::size_t i) const noexcept { __builtin_prefetch(low_.data() + i); }
  [[nodiscard]] bool has_high() const noexcept { return has_high_; }
  [[nodiscard]] std::size_t size() const noexcept { return low_.size(); }
  void release() noexcept {
    low_.release();
    high_.release();
    has_high_ = false;
  }

 private:
  Column<std::uint32_t> low_;
  Column<std::uint32_t> high_;
  bool has_high_ = false;
};

/// Numbers that do not change: two bytes each when all fit 16 bits, else four.
class PackedColumn {
 public:
  PackedColumn() noexcept = default;
  /// Takes `values` over; none is above `largest`. O(size), in place.
  PackedColumn(Column<std::uint32_t>&& values, std::uint32_t largest) {
    if (largest > UINT16_MAX) {
      wide_ = std::move(values);
      return;
    }
    const std::size_t size = values.size();
    auto* const bytes = reinterpret_cast<unsigned char*>(values.data());
    for (std::size_t i = 0; i < size; ++i) {
      std::uint32_t value = 0;
      std::memcpy(&value, bytes + i * sizeof value, sizeof value);
      const auto narrow = static_cast<std::uint16_t>(value);
      std::memcpy(bytes + i * sizeof narrow, &narrow, sizeof narrow);
    }
    narrow_ = Column<std::uint16_t>::reuse(std::move(values), size);
  }
  [[nodiscard]] std::uint32_t operator[](std::size_t i) const noexcept { return wide_.empty() ? narrow_[i] : wide_[i]; }
  [[nodiscard]] const void* address(std::size_t i) const noexcept {
    return wide_.empty() ? static_cast<const void*>(narrow_.data() + i) : wide_.data() + i;
  }

 private:
  Column<std::uint16_t> narrow_;
  Column<std::uint32_t> wide_;
};

}  // namespace heapdiff
