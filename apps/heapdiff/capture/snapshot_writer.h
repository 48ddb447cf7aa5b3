#pragma once
// Where a snapshot goes: into a file, compressed while it arrives.

#include "heapdiff/snapshot/redact_snapshot.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace heapdiff::capture {

/// Compresses and writes on a thread of its own, so that the target does not wait for the disk. At most 8 MB wait in
/// between. The file has its name only after commit(), and mode 0600.
class SnapshotWriter final : public ByteSink {
 public:
  /// Throws Error{output}.
  explicit SnapshotWriter(const std::string& path);
  /// Without commit() nothing is left.
  ~SnapshotWriter() override;

  /// Throws what went wrong on the thread: Error{output}.
  void write(std::string_view bytes) override;
  /// Ends the file. Throws Error{output}, and Error{input} where what was written does not end as a snapshot does.
  void commit();

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
  std::string tail_;  ///< the last bytes
};

}  // namespace heapdiff::capture
