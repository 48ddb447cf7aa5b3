#pragma once
// One type per kind of position, so that a node is never used as a string.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace heapdiff {

/// A position in one kind of table. Conversion from and to numbers is explicit. `none()` stands for "there is none".
template <class Tag, class Rep>
class Index {
 public:
  using rep = Rep;
  constexpr Index() noexcept = default;
  constexpr explicit Index(Rep value) noexcept : value_(value) {}
  [[nodiscard]] static constexpr Index none() noexcept { return Index(); }
  [[nodiscard]] constexpr Rep get() const noexcept { return value_; }
  [[nodiscard]] constexpr bool is_none() const noexcept { return value_ == kNone; }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return value_ != kNone; }
  friend constexpr auto operator<=>(Index, Index) noexcept = default;
  constexpr Index& operator++() noexcept {
    ++value_;
    return *this;
  }

 private:
  static constexpr Rep kNone = std::numeric_limits<Rep>::max();
  Rep value_ = kNone;
};

struct NodeTag;
struct EdgeTag;
struct StringTag;
struct ClassTag;

using NodeIndex = Index<NodeTag, std::uint32_t>;      ///< row of `nodes`: 0 is the root
using EdgeIndex = Index<EdgeTag, std::uint64_t>;      ///< row of `edges`
using StringIndex = Index<StringTag, std::uint32_t>;  ///< position in `strings`
using ClassIndex = Index<ClassTag, std::uint32_t>;    ///< row of a constructor table

/// A vector that is read by one kind of index only.
template <class I, class T>
class IndexedVector {
 public:
  IndexedVector() = default;
  explicit IndexedVector(std::size_t size, const T& value = T()) : items_(size, value) {}
  [[nodiscard]] T& operator[](I i) { return items_[i.get()]; }
  [[nodiscard]] const T& operator[](I i) const { return items_[i.get()]; }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] std::vector<T>& raw() noexcept { return items_; }
  [[nodiscard]] const std::vector<T>& raw() const noexcept { return items_; }

 private:
  std::vector<T> items_;
};

}  // namespace heapdiff

template <class Tag, class Rep>
struct std::hash<heapdiff::Index<Tag, Rep>> {
  std::size_t operator()(heapdiff::Index<Tag, Rep> i) const noexcept { return std::hash<Rep>{}(i.get()); }
};
