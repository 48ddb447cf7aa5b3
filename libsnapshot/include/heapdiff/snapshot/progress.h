#pragma once
// Progress of a long call. The libraries report it; the program shows it.

#include <cstdint>
#include <optional>
#include <string_view>

namespace heapdiff {

class ProgressListener {
 public:
  ProgressListener() = default;
  ProgressListener(const ProgressListener&) = delete;
  ProgressListener& operator=(const ProgressListener&) = delete;
  virtual ~ProgressListener() = default;

  /// `done` of `total` units of `phase` are done; while reading, units are bytes as stored. Called at most every few
  /// milliseconds of work, by one thread at a time, which may be another one than the caller's.
  virtual void on_progress(std::string_view phase, std::uint64_t done, std::optional<std::uint64_t> total) = 0;
};

}  // namespace heapdiff
