#pragma once
// A copy of a stream that can be read again.

#include "heapdiff/snapshot/byte_source.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace heapdiff {

/// Copies standard input or a FIFO to disk. The copy has no name, is encrypted with a key that only this process has,
/// and is gone when the process ends, so that nobody can read a heap's secrets there.
class Spool {
 public:
  /// Reads `path` ("-" is standard input) to its end. Stops when it cannot be a snapshot. The copy is made in `folder`,
  /// which needs room for it, or in the system's temporary folder when `folder` is not writable. Throws Error.
  Spool(const std::string& path, const std::string& folder, const Limits& limits);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Reads the copy from its beginning, decompressed. There is one reader at a time, and the spool has to outlive it.
  [[nodiscard]] OpenedInput open(const Limits& limits) const;

 private:
  class Source;
  void put(const char* bytes, std::size_t n);
  void crypt(char* bytes, std::size_t n, std::uint64_t offset) const;

  std::string name_;
  std::array<unsigned char, 32> key_{};
  int file_ = -1;
  std::uint64_t size_ = 0;
};

/// Whether `path` can be read only once.
[[nodiscard]] bool is_stream(const std::string& path);

}  // namespace heapdiff
