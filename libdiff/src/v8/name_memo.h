#pragma once
// Answers of a test of names, remembered by the names' numbers.

#include <array>
#include <cstdint>
#include <utility>

namespace heapdiff::v8 {

/// Whether names pass a test, which most edges and nodes ask about the same few names. Remembers one answer per slot,
/// so that it needs no memory of its own, and asks again where another name took the slot. Not for several threads.
template <class Test>  // bool(std::uint32_t string)
class NameMemo {
 public:
  explicit NameMemo(Test test) : test_(std::move(test)) {}

  [[nodiscard]] bool operator()(std::uint32_t string) {
    Slot& slot = slots_[string % slots_.size()];
    if (slot.string != string || !slot.is_known) {
      slot = {string, true, test_(string)};
    }
    return slot.passes;
  }

 private:
  struct Slot {
    std::uint32_t string = 0;
    bool is_known = false;
    bool passes = false;
  };
  Test test_;
  std::array<Slot, 256> slots_{};
};

}  // namespace heapdiff::v8
