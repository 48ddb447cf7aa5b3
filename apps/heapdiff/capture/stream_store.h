#pragma once
// Snapshots that are analysed as they arrive, and kept nowhere.

#include "capture/snapshot_store.h"
#include "heapdiff/diff/series_reader.h"

namespace heapdiff::capture {

/// Only one graph is in memory at a time: that of the snapshot before stays until the first byte of the next one comes,
/// so that a capture which ends in between can be analysed.
class StreamStore final : public SnapshotStore {
 public:
  StreamStore(const SeriesReadOptions& options, std::size_t expected) : reader_(options, expected) {}
  ~StreamStore() override;

  void prepare() override {}
  [[nodiscard]] std::string suffix() const override { return {}; }
  [[nodiscard]] std::unique_ptr<ArrivingSnapshot> open(const CapturedSnapshot& snapshot) override;
  void keep_record(const CaptureRecord& record) override { record_ = record; }
  /// Into a file that has no name and ends with this process.
  void keep_profile(const std::string& profile) override;
  /// Where keep_profile() put it, for this process; empty before that.
  [[nodiscard]] const std::string& profile_path() const noexcept { return profile_path_; }
  /// What was read, with the memory of the process. To be called once. Throws as SeriesReader::finish() does.
  [[nodiscard]] Series finish();

 private:
  SeriesReader reader_;
  CaptureRecord record_;
  std::string profile_path_;
  int profile_file_ = -1;
};

}  // namespace heapdiff::capture
