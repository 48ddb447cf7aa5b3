#pragma once
// The process of a capture, by whatever means it is asked.

#include "capture/capture_record.h"
#include "capture/memory_room.h"
#include "capture/socket.h"
#include "capture/target_state.h"
#include "heapdiff/snapshot/redact_snapshot.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace heapdiff::capture {

struct CaptureOptions;
struct CaptureVoice;

/// What a capture asks of its target, by whatever means it has.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;

  virtual TargetState state() = 0;
  virtual MemoryUsage memory() = 0;
  /// Empty where the target does not say.
  virtual HeapStatistics heap_statistics() { return {}; }
  virtual MemoryRoom room() = 0;
  /// Returns whether the target's garbage was collected.
  virtual bool collect_garbage() = 0;
  virtual std::uint64_t take(ByteSink& sink) = 0;
  /// Before the first snapshot.
  virtual std::optional<std::uint64_t> count_objects() { return std::nullopt; }
  /// Of the large object space; empty where the target does not say.
  virtual std::optional<std::uint64_t> large_object_bytes() { return std::nullopt; }
  virtual std::optional<ReferenceCensus> references() { return std::nullopt; }
  /// What --sampling recorded; empty without it.
  virtual std::string sampling_profile() { return {}; }
  virtual void idle_until(Deadline deadline) = 0;
};

/// Connects to the target of the options: an inspector, or a process that writes files at a signal. All arguments have
/// to outlive the result. Throws as run_capture() does.
[[nodiscard]] std::unique_ptr<Subject> make_subject(const CaptureOptions& options, const CaptureVoice& voice,
                                                    const Interrupt& interrupt);

}  // namespace heapdiff::capture
