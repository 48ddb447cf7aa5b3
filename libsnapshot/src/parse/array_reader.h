#pragma once
// Reads a flat JSON array of integers, row by row, on one or two threads. They are not negative, except for positions
// in source files.
//
// The idea. A worker takes the lock, fills its block from the window, counts the commas in it and cuts the block at the
// last comma that completes a row. It now knows which rows the block holds, although it has not read a number. It
// leaves the rest of the bytes to the next worker, releases the lock, and parses its rows straight into the final
// columns. Rows are found by commas and never by line ends, because newer V8s write a whole section on one line.
//
// Errors. Blocks are handed out in the order of the file, so every byte before a bad one is in some block. Each worker
// keeps its first error, all blocks that were handed out are finished, and the error with the lowest offset is thrown.
// The outcome does not depend on the threads.
//
// Cost: one vector pass for commas under the lock, one pass for the numbers outside it (`number_scan.h`). Memory: one
// block per worker.

#include "io/text_window.h"
#include "parse/number_scan.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace heapdiff::parse {

/// The shape of one array, for the reader and for its messages.
struct ArrayShape {
  std::string section;                         ///< "nodes"
  std::uint32_t stride = 1;                    ///< numbers per row
  std::optional<std::uint64_t> declared_rows;  ///< from the header; more or fewer is an error
  std::uint64_t capacity = UINT64_MAX;         ///< rows that there is room for
  bool negative = false;                       ///< numbers may be negative: see `ArrayBlock`
};

/// A range of complete rows that one worker parses. `*end` may be read: it is a separator, a bracket or NUL.
struct ArrayBlock {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::uint64_t offset = 0;  ///< of `begin`, in the uncompressed input
  std::uint64_t first_row = 0;
  std::uint64_t rows = 0;      ///< in the block, if its commas separate numbers
  std::uint64_t max_rows = 0;  ///< rows that may follow; one row more is an error
  std::string_view section;
  const std::string* file = nullptr;
  std::uint32_t stride = 1;
  /// A negative number of 32 bits is allowed, and becomes the number without a sign that has the same bits.
  bool negative = false;
  bool last = false;    ///< the section ends here, so a part of a row is an error
  bool closed = false;  ///< `*end` is the section's ']'
};

/// Parses the block's rows and returns how many there were. May run on two threads at once, for different rows.
using ParseBlock = std::function<std::uint64_t(const ArrayBlock&)>;

/// Reads rows up to and including the closing bracket; the opening one has been consumed. Returns the number of rows.
std::uint64_t read_array(io::TextWindow& window, const ArrayShape& shape, unsigned threads, const ParseBlock& parse);

/// Reads one number and checks everything: white space, range, grammar. Moves `p` behind the separator that follows.
/// Throws Error{input} with the exact offset.
std::uint64_t strict_number(const ArrayBlock& block, const char*& p);

/// Throws the error for a row after the last one declared.
[[noreturn]] void fail_surplus_row(const ArrayBlock& block, const char* p);

namespace detail {

/// Reads one number where digits are followed by a comma, or, behind the last number of a row, by a newline and a
/// comma. Everything else is left to `strict_number`. Commas were counted when the block was cut, so only the last
/// number of a row can end at the block's end.
template <bool LastOfRow>
[[gnu::always_inline]] inline std::uint64_t read_number(const ArrayBlock& block, const char*& at) {
  const char* p = at;
  const auto digit_at = [](const char* c) { return static_cast<unsigned>(static_cast<unsigned char>(*c)) - '0'; };
  unsigned digit = digit_at(p);
  if (digit <= 9) [[likely]] {
    std::uint64_t value = digit;
    ++p;
    while (true) {
      digit = digit_at(p);
      if (digit > 9) {
        break;
      }
      value = value * 10 + digit;
      ++p;
      digit = digit_at(p);
      if (digit > 9) {
        break;
      }
      value = value * 10 + digit;
      ++p;
    }
    if (p - at < 19 && (*at != '0' || p - at == 1)) [[likely]] {
      if (*p == ',' && (!LastOfRow || p < block.end)) [[likely]] {
        at = p + 1;
        return value;
      }
      if (LastOfRow && *p == '\n' && p + 1 < block.end && p[1] == ',') [[likely]] {
        at = p + 2;
        return value;
      }
    }
  }
  return strict_number(block, at);
}

template <class Values, std::size_t... I>
[[gnu::always_inline]] inline void read_row(const ArrayBlock& block, const char*& p, Values& values,
                                            std::index_sequence<I...> /*fields*/) {
  ((values[I] = read_number<I + 1 == sizeof...(I)>(block, p)), ...);
}

}  // namespace detail

/// The numbers of one row.
struct RowView {
  const std::uint64_t* values;
  std::uint64_t operator[](std::size_t field) const noexcept { return values[field]; }
  [[nodiscard]] const std::uint64_t* data() const noexcept { return values; }
};

/// The beginning of a row of which `numbers` numbers lie before `p`. `begin` is the beginning of the text.
[[nodiscard]] const char* back_to_row(const char* begin, const char* p, std::size_t numbers);

/// As `parse_rows`, but many numbers at a time. Moves `p` over the rows that are written in V8's usual way.
/// Always inlined, as `parse_rows`: the compiler then keeps what `emit` refers to in registers. In memory, each store
/// to a column of bytes could change it. Loading takes a tenth more CPU without.
template <std::uint32_t Stride, class Emit>
[[gnu::always_inline]] inline std::uint64_t parse_plain_rows(const ArrayBlock& block, const char*& p, ScanNumbers scan,
                                                             Emit& emit) {
  std::array<std::uint64_t, kScanValues + Stride> values;
  std::size_t held = 0;  // numbers of a row whose end has not been read
  std::uint64_t row = 0;
  while (true) {
    const char* const before = p;
    const std::size_t got = scan(p, block.end, values.data() + held);
    const std::size_t rows = (held + got) / Stride;
    if (got == 0 || rows > block.max_rows - row) {
      p = back_to_row(block.begin, before, held);
      return row;
    }
    for (std::size_t r = 0; r < rows; ++r) {
      emit(block.first_row + row + r, RowView{values.data() + r * Stride});
    }
    row += rows;
    held = held + got - rows * Stride;
    std::copy_n(values.data() + rows * Stride, held, values.data());
  }
}

/// Calls `emit(row, values)` for each row of the block and returns their number; `values` is indexed by field.
/// Stride 0 takes the number of fields from the block.
template <std::uint32_t Stride, class Emit>
[[gnu::always_inline]] inline std::uint64_t parse_rows(const ArrayBlock& block, Emit&& emit) {
  constexpr std::uint32_t kMaxStride = 64;
  const char* p = block.begin;
  std::uint64_t row = 0;
  if constexpr (Stride != 0) {
    if (const ScanNumbers scan = number_scanner()) {
      row = parse_plain_rows<Stride>(block, p, scan, emit);
    }
  }
  while (p < block.end) {
    const char* const row_begin = p;
    std::array<std::uint64_t, Stride == 0 ? kMaxStride : Stride> values;
    if constexpr (Stride == 0) {
      for (std::uint32_t i = 0; i < block.stride; ++i) {
        values[i] = i + 1 == block.stride ? detail::read_number<true>(block, p) : detail::read_number<false>(block, p);
      }
    } else {
      detail::read_row(block, p, values, std::make_index_sequence<Stride>());
    }
    if (row == block.max_rows) [[unlikely]] {
      fail_surplus_row(block, row_begin);
    }
    emit(block.first_row + row, values);
    ++row;
  }
  return row;
}

/// The offset of a value in the input, for messages. Parses the block again up to that value.
[[nodiscard]] std::uint64_t offset_of_value(const ArrayBlock& block, std::uint64_t row_in_block, std::uint32_t field);

}  // namespace heapdiff::parse
