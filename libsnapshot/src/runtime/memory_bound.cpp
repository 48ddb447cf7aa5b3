#include "heapdiff/snapshot/memory_bound.h"

#include <array>
#include <atomic>
#include <charconv>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace heapdiff {
namespace {

std::atomic<std::uint64_t> bound = 0;
std::atomic<std::uint64_t> exceeded = 0;
thread_local int fatal_depth = 0;

/// Bytes of this process that are in memory and belong to no file; 0 where the system does not tell. Must not allocate:
/// it runs within operator new.
std::uint64_t held_bytes() noexcept {
  static const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  std::array<char, 128> text{};
  const ssize_t size = file < 0 ? -1 : ::pread(file, text.data(), text.size(), 0);
  if (size <= 0) {
    return 0;
  }
  std::array<std::uint64_t, 3> pages{};  // all, resident, of files
  const char* at = text.data();
  const char* const end = text.data() + size;
  for (std::uint64_t& number : pages) {
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || next == end) {
      return 0;
    }
    at = next + 1;
  }
  static const auto page_size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return (pages[1] - pages[2]) * page_size;
}

}  // namespace

void bound_memory(std::uint64_t bytes) noexcept { bound = bytes; }

std::uint64_t memory_bound() noexcept { return bound.load(std::memory_order_relaxed); }

bool exceeds_memory_bound(std::uint64_t more) noexcept {
  const std::uint64_t most = memory_bound();
  if (most == 0) {
    return false;
  }
  const std::uint64_t held = held_bytes();
  if (held <= most && more <= most - held) {
    return false;
  }
  exceeded = most;
  bound = 0;
  return true;
}

std::uint64_t exceeded_memory_bound() noexcept { return exceeded; }

FatalAllocations::FatalAllocations() noexcept { ++fatal_depth; }
FatalAllocations::~FatalAllocations() { --fatal_depth; }

bool allocations_are_fatal() noexcept { return fatal_depth > 0; }

}  // namespace heapdiff
