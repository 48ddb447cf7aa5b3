#include "parse/edge_name_coder.h"

namespace heapdiff::parse {

std::uint16_t EdgeNameCoder::give_code(std::uint32_t string) {
  strings_.want(string);
  auto fresh = kFull;
  if (next_code_.load(std::memory_order_relaxed) <= EdgeNames::kMaxCode) {
    if (const std::uint32_t next = next_code_.fetch_add(1, std::memory_order_relaxed); next <= EdgeNames::kMaxCode) {
      fresh = static_cast<std::uint16_t>(next);
      names_.names_[next] = string;
    }
  }
  if (fresh == kFull) {
    note_name_in_full();
  }
  std::uint16_t given = 0;
  // If another thread was first, its code counts and the fresh one stays unused.
  return std::atomic_ref(code_of_[string]).compare_exchange_strong(given, fresh, std::memory_order_relaxed) ? fresh
                                                                                                            : given;
}

}  // namespace heapdiff::parse
