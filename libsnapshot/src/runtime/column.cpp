#include "heapdiff/snapshot/detail/column.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/memory_bound.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace heapdiff::detail {
namespace {

[[nodiscard]] std::uintptr_t page_size() {
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return page;
}

[[nodiscard]] std::uintptr_t page_begin(std::uintptr_t address) { return address & ~(page_size() - 1); }
[[nodiscard]] std::uintptr_t next_page_begin(std::uintptr_t address) { return page_begin(address + page_size() - 1); }

}  // namespace

void* allocate_zeroed(std::size_t bytes) {
  // Where the number of rows is not known, as in a compressed file, address space is reserved for the most. It costs no
  // memory before it is written to, so that only columns of a usual size count before they are filled.
  constexpr std::size_t kMostForeseen = std::size_t{64} << 20U;
  if (is_mapped(bytes) && exceeds_memory_bound(bytes <= kMostForeseen ? bytes : 0)) {
    throw std::bad_alloc();
  }
  if (!is_mapped(bytes)) {
    if (void* const address = std::calloc(bytes, 1)) {
      return address;
    }
  } else if (void* const address =
                 ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
             address != MAP_FAILED) {
    return address;
  }
  throw Error(ErrorKind::limit, fmt::format("out of memory: the system refused a column of {} MB", bytes / 1'000'000),
              "Free memory, raise the limit of this process, or use a machine with more.");
}

void free_allocated(void* address) noexcept { std::free(address); }

void unmap(void* address, std::size_t bytes) noexcept { ::munmap(address, bytes); }

void unmap_tail(void* address, std::size_t used, std::size_t bytes) noexcept {
  const std::size_t first = next_page_begin(used);
  if (first < bytes) {
    ::munmap(static_cast<char*>(address) + first, bytes - first);
  }
}

void prefault(void* address, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
  const std::uintptr_t first = page_begin(reinterpret_cast<std::uintptr_t>(address));
  const std::uintptr_t last = reinterpret_cast<std::uintptr_t>(address) + bytes;
  // Kernels before 5.14 do not know the request. There each page comes when it is first written.
  static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_POPULATE_WRITE));
#else
  static_cast<void>(address);
  static_cast<void>(bytes);
#endif
}

void discard(void* address, std::size_t bytes) noexcept {
  const std::uintptr_t first = next_page_begin(reinterpret_cast<std::uintptr_t>(address));
  const std::uintptr_t last = page_begin(reinterpret_cast<std::uintptr_t>(address) + bytes);
  if (first < last) {
    static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED));  // only a hint
  }
}

}  // namespace heapdiff::detail
