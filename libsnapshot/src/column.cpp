#include "heapdiff/snapshot/column.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <sys/mman.h>

namespace heapdiff::detail {

void* map_zeroed(std::size_t bytes) {
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) {
    throw Error(ErrorKind::limit, fmt::format("out of memory: the system refused a column of {} MB", bytes / 1'000'000),
                "Free memory, raise the limit of this process, or use a machine with more.");
  }
  return address;
}

void unmap(void* address, std::size_t bytes) noexcept { ::munmap(address, bytes); }

}  // namespace heapdiff::detail
