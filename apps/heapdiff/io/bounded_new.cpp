// The operators new of this program. They are those of the library, but for one thing: with --max-memory they ask now
// and then whether the bound is passed, and then fail as if the system had no memory left.
//
// Each thread counts what it allocates and asks once in 256 KiB, and before each larger block. Without --max-memory a
// test of one number is all that is added.

#include "heapdiff/snapshot/memory_bound.h"
#include "io/guard.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HEAPDIFF_SANITIZER_NEW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HEAPDIFF_SANITIZER_NEW 1
#endif
#endif

#ifndef HEAPDIFF_SANITIZER_NEW  // the sanitizers have their own, which find more

namespace {

constexpr std::size_t kAskEvery = std::size_t{256} << 10U;

thread_local std::size_t allocated_since_asked = 0;  // NOLINT: per thread

bool is_refused(std::size_t size) noexcept {
  allocated_since_asked += size;
  if (allocated_since_asked < kAskEvery) {
    return false;
  }
  allocated_since_asked = 0;
  return heapdiff::exceeds_memory_bound(size);
}

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (heapdiff::memory_bound() != 0 && is_refused(size)) {
    return nullptr;
  }
  size = size == 0 ? 1 : size;
  if (alignment <= alignof(std::max_align_t)) {
    return std::malloc(size);
  }
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment = 0) {
  void* const block = allocate(size, alignment);
  if (block == nullptr) {
    if (heapdiff::allocations_are_fatal()) {
      heapdiff::exit_without_memory();
    }
    heapdiff::note_failed_allocation();
    throw std::bad_alloc();
  }
  return block;
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept { return allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t /*size*/) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t /*alignment*/) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t /*alignment*/) noexcept { std::free(block); }
void operator delete(void* block, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept { std::free(block); }

#endif
