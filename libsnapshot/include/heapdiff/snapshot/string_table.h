#pragma once
// The strings of a snapshot, of which only those in use as names are kept.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/index.h"

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>

namespace heapdiff {

/// Names that the rules ask for by text; found once, while the strings are read.
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

/// Valid UTF-8, decoded. A string that nobody asked for has an index but no text. Views die with the table.
class StringTable {
 public:
  StringTable() = default;
  /// `kept` marks the strings with text, `rank` their number before each 512th, `ends` where each kept text ends.
  StringTable(std::uint64_t count, BitColumn kept, Column<std::uint32_t> rank, Column<std::uint32_t> ends,
              Column<char> text, KnownNames known)
      : count_(count),
        kept_(std::move(kept)),
        rank_(std::move(rank)),
        ends_(std::move(ends)),
        text_(std::move(text)),
        known_(known) {}

  [[nodiscard]] std::uint64_t size() const noexcept { return count_; }
  /// Position of a known name; none when the file does not use it.
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

 private:
  [[nodiscard]] std::size_t rank(std::uint32_t i) const noexcept {
    std::size_t r = rank_[i >> 9U];
    for (std::size_t w = (i >> 9U) << 3U; w < i >> 6U; ++w) {
      r += static_cast<std::size_t>(std::popcount(kept_.word(w)));
    }
    return r + static_cast<std::size_t>(std::popcount(kept_.word(i >> 6U) & ((std::uint64_t{1} << (i & 63U)) - 1)));
  }

  std::uint64_t count_ = 0;
  BitColumn kept_;
  Column<std::uint32_t> rank_;
  Column<std::uint32_t> ends_;
  Column<char> text_;
  KnownNames known_{};
};

}  // namespace heapdiff
