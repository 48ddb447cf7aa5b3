#pragma once
// Snapshots from testdata, expanded into memory.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/limits.h"

#include <span>
#include <string>
#include <vector>

namespace heapdiff::test {

inline std::string read_all(ByteSource& source) {
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 18U);
  while (const std::size_t n = source.read(buffer)) {
    text.append(buffer.data(), n);
  }
  return text;
}

/// The uncompressed bytes of a file.
inline std::string expanded_file(const std::string& path) { return read_all(*open_input(path, Limits(), 1).source); }

/// The first snapshot of the leak of BUG-892: 7 MB, by Node.js 18.
inline const std::string& real_snapshot_path() {
  static const std::string path = HEAPDIFF_TESTDATA "/snapshots/bug-892/Heap.20260302.010000.1.0.001.heapsnapshot.zst";
  return path;
}
inline const std::string& real_snapshot_text() {
  static const std::string text = expanded_file(real_snapshot_path());
  return text;
}

}  // namespace heapdiff::test
