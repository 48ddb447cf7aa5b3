#include "runtime/small_pages.h"

#include "runtime/spin.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <sys/mman.h>

namespace heapdiff::detail {
namespace {

constexpr std::size_t kUnit = std::size_t{64} << 10U;      // a multiple of any system's page
constexpr std::size_t kReserved = std::size_t{64} << 20U;  // of addresses; pages come as they are written
constexpr std::size_t kLargest = std::size_t{2} << 20U;    // of one block
constexpr std::size_t kKept = std::size_t{16} << 20U;      // of pages, while nothing lies in them
constexpr std::size_t kGranule = 64;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kShare = false;  // a block of its own ends where the memory ends
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kShare = false;
#else
constexpr bool kShare = true;
#endif
#else
constexpr bool kShare = true;
#endif

/// Blocks of one reserved range, first fit. The free ones are kept in order, so that neighbours become one.
class SmallPages {
 public:
  static SmallPages& instance() {
    static auto* const pages = new SmallPages;  // never destroyed: columns of static objects may outlive everything
    return *pages;
  }

  void* allocate(std::size_t bytes) noexcept {
    const std::size_t size = small_granules(bytes);
    const auto lock = lock_awake(mutex_);
    if (base_ == nullptr || free_count_ == free_.size()) {
      return nullptr;
    }
    const auto end = free_.begin() + static_cast<std::ptrdiff_t>(free_count_);
    const auto found = std::find_if(free_.begin(), end, [&](const Range& r) { return r.size >= size; });
    if (found == end) {
      return nullptr;
    }
    char* const block = base_ + found->at;
    if (found->at < written_) {
      std::memset(block, 0, std::min(size, written_ - found->at));
    }
    written_ = std::max(written_, found->at + size);
    found->at += size;
    found->size -= size;
    if (found->size == 0) {
      std::move(found + 1, end, found);
      --free_count_;
    }
    return block;
  }

  void release(void* address, std::size_t size) noexcept {
    const auto at = static_cast<std::size_t>(static_cast<char*>(address) - base_);
    const auto lock = lock_awake(mutex_);
    auto end = free_.begin() + static_cast<std::ptrdiff_t>(free_count_);
    auto next = std::lower_bound(free_.begin(), end, at, [](const Range& r, std::size_t a) { return r.at < a; });
    const bool joins_next = next != end && at + size == next->at;
    const bool joins_previous = next != free_.begin() && (next - 1)->at + (next - 1)->size == at;
    Range* whole = nullptr;
    if (joins_previous) {
      whole = &*(next - 1);
      whole->size += size;
      if (joins_next) {
        whole->size += next->size;
        std::move(next + 1, end, next);
        --free_count_;
      }
    } else if (joins_next) {
      whole = &*next;
      whole->at = at;
      whole->size += size;
    } else {
      if (free_count_ == free_.size()) {
        return;  // in more pieces than any real use makes: this one is lost
      }
      std::move_backward(next, end, end + 1);
      ++free_count_;
      *next = {at, size};
      whole = &*next;
    }
    give_pages_back(*whole);
  }

  void warm(std::size_t bytes, const std::atomic<bool>& enough) noexcept {
    constexpr std::size_t kPage = 4096;
    constexpr std::size_t kStep = 8 * kPage;  // touched under the lock, where nobody has them yet
    constexpr int kGap = 100;                 // between two steps: whoever allocates gets the lock
    for (std::size_t done = 0; done < bytes && !enough.load(std::memory_order_relaxed); done += kStep) {
      for (int i = 0; i < kGap; ++i) {
        pause_briefly();
      }
      const auto lock = lock_awake(mutex_);
      warm_ = std::max(warm_, (written_ + kPage - 1) / kPage * kPage);
      if (base_ == nullptr || warm_ >= written_ + bytes || warm_ + kStep > kReserved) {
        return;
      }
      for (std::size_t page = 0; page < kStep; page += kPage) {
        base_[warm_ + page] = 0;
      }
      warm_ += kStep;
    }
  }

  [[nodiscard]] bool holds(const void* address) const noexcept {
    const auto* const p = static_cast<const char*>(address);
    return base_ != nullptr && p >= base_ && p < base_ + kReserved;
  }

 private:
  struct Range {
    std::size_t at = 0;
    std::size_t size = 0;
  };

  SmallPages() {
    void* const mapped =
        ::mmap(nullptr, kReserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
      return;
    }
    base_ = static_cast<char*>(mapped);
    free_[0] = {0, kReserved};
    free_count_ = 1;
  }

  /// The last pages go back to the system when many are empty.
  void give_pages_back(const Range& range) noexcept {
    const std::size_t first = (range.at + kUnit - 1) / kUnit * kUnit;
    if (range.at + range.size == kReserved && written_ > first + kKept) {
      static_cast<void>(::madvise(base_ + first, std::max(written_, warm_) - first, MADV_DONTNEED));
      written_ = first;
      warm_ = first;
    }
  }

  std::mutex mutex_;
  char* base_ = nullptr;
  std::size_t written_ = 0;  // nothing was ever written behind
  std::size_t warm_ = 0;     // pages up to here exist
  std::array<Range, 1024> free_;
  std::size_t free_count_ = 0;
};

}  // namespace

std::size_t small_granules(std::size_t bytes) noexcept { return (bytes + kGranule - 1) / kGranule * kGranule; }

void* allocate_small(std::size_t bytes) noexcept {
  return kShare && bytes < kLargest ? SmallPages::instance().allocate(bytes) : nullptr;
}

bool is_small(const void* address) noexcept { return kShare && SmallPages::instance().holds(address); }

void warm_small(std::size_t bytes, const std::atomic<bool>& enough) noexcept {
  if (kShare) {
    SmallPages::instance().warm(bytes, enough);
  }
}

void free_small(void* address, std::size_t bytes) noexcept {
  SmallPages::instance().release(address, small_granules(bytes));
}

}  // namespace heapdiff::detail
