#pragma once
// Where the snapshots of a capture go.

#include "capture/arriving_snapshot.h"
#include "capture/capture_record.h"

#include <memory>
#include <string>

namespace heapdiff::capture {

class SnapshotStore {
 public:
  SnapshotStore() = default;
  SnapshotStore(const SnapshotStore&) = delete;
  SnapshotStore& operator=(const SnapshotStore&) = delete;
  virtual ~SnapshotStore() = default;

  /// Before the first one, when the target has answered. Throws Error{output}, Error{usage}.
  virtual void prepare() = 0;
  /// The end of a snapshot's name, behind ".heapsnapshot".
  [[nodiscard]] virtual std::string suffix() const = 0;
  /// Where the bytes of `snapshot` go; it is not kept before commit().
  [[nodiscard]] virtual std::unique_ptr<ArrivingSnapshot> open(const CapturedSnapshot& snapshot) = 0;
  /// All that is known so far.
  virtual void keep_record(const CaptureRecord& record) = 0;
  /// What --sampling recorded, in JSON.
  virtual void keep_profile(const std::string& profile) = 0;
};

}  // namespace heapdiff::capture
