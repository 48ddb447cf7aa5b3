#pragma once
// Stores the names of edges. Several threads may do so at once.

#include "heapdiff/snapshot/detail/edge_names.h"
#include "parse/string_builder.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace heapdiff::parse {

/// Gives each name a code when it occurs first, and asks `strings` for its text. Threads may fill different edges.
class EdgeNameCoder {
 public:
  /// Only string indices below `max_strings` get a code; larger ones are kept in full. Takes 2 bytes per index in use.
  EdgeNameCoder(EdgeNames& names, StringBuilder& strings, std::size_t max_strings)
      : names_(names), strings_(strings), code_of_(max_strings) {}

  void prefault(std::size_t first, std::size_t count) noexcept { names_.codes_.prefault(first, count); }

  void set_number(std::size_t e, std::uint32_t number) noexcept {
    if (number <= EdgeNames::kMaxCode) {
      names_.codes_[e] = static_cast<std::uint16_t>(number);
    } else {
      keep_in_full(e, number);
    }
  }

  void set_name(std::size_t e, std::uint32_t string) {
    std::uint16_t code = kFull;
    if (string < code_of_.size()) [[likely]] {
      code = std::atomic_ref(code_of_[string]).load(std::memory_order_relaxed);
      if (code == 0) [[unlikely]] {
        code = give_code(string);
      }
    } else {
      strings_.want(string);
      note_name_in_full();
    }
    if (code != kFull) [[likely]] {
      names_.codes_[e] = code;
    } else {
      keep_in_full(e, string);
    }
  }

 private:
  static constexpr std::uint16_t kFull = UINT16_MAX;

  [[gnu::noinline]] std::uint16_t give_code(std::uint32_t string);
  void note_name_in_full() noexcept { std::atomic_ref(names_.some_in_full_).store(true, std::memory_order_relaxed); }
  void keep_in_full(std::size_t e, std::uint32_t name) noexcept {
    names_.codes_[e] = kFull;
    names_.full_[e] = name;
  }

  EdgeNames& names_;
  StringBuilder& strings_;
  Column<std::uint16_t> code_of_;             // by string index; 0: no code yet
  std::atomic<std::uint32_t> next_code_ = 1;  // starts at 1, because fresh memory is 0
};

}  // namespace heapdiff::parse
