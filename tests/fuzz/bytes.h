#pragma once
// Takes values from the bytes that a fuzzer gives, in the same way with every compiler: clang's own FuzzedDataProvider
// is not there with GCC, with which the stored inputs are replayed.

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
  /// From `least` to `most`, which is at most 65,535 more.
  std::uint32_t between(std::uint32_t least, std::uint32_t most) noexcept {
    return least + static_cast<std::uint32_t>(below(std::size_t{most - least} + 1));
  }
  bool flag() noexcept { return byte() % 2 == 1; }
  template <class T, std::size_t N>
  const T& one_of(const T (&list)[N]) noexcept {
    return list[below(N)];
  }
  /// At most `most` bytes, and at most 255.
  std::string text(std::size_t most) {
    std::string text;
    for (std::size_t left = byte() % (most + 1); left > 0 && !empty(); --left) {
      text += static_cast<char>(byte());
    }
    return text;
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
