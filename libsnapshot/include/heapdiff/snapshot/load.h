#pragma once
// Reads a snapshot into a graph.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/memory_forecast.h"
#include "heapdiff/snapshot/progress.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace heapdiff {

/// The defaults read a snapshot within `Limits` on two threads and keep the texts that serve as names.
struct LoadOptions {
  Limits limits;
  unsigned threads = 2;                      ///< 1 or 2
  bool keep_string_values = false;           ///< keep the contents of strings, too (they may be secret, and large)
  MemoryUse memory_use = MemoryUse::tables;  ///< for the forecast that `limits.max_memory_bytes` is compared with
  ProgressListener* progress = nullptr;
};

/// Which file a graph was read from.
struct InputInfo {
  std::string name;                         ///< the path as given, or "<stdin>"
  std::string digest;                       ///< XXH3-128 of the uncompressed bytes, 32 hex digits
  std::uint64_t size_bytes = 0;             ///< uncompressed
  std::uint64_t stored_bytes = 0;           ///< as stored, compressed or not
  std::string compression = "none";         ///< "none", "gzip" or "zstd"
  std::optional<std::int64_t> modified_ns;  ///< nanoseconds since 1970; none for a pipe
  std::uint64_t device = 0;                 ///< with `inode`: which file; 0, 0 for a pipe
  std::uint64_t inode = 0;
};

struct LoadedSnapshot {
  SnapshotGraph graph;
  InputInfo input;
  Diagnostics diagnostics;
};

/// Reads one snapshot to its end. Every index in the graph was checked. Detachedness was spread by DevTools' rules.
/// Self sizes are the file's own.
///
/// Throws Error{input} with the offset of the first error in the file, and Error{limit} beyond `options.limits`. Where
/// the forecast is above `max_memory_bytes` it throws before anything after the header is read. One pass over the
/// bytes. Memory: 17 bytes per node, 6 per edge, the texts in use, and two blocks of the file. `source`, and what
/// `options` refers to, are used during the call only. Calls on different sources may run at the same time.
[[nodiscard]] LoadedSnapshot load_snapshot(ByteSource& source, const std::string& name,
                                           const LoadOptions& options = {});
[[nodiscard]] LoadedSnapshot load_snapshot(OpenedInput input, const LoadOptions& options = {});
[[nodiscard]] LoadedSnapshot load_snapshot(const std::string& path, const LoadOptions& options = {});

}  // namespace heapdiff
