#include "progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace heapdiff {

TerminalProgress::TerminalProgress(bool quiet)
    : start_(std::chrono::steady_clock::now()), last_(start_), enabled_(!quiet && isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { clear(); }

void TerminalProgress::on_progress(std::string_view phase, std::uint64_t done, std::optional<std::uint64_t> total) {
  using namespace std::chrono_literals;
  const auto now = std::chrono::steady_clock::now();
  if (!enabled_ || now - start_ < 1s || now - last_ < 100ms) {
    return;
  }
  last_ = now;
  shown_ = true;
  const std::string text = total && *total > 0 ? fmt::format("\r\033[K{} {} %", phase, done * 100 / *total)
                                               : fmt::format("\r\033[K{} {} MB", phase, done / 1'000'000);
  std::fputs(text.c_str(), stderr);
}

void TerminalProgress::clear() {
  if (shown_) {
    std::fputs("\r\033[K", stderr);
    shown_ = false;
  }
}

}  // namespace heapdiff
