#pragma once
// How far a long job is. The program shows it; the libraries only tell.

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

  /// `done` of `total` units (bytes as stored while reading) of `phase`; called at most every few milliseconds of
  /// work, from one thread at a time.
  virtual void on_progress(std::string_view phase, std::uint64_t done, std::optional<std::uint64_t> total) = 0;
};

}  // namespace heapdiff
