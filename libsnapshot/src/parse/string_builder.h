#pragma once
// Decides which strings keep their text, and builds the table.

#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/string_table.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::parse {

/// Whether a file goes on with a text like "v18.17.0" or "v23.0.0-nightly2024", of at most 30 bytes with its marks.
[[nodiscard]] bool is_quoted_version(std::string_view ahead) noexcept;

class StringBuilder {
 public:
  /// `file` is the name in messages. `input_bytes` bounds the number of strings where it is known.
  StringBuilder(const Limits& limits, const std::string& file, std::optional<std::uint64_t> input_bytes);

  /// Asks for the text of a string. Safe from two threads at once.
  void want(std::uint64_t string) noexcept {
    if (read_ || string >= wanted_.size()) {
      return;  // The text has been passed already, or the reader will refuse the index at the end of the file.
    }
    std::atomic_ref<std::uint64_t> word(wanted_.data()[string >> 6U]);
    const std::uint64_t bit = std::uint64_t{1} << (string & 63U);
    if ((word.load(std::memory_order_relaxed) & bit) == 0) {
      word.fetch_or(bit, std::memory_order_relaxed);
    }
  }
  /// The largest number of strings that the file can hold.
  [[nodiscard]] std::uint64_t capacity() const noexcept { return capacity_; }
  void want_all() noexcept { all_ = true; }

  /// Before the first string. Texts cannot be asked for any more.
  void begin() noexcept { read_ = true; }
  /// Whether the text of the next string, number `index`, is kept. `ahead` begins with it as the file has it.
  [[nodiscard]] bool wants(std::uint64_t index, std::string_view ahead) noexcept {
    // The version of Node.js is the value of a property, and nobody can ask for it before texts are known.
    if (all_ || (ahead.substr(0, 2) == "\"v" && is_quoted_version(ahead) && versions_++ < kMostVersions)) {
      wanted_.set(static_cast<std::size_t>(index));
    }
    return wanted_.test(static_cast<std::size_t>(index));
  }
  /// Keeps a text. Throws Error{limit} with `end_offset` when the texts are larger than the limit.
  void keep(std::uint64_t index, const std::string& text, std::uint64_t end_offset);

  /// One entry (string, node id of the table) for each name of an ephemeron edge, ordered by string.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint64_t>> take_ephemerons() {
    return std::move(ephemerons_);
  }
  /// `count` is the number of strings in the file.
  [[nodiscard]] StringTable take(std::uint64_t count);

 private:
  static constexpr std::uint32_t kMostVersions = 4096;  // a program may have a table of them

  const std::string& file_;
  std::uint64_t text_capacity_;
  std::uint64_t capacity_;
  BitColumn wanted_;
  bool all_ = false;
  bool read_ = false;  // once set, `wanted_` says which texts there are
  std::uint64_t kept_ = 0;
  std::uint32_t versions_ = 0;
  Column<char> text_;
  std::uint64_t text_size_ = 0;
  Column<std::uint32_t> ends_;
  KnownNames known_{};
  std::vector<std::pair<std::uint32_t, std::uint64_t>> ephemerons_;
};

/// The node id of the table when `name` is the name of an ephemeron edge, which is `N / part of key (... @K) -> value
/// (... @V) pair in WeakMap (table @T)`. The rule is DevTools' regular expression, whose dot does not match line ends.
[[nodiscard]] std::optional<std::uint64_t> ephemeron_table_id(std::string_view name);

}  // namespace heapdiff::parse
