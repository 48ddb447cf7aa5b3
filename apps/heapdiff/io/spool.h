#pragma once
// A stream put aside, so that it can be read again.

#include "heapdiff/snapshot/byte_source.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace heapdiff {

/// Copies standard input or a FIFO to disk. The copy has no name, is encrypted with a key that only this process knows,
/// and is gone when the process ends: a heap's secrets are never readable there.
class Spool {
 public:
  /// Reads `path` ("-" is standard input) to its end, or not on where it cannot be a snapshot. The copy lies in
  /// `folder`, which has to have room for it, or, when that takes no files, in the system's folder for such. Throws
  /// Error.
  Spool(const std::string& path, const std::string& folder, const Limits& limits);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// The bytes from the front again, expanded. At most one reader at a time; the spool has to outlive it.
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

/// Whether `path` can be read once only.
[[nodiscard]] bool is_stream(const std::string& path);

}  // namespace heapdiff
