#pragma once
// Bytes to graph.

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

struct LoadOptions {
  Limits limits;
  unsigned threads = 2;                      ///< 1 or 2
  bool keep_string_values = false;           ///< texts of string nodes too (they may be secret, and many)
  MemoryUse memory_use = MemoryUse::tables;  ///< for the forecast that `limits.max_memory_bytes` is checked against
  ProgressListener* progress = nullptr;
};

/// Which bytes a graph came from.
struct InputInfo {
  std::string name;                         ///< the path as given, or "<stdin>"
  std::string digest;                       ///< XXH3-128 of the uncompressed bytes, 32 hex digits
  std::uint64_t size_bytes = 0;             ///< uncompressed
  std::string compression = "none";         ///< "none", "gzip" or "zstd"
  std::optional<std::int64_t> modified_ns;  ///< nanoseconds since 1970; none for a pipe
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

struct LoadedSnapshot {
  SnapshotGraph graph;
  InputInfo input;
  Diagnostics diagnostics;
};

/// Reads one snapshot to its end. The graph is complete: every index in it was checked, detachedness was spread by
/// DevTools' rules. Self sizes are the file's own.
///
/// Throws Error{input} with the offset of the first thing that is wrong, Error{limit} beyond `options.limits`;
/// when the forecast is above max_memory_bytes, before anything behind the header is read.
/// One pass; memory is 17 bytes per node, edge columns of 6 bytes per edge, the names in use, and two blocks.
[[nodiscard]] LoadedSnapshot load_snapshot(ByteSource& source, const std::string& name, const LoadOptions& options);
[[nodiscard]] LoadedSnapshot load_snapshot(OpenedInput input, const LoadOptions& options);
[[nodiscard]] LoadedSnapshot load_snapshot(const std::string& path, const LoadOptions& options);

}  // namespace heapdiff
