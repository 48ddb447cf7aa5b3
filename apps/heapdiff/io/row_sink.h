#pragma once
// Writes lines to a file descriptor.

#include <string>
#include <string_view>

namespace heapdiff {

/// Buffers lines and writes them in large pieces. When the reader goes away, writing stops without an error, and
/// closed() is true.
class RowSink {
 public:
  explicit RowSink(int fd, std::string name);
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;

  void write(std::string_view text);
  /// Throws Error{output} when the last bytes cannot be written.
  void flush();
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  int fd_;
  std::string name_;
  std::string buffer_;
  bool closed_ = false;
};

/// `text` as a JSON string with its quotes. `text` is valid UTF-8.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace heapdiff
