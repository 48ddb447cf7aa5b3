#include "io/progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace heapdiff {

namespace {

/// "reading: 512 of 1060 MB, 3 s left", or the parts of it that are known. The time left is that of this phase at its
/// speed so far.
std::string progress_text(std::string_view phase, std::uint64_t done, std::optional<std::uint64_t> total,
                          std::chrono::duration<double> in_phase) {
  std::string text(phase);
  if (total && *total > 0) {
    text += fmt::format(": {} of {} MB", done / 1'000'000, *total / 1'000'000);
    if (done > 0 && done <= *total) {
      const double share = static_cast<double>(done) / static_cast<double>(*total);
      text += fmt::format(", {:.0f} s left", in_phase.count() * (1 - share) / share);
    }
  } else if (done > 0) {
    text += fmt::format(": {} MB", done / 1'000'000);
  }
  return text;
}

}  // namespace

TerminalProgress::TerminalProgress(bool quiet)
    : start_(Clock::now()), last_(start_), phase_start_(start_), enabled_(!quiet && isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { clear(); }

void TerminalProgress::on_progress(std::string_view phase, std::uint64_t done, std::optional<std::uint64_t> total) {
  using namespace std::chrono_literals;
  if (!enabled_) {
    return;
  }
  const auto now = Clock::now();
  const bool fresh = phase != phase_ || done < done_;  // the next file starts from 0 again
  if (fresh) {
    phase_ = phase;
    phase_start_ = now;
  }
  done_ = done;
  if (now - start_ < 1s || (!fresh && now - last_ < 100ms)) {
    return;
  }
  last_ = now;
  shown_ = true;
  std::fputs(("\r\033[K" + progress_text(phase, done, total, now - phase_start_)).c_str(), stderr);
}

void TerminalProgress::clear() {
  if (shown_) {
    std::fputs("\r\033[K", stderr);
    shown_ = false;
  }
}

}  // namespace heapdiff
