#pragma once
// Takes the snapshots of a target, and leaves it as it was.

#include "capture/capture_record.h"
#include "capture/capture_subject.h"
#include "capture/schedule.h"
#include "capture/snapshot_store.h"
#include "capture/target.h"
#include "heapdiff/snapshot/error.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace heapdiff {
class ProgressListener;
}

namespace heapdiff::capture {

struct CaptureOptions {
  Target target;
  ScheduleOptions schedule;
  std::string before_each;  ///< a command of the shell; empty: none
  std::optional<double> operations_per_step;
  std::optional<std::chrono::milliseconds> max_pause;
  std::optional<std::uint64_t> memory_limit_bytes;
  std::string page;  ///< part of a title or URL; empty: the only one
  bool track_allocations = false;
  bool sampling = false;
  bool allow_remote = false;
  bool force = false;
};

/// How a capture talks to the person who started it.
struct CaptureVoice {
  std::function<void(const std::string&)> say;   ///< what happens now
  std::function<void(const std::string&)> warn;  ///< what should not be overlooked
  ProgressListener* progress = nullptr;
};

struct CaptureResult {
  CaptureRecord record;
  std::optional<Error> error;  ///< why it ended early
  int signal = 0;              ///< that ended it early
};

/// What a capture needs of the world; something else in tests.
struct CaptureWorld {
  std::function<std::unique_ptr<Subject>(const CaptureOptions&, const CaptureVoice&, const Interrupt&)> connect =
      make_subject;
  std::function<Clock::time_point()> now = Clock::now;
};

/// Takes the snapshots. `store` gets each of them, and the record after each. What ends it early is in the result when
/// there is a snapshot, and else thrown: Error{input} for a target that cannot be reached, ends or refuses,
/// Error{limit} where the target has no memory for a snapshot or stands still for too long, Error{output},
/// Error{usage}. `tool_version` goes into the record.
[[nodiscard]] CaptureResult run_capture(const CaptureOptions& options, SnapshotStore& store,
                                        const std::string& tool_version, const CaptureVoice& voice,
                                        const CaptureWorld& world = {});

}  // namespace heapdiff::capture
