#include "edge_name_coder.h"

namespace heapdiff {

std::uint16_t EdgeNameCoder::give_code(std::uint32_t string) {
  strings_.want(string);
  const std::lock_guard lock(mutex_);
  const std::atomic_ref code(code_of_[string]);
  if (const std::uint16_t given = code.load(std::memory_order_relaxed); given != 0) {
    return given;  // by another thread
  }
  auto fresh = kFull;
  if (names_.names_.size() <= EdgeNames::kMaxCode) {
    fresh = static_cast<std::uint16_t>(names_.names_.size());
    names_.names_.push_back(string);
  }
  code.store(fresh, std::memory_order_relaxed);
  return fresh;
}

}  // namespace heapdiff
