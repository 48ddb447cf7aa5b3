#pragma once
// Damage and surprises that do not change results: counted, and shown in every report.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// Warnings as data. Each kind keeps its first text and a count, in order of the kind's name, so that output is stable.
class Diagnostics {
 public:
  /// Counts one more of `kind`; `text` is kept the first time only.
  void warn(std::string_view kind, std::string text, std::uint64_t count = 1);
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  /// One sentence per kind, with its count where it is above one.
  [[nodiscard]] std::vector<std::string> sentences() const;
  void merge(const Diagnostics& other);

 private:
  struct Entry {
    std::string text;
    std::uint64_t count = 0;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace heapdiff
