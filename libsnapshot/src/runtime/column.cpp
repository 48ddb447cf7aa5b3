#include "heapdiff/snapshot/column.h"

#include "heapdiff/snapshot/error.h"
#include "runtime/small_pages.h"

#include <fmt/format.h>

#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>

namespace heapdiff::detail {

void* map_zeroed(std::size_t bytes) {
  if (void* const small = allocate_small(bytes)) {
    return small;
  }
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) {
    throw Error(ErrorKind::limit, fmt::format("out of memory: the system refused a column of {} MB", bytes / 1'000'000),
                "Free memory, raise the limit of this process, or use a machine with more.");
  }
  return address;
}

void unmap(void* address, std::size_t bytes) noexcept {
  if (is_small(address)) {
    free_small(address, bytes);
  } else {
    ::munmap(address, bytes);
  }
}

void trim(void* address, std::size_t used, std::size_t bytes) noexcept {
  if (is_small(address)) {
    if (const std::size_t kept = small_granules(used); kept < small_granules(bytes)) {
      free_small(static_cast<char*>(address) + kept, small_granules(bytes) - kept);
    }
    return;
  }
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t first = (used + page - 1) / page * page;
  if (first < bytes) {
    ::munmap(static_cast<char*>(address) + first, bytes - first);
  }
}

void prefault(void* address, std::size_t bytes) noexcept {
  if (is_small(address)) {
    return;
  }
#ifdef MADV_POPULATE_WRITE
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<std::uintptr_t>(address) & ~(page - 1);
  const auto last = reinterpret_cast<std::uintptr_t>(address) + bytes;
  // Older kernels do not know the request: pages come one by one, as ever.
  static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_POPULATE_WRITE));
#else
  static_cast<void>(address);
  static_cast<void>(bytes);
#endif
}

void discard(void* address, std::size_t bytes) noexcept {
  if (is_small(address)) {
    return;
  }
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = (reinterpret_cast<std::uintptr_t>(address) + page - 1) & ~(page - 1);
  const auto last = (reinterpret_cast<std::uintptr_t>(address) + bytes) & ~(page - 1);
  if (first < last) {
    static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED));  // only a hint
  }
}

}  // namespace heapdiff::detail
