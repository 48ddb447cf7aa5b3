#pragma once
// A window over a stream of text. Every byte of a file passes it once, is counted, and enters the digest.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/progress.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace heapdiff::io {

/// Keeps references to `source` and `progress`, which have to outlive it.
class TextWindow {
 public:
  TextWindow(ByteSource& source, std::string name, ProgressListener* progress);
  ~TextWindow();
  TextWindow(const TextWindow&) = delete;
  TextWindow& operator=(const TextWindow&) = delete;

  static constexpr int kEnd = -1;

  /// The next byte, or kEnd. Does not consume it.
  [[nodiscard]] int peek() {
    if (at_ == end_ && !refill()) {
      return kEnd;
    }
    return static_cast<unsigned char>(*at_);
  }
  void advance() noexcept { ++at_; }

  /// The bytes in the window. Reads more where there are none; empty only at the end of the input.
  [[nodiscard]] std::string_view chunk() {
    if (at_ == end_) {
      refill();
    }
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }
  void advance(std::size_t n) noexcept { at_ += n; }
  /// At least `n` of the next bytes, fewer only at the end of the input. Does not consume them. `n` is at most
  /// kMostAhead.
  [[nodiscard]] std::string_view ahead(std::size_t n) {
    if (static_cast<std::size_t>(end_ - at_) < n) {
      gather(n);
    }
    return {at_, static_cast<std::size_t>(end_ - at_)};
  }
  static constexpr std::size_t kMostAhead = 64;

  /// Offset of the next byte in the uncompressed input.
  [[nodiscard]] std::uint64_t offset() const noexcept { return read_ - static_cast<std::uint64_t>(end_ - at_); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Copies up to `capacity` bytes to `out` and consumes them: those in the window, or else directly from the source.
  /// Returns how many; 0 only at the end.
  [[nodiscard]] std::size_t take(char* out, std::size_t capacity);
  /// Puts the bytes that were taken last back, in front of those in the window.
  void give_back(const char* bytes, std::size_t n);

  void report(std::string_view phase);
  /// XXH3-128 of all bytes read, as 32 hex digits in canonical order.
  [[nodiscard]] std::string digest() const;

 private:
  bool refill();
  void gather(std::size_t n);
  std::size_t read_raw(char* out, std::size_t capacity);

  struct Hash;
  ByteSource& source_;
  std::string name_;
  ProgressListener* progress_;
  std::unique_ptr<Hash> hash_;
  std::vector<char> buffer_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t read_ = 0;
};

}  // namespace heapdiff::io
