#pragma once
// Snapshots in a folder: compressed while they arrive, written aside and renamed, with mode 0600.

#include "capture/snapshot_store.h"
#include "heapdiff/reports/output_file.h"

namespace heapdiff::capture {

class FolderStore final : public SnapshotStore {
 public:
  explicit FolderStore(std::string folder, OutputFile::Sync sync = OutputFile::Sync::usual)
      : folder_(std::move(folder)), sync_(sync) {}

  void prepare() override;
  [[nodiscard]] std::string suffix() const override { return ".zst"; }
  [[nodiscard]] std::unique_ptr<ArrivingSnapshot> open(const CapturedSnapshot& snapshot) override;
  void keep_record(const CaptureRecord& record) override;
  void keep_profile(const std::string& profile) override;
  /// The file of the sampling profile; empty when none was recorded.
  [[nodiscard]] const std::string& profile_path() const noexcept { return profile_path_; }

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const { return folder_ + "/" + name; }

  void write_whole(const std::string& path, const std::string& text) const;

  std::string folder_;
  OutputFile::Sync sync_;
  std::string first_file_;
  std::string profile_path_;
};

}  // namespace heapdiff::capture
