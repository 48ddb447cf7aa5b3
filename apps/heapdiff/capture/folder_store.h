#pragma once
// Snapshots in a folder: compressed while they arrive, written aside and renamed, with mode 0600.

#include "capture/snapshot_store.h"

namespace heapdiff::capture {

class FolderStore final : public SnapshotStore {
 public:
  explicit FolderStore(std::string folder) : folder_(std::move(folder)) {}

  void prepare() override;
  [[nodiscard]] std::string suffix() const override { return ".zst"; }
  [[nodiscard]] std::unique_ptr<ArrivingSnapshot> open(const CapturedSnapshot& snapshot) override;
  void keep_record(const CaptureRecord& record) override;
  void keep_profile(const std::string& profile) override;
  /// The file of the sampling profile; empty when none was recorded.
  [[nodiscard]] const std::string& profile_path() const noexcept { return profile_path_; }

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
  std::string first_file_;
  std::string profile_path_;
};

}  // namespace heapdiff::capture
