#pragma once
// Takes values from the bytes that a fuzzer gives. clang's own FuzzedDataProvider is not there with GCC, with which the
// stored inputs are replayed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heapdiff::test {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const noexcept { return at_ >= size_; }
  /// 0 at the end.
  std::uint8_t byte() noexcept { return at_ < size_ ? data_[at_++] : std::uint8_t{0}; }
  /// From 0 to `below` - 1.
  std::size_t below(std::size_t below) noexcept {
    return (static_cast<std::size_t>(byte()) << 8U | byte()) % (below == 0 ? 1 : below);
  }
  std::uint64_t wide() noexcept {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) {
      value = value << 8U | byte();
    }
    return value;
  }
  /// All that is left.
  [[nodiscard]] std::string_view rest() noexcept {
    const std::string_view text(reinterpret_cast<const char*>(data_) + at_, size_ - at_);
    at_ = size_;
    return text;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace heapdiff::test
