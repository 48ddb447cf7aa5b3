#pragma once
// Names of all edges in 2 bytes each. Not part of the API: SnapshotGraph's inline accessors read them.
//
// A heap has millions of edges and some thousand different names. Each name gets a code when it is first met. The
// number of an element or hidden edge is its own code. Two kinds of edges have no code: elements of long arrays, and
// edges whose names come after all codes were given out (keys of objects used as dictionaries). Their names are stored
// in full in another column. Its pages exist only where something was written, and such edges lie side by side.

#include "heapdiff/snapshot/detail/column.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace heapdiff::parse {
class EdgeNameCoder;
}

namespace heapdiff {

/// One name per edge: a string index, or the number of an element or hidden edge. 2 bytes each, 6 at worst.
class EdgeNames {
 public:
  static constexpr std::uint32_t kMaxCode = UINT16_MAX - 1;

  EdgeNames() noexcept = default;
  explicit EdgeNames(std::size_t edges) : codes_(edges), full_(edges), names_(kMaxCode + 1) {}

  /// `numbered`: whether `e` is an element or hidden edge. The caller knows its type.
  [[nodiscard]] std::uint32_t get(std::size_t e, bool numbered) const noexcept {
    const std::uint16_t code = codes_[e];
    if (code > kMaxCode) {
      return full_[e];
    }
    return numbered ? code : names_[code];
  }
  /// Whether a named edge may have a name that passes `test`, which takes a string index. False: none has. O(different
  /// names).
  template <class Test>
  [[nodiscard]] bool may_have(Test test) const {
    const std::span<const std::uint32_t> names = names_.span();
    return some_in_full_ ||
           std::any_of(names.begin(), names.end(),
                       [&](std::uint32_t name) {
                         return name != 0 && test(name);  // 0: no name yet
                       }) ||
           test(0U);
  }
  [[nodiscard]] bool empty() const noexcept { return codes_.empty(); }
  void release() noexcept {
    codes_.release();
    full_.release();
    names_.release();
  }

 private:
  friend class parse::EdgeNameCoder;

  Column<std::uint16_t> codes_;  // by edge
  Column<std::uint32_t> full_;   // by edge, where the code is above kMaxCode
  Column<std::uint32_t> names_;  // by code
  bool some_in_full_ = false;    // whether a name of `full_` has no code
};

}  // namespace heapdiff
