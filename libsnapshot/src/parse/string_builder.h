#pragma once
// Decides which strings keep their text, and builds the table.

#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/string_table.h"
#include "parse/json_text.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace heapdiff {

class StringBuilder {
 public:
  /// `input_bytes` bounds the number of strings where it is known.
  StringBuilder(const Limits& limits, std::optional<std::uint64_t> input_bytes);

  /// Asks for the text of a string. Safe from two threads at once.
  void want(std::uint64_t string) noexcept {
    if (read_ || string >= wanted_.size()) {
      return;  // too late: the text is gone; or checked against the number of strings later
    }
    std::atomic_ref<std::uint64_t> word(wanted_.data()[string >> 6U]);
    const std::uint64_t bit = std::uint64_t{1} << (string & 63U);
    if ((word.load(std::memory_order_relaxed) & bit) == 0) {
      word.fetch_or(bit, std::memory_order_relaxed);
    }
  }
  /// More strings than the file can hold.
  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }
  void want_all() noexcept { all_ = true; }

  /// Reads the section; its opening bracket has been consumed.
  void read(JsonText& text);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// (string, node id of the table) for names of ephemeron edges, by string.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint64_t>> take_ephemerons() {
    return std::move(ephemerons_);
  }
  [[nodiscard]] StringTable take();

 private:
  void keep(std::uint64_t index, const std::string& text, JsonText& at);

  std::uint64_t text_capacity_;
  std::uint64_t capacity_;
  BitColumn wanted_;
  bool all_ = false;
  bool read_ = false;  // from then on `wanted_` says which texts there are
  std::uint64_t count_ = 0;
  std::uint64_t kept_ = 0;
  Column<char> text_;
  std::uint64_t text_size_ = 0;
  Column<std::uint32_t> ends_;
  KnownNames known_{};
  std::vector<std::pair<std::uint32_t, std::uint64_t>> ephemerons_;
};

/// The table's node id when `name` is the name of an ephemeron edge: `N / part of key (... @K) -> value (... @V) pair
/// in WeakMap (table @T)`. The rule is DevTools' regular expression, whose dot stops at line ends.
[[nodiscard]] std::optional<std::uint64_t> ephemeron_table_id(std::string_view name);

}  // namespace heapdiff
