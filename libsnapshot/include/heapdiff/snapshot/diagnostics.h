#pragma once
// Warnings: what is odd in a file and does not change results. They are counted and shown in every report.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// Warnings as data: for each kind its first text and a count. Ordered by kind, so that output is stable. One thread at
/// a time may write to it.
class Diagnostics {
 public:
  /// Adds `count` to `kind`. `text` is kept the first time only.
  void warn(std::string_view kind, std::string text, std::uint64_t count = 1);
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  /// One sentence per kind, with its count where it is above one.
  [[nodiscard]] std::vector<std::string> sentences() const;
  /// Adds the warnings of `other`.
  void merge(const Diagnostics& other);

 private:
  struct Entry {
    std::string text;
    std::uint64_t count = 0;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace heapdiff
