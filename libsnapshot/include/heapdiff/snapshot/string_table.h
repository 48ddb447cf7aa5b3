#pragma once
// The strings of a snapshot. Only the texts that are used as names are kept.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/index.h"

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>

namespace heapdiff {

/// Names that DevTools' rules look for. They are found once, while the strings are read.
enum class KnownName : std::uint8_t {
  sloppy_function_map,
  map_descriptors,
  native_context,
  array_buffer_data,
  external_string_data,
  array,
  object,
  elements,
  count
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(KnownName::count)> kKnownNames = {
    "sloppy_function_map",
    "(map descriptors)",
    "system / NativeContext",
    "system / JSArrayBufferData",
    "system / ExternalStringData",
    "Array",
    "Object",
    "elements"};
using KnownNames = std::array<StringIndex, static_cast<std::size_t>(KnownName::count)>;

/// The strings, decoded to valid UTF-8. A string whose text was not kept has an index and no text. Views are valid as
/// long as the table is neither moved from nor destroyed. Any number of threads may read it at the same time.
class StringTable {
 public:
  StringTable() = default;
  /// For the loader. `kept` marks the strings that have text, `rank` counts those before each 64th string, `ends` is
  /// where each kept text ends in `text`.
  StringTable(std::uint64_t count, BitColumn kept, Column<std::uint32_t> rank, Column<std::uint32_t> ends,
              Column<char> text, KnownNames known)
      : count_(count),
        kept_(std::move(kept)),
        rank_(std::move(rank)),
        ends_(std::move(ends)),
        text_(std::move(text)),
        known_(known) {}

  [[nodiscard]] std::uint64_t size() const noexcept { return count_; }
  /// Index of a known name; none when the file does not contain it.
  [[nodiscard]] StringIndex find(KnownName name) const noexcept { return known_[static_cast<std::size_t>(name)]; }
  [[nodiscard]] bool has_text(StringIndex i) const noexcept { return i.get() < count_ && kept_.test(i.get()); }
  /// Empty when the text was not kept.
  [[nodiscard]] std::string_view operator[](StringIndex i) const noexcept {
    if (!has_text(i)) {
      return {};
    }
    const std::size_t r = rank(i.get());
    const std::uint32_t begin = r == 0 ? 0 : ends_[r - 1];
    return {text_.data() + begin, ends_[r] - begin};
  }

  /// Calls `on_text` with the index and the text of each string that has text, in the order of the indices. O(size / 64
  /// + texts).
  template <class OnText>
  void for_each_text(OnText on_text) const {
    std::size_t r = 0;
    std::uint32_t begin = 0;
    for (std::size_t w = 0; w < kept_.word_count(); ++w) {
      for (std::uint64_t left = kept_.word(w); left != 0; left &= left - 1) {
        const std::uint32_t end = ends_[r++];
        on_text(StringIndex(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(left)))),
                std::string_view(text_.data() + begin, end - begin));
        begin = end;
      }
    }
  }

 private:
  [[nodiscard]] std::size_t rank(std::uint32_t i) const noexcept {
    return rank_[i >> 6U] + ones(kept_.word(i >> 6U) & ((std::uint64_t{1} << (i & 63U)) - 1));
  }
  /// The number of ones in `x`. std::popcount is a function call where the compiler cannot rely on the instruction, and
  /// every name that is read needs one.
  [[nodiscard]] static std::size_t ones(std::uint64_t x) noexcept {
    x -= x >> 1U & 0x5555555555555555U;
    x = (x & 0x3333333333333333U) + (x >> 2U & 0x3333333333333333U);
    return static_cast<std::size_t>(((x + (x >> 4U)) & 0x0F0F0F0F0F0F0F0FU) * 0x0101010101010101U >> 56U);
  }

  std::uint64_t count_ = 0;
  BitColumn kept_;
  Column<std::uint32_t> rank_;
  Column<std::uint32_t> ends_;
  Column<char> text_;
  KnownNames known_{};
};

}  // namespace heapdiff
