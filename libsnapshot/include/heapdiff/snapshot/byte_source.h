#pragma once
// Where bytes come from: a file, a pipe, a decompressor, or memory.

#include "heapdiff/snapshot/limits.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heapdiff {

/// A stream of bytes that is read once, from the front. One thread at a time may use it.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// Fills the front of `buffer` and returns how many bytes it wrote; 0 only at the end. Throws Error{input} when the
  /// system cannot read or compressed data is damaged, Error{limit} when compressed data expands too far.
  [[nodiscard]] virtual std::size_t read(std::span<char> buffer) = 0;
  /// Number of bytes in all, where that is known before reading.
  [[nodiscard]] virtual std::optional<std::uint64_t> size_bytes() const { return std::nullopt; }
  /// Bytes as they are stored (compressed or not): how many were read, and how many there are, where known. For
  /// progress.
  [[nodiscard]] virtual std::uint64_t stored_bytes_read() const { return 0; }
  [[nodiscard]] virtual std::optional<std::uint64_t> stored_size_bytes() const { return std::nullopt; }
  /// To be called after the last byte. Throws Error{input} when the file changed while it was read.
  virtual void check_unchanged() const {}
};

/// What `open_input` found.
struct OpenedInput {
  std::unique_ptr<ByteSource> source;       ///< uncompressed bytes
  std::string name;                         ///< as messages show it: the path, or "<stdin>"
  std::string compression;                  ///< "none", "gzip" or "zstd"
  std::optional<std::int64_t> modified_ns;  ///< modification time, nanoseconds since 1970; none for a pipe
  std::uint64_t device = 0;                 ///< with inode: which file this is; 0, 0 for a pipe
  std::uint64_t inode = 0;
};

/// Opens `path` ("-" is standard input) and expands gzip and zstd, which are recognised by their magic bytes. With
/// `threads` > 1 a compressed stream is expanded on a thread that ends with the source. Throws Error{input} with the
/// system's reason.
[[nodiscard]] OpenedInput open_input(const std::string& path, const Limits& limits = {}, unsigned threads = 2);

/// Opens `path` and gives its bytes as they are stored, compressed or not.
[[nodiscard]] OpenedInput open_stored(const std::string& path);

/// A source of bytes in memory, at most `chunk` per read. `bytes` has to outlive the source.
[[nodiscard]] std::unique_ptr<ByteSource> memory_source(std::string_view bytes, std::size_t chunk = SIZE_MAX);

/// A source that expands `source` when it is compressed, and else gives its bytes. `name` is for messages.
/// `compression`, when not null, is set to "none", "gzip" or "zstd".
[[nodiscard]] std::unique_ptr<ByteSource> expand(std::unique_ptr<ByteSource> source, const std::string& name,
                                                 const Limits& limits = {}, std::string* compression = nullptr);

}  // namespace heapdiff
