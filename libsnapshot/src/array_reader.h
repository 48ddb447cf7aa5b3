#pragma once
// Reads a flat JSON array of non-negative integers, row by row, on one or two threads.
//
// The idea. A worker takes the lock, fills its block from the window, counts the block's commas and cuts it at the
// last comma that completes a row. It then knows which rows it holds without having read a number, leaves the rest of
// the bytes to the next worker, and parses outside the lock, straight into the final columns. Rows are claimed by
// commas and never by line ends: newer V8s write a whole section on one line.
//
// Errors. Claims are handed out in order, so every byte before a bad one is in some claim; each worker keeps its first
// error, all claims that were handed out are finished, and the error with the lowest offset is thrown. The outcome does
// not depend on the threads.
// Cost: one vector pass for commas under the lock, one scalar pass for the numbers outside it. Memory: one block per
// worker.

#include "text_window.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

/// What one array is, for the reader and for its messages.
struct ArrayShape {
  std::string section;                         ///< "nodes"
  std::uint32_t stride = 1;                    ///< numbers per row
  std::optional<std::uint64_t> declared_rows;  ///< from the header; more or fewer is an error
  std::uint64_t capacity = UINT64_MAX;         ///< rows that there is room for
};

/// A claimed range of complete rows. `end` may be read: it is a separator, a bracket or NUL.
struct ArrayBlock {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::uint64_t offset = 0;  ///< of `begin`, in the uncompressed input
  std::uint64_t first_row = 0;
  std::uint64_t max_rows = 0;  ///< rows that may follow; the first row beyond is an error
  std::string_view section;
  const std::string* file = nullptr;
  std::uint32_t stride = 1;
  bool last = false;    ///< the section's end: a part of a row is an error
  bool closed = false;  ///< `*end` is the section's ']'
};

/// Parses the block's rows and returns how many there were. May run on two threads at once, for different rows.
using ParseBlock = std::function<std::uint64_t(const ArrayBlock&)>;

/// Reads rows up to and including the closing bracket; the opening one has been consumed. Returns the number of rows.
std::uint64_t read_array(TextWindow& window, const ArrayShape& shape, unsigned threads, const ParseBlock& parse);

/// One number the slow and strict way: white space, range, grammar. `p` ends up behind the separator that follows.
/// Throws Error{input} with the exact offset.
std::uint64_t strict_number(const ArrayBlock& block, const char*& p);

/// Throws the error for a row after the last one declared.
[[noreturn]] void fail_surplus_row(const ArrayBlock& block, const char* p);

/// Calls `emit(row, values)` for each row of the block and returns their number. Stride 0 takes it from the block.
/// The fast path reads digits followed at once by a comma (or by a newline and a comma, between rows); everything else
/// goes through `strict_number`.
template <std::uint32_t Stride, class Emit>
std::uint64_t parse_rows(const ArrayBlock& block, Emit&& emit) {
  constexpr std::uint32_t kMaxStride = 64;
  const std::uint32_t stride = Stride == 0 ? block.stride : Stride;
  std::uint64_t values[Stride == 0 ? kMaxStride : Stride];
  const char* p = block.begin;
  std::uint64_t row = 0;
  while (p < block.end) {
    const char* const row_begin = p;
    for (std::uint32_t i = 0; i < stride; ++i) {
      const char* const start = p;
      auto digit = static_cast<unsigned>(static_cast<unsigned char>(*p)) - '0';
      if (digit <= 9) {
        std::uint64_t value = digit;
        ++p;
        while (true) {
          digit = static_cast<unsigned>(static_cast<unsigned char>(*p)) - '0';
          if (digit > 9) {
            break;
          }
          value = value * 10 + digit;
          ++p;
          digit = static_cast<unsigned>(static_cast<unsigned char>(*p)) - '0';
          if (digit > 9) {
            break;
          }
          value = value * 10 + digit;
          ++p;
        }
        if (*p == ',' && p < block.end && p - start < 19 && (*start != '0' || p - start == 1)) {
          values[i] = value;
          ++p;
          continue;
        }
        if (i + 1 == stride && *p == '\n' && p + 1 < block.end && p[1] == ',' && p - start < 19 &&
            (*start != '0' || p - start == 1)) {
          values[i] = value;
          p += 2;
          continue;
        }
      }
      p = start;
      values[i] = strict_number(block, p);
    }
    if (row == block.max_rows) {
      fail_surplus_row(block, row_begin);
    }
    emit(block.first_row + row, static_cast<const std::uint64_t*>(values));
    ++row;
  }
  return row;
}

/// Offset of row `row_in_block` of a block, for messages: parses again.
[[nodiscard]] std::uint64_t offset_of_value(const ArrayBlock& block, std::uint64_t row_in_block, std::uint32_t field);

}  // namespace heapdiff
