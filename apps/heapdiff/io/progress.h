#pragma once
// Progress on standard error, if it is a terminal, for phases that take longer than a second.

#include "heapdiff/snapshot/progress.h"

#include <chrono>
#include <string>
#include <string_view>

namespace heapdiff {

class TerminalProgress final : public ProgressListener {
 public:
  explicit TerminalProgress(bool quiet);
  ~TerminalProgress() override;
  void on_progress(std::string_view phase, std::uint64_t done, std::optional<std::uint64_t> total) override;
  /// Erases the line, so that other text can follow.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point start_;
  Clock::time_point last_;
  Clock::time_point phase_start_;
  std::string phase_;
  std::uint64_t done_ = 0;
  bool enabled_;
  bool shown_ = false;
};

}  // namespace heapdiff
