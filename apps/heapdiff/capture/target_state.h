#pragma once
// What a target says of itself: its process, its memory, its limits.

#include "capture/capture_record.h"
#include "capture/memory_room.h"
#include "heapdiff/diff/process_memory.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace heapdiff::capture {

class InspectorSession;

enum class Runtime { node, deno, bun, browser, other };

struct TargetState {
  Runtime runtime = Runtime::other;
  std::string version;     ///< "20.20.2"; made visible
  std::string v8_version;  ///< made visible
  std::optional<int> pid;  ///< as the target sees it
  std::optional<double> uptime_seconds;
  std::optional<std::uint64_t> heap_limit_bytes;
  MemoryUsage memory;
};

[[nodiscard]] const char* to_string(Runtime runtime) noexcept;

/// Waits until Node's event loop comes round: no module of Node is half loaded then. If a question makes Node load a
/// module while it loads another one, the program goes on with half of that, and can fail. Returns false if the loop
/// did not come round within `patience`, for example because the program computes without a pause. True for other
/// runtimes.
[[nodiscard]] bool has_come_round(InspectorSession& session, std::chrono::milliseconds patience);
/// Asks the target. What it does not know stays empty. Throws as InspectorSession::call() does.
[[nodiscard]] TargetState ask_state(InspectorSession& session);
/// Only the memory: what is asked again and again.
[[nodiscard]] MemoryUsage ask_memory(InspectorSession& session);
/// What V8 counts of its heap. Of runtimes other than Node.js only what the inspector's protocol says.
[[nodiscard]] HeapStatistics ask_heap_statistics(InspectorSession& session, Runtime runtime);
/// The limits that the target sees for itself; empty where the runtime cannot read files.
[[nodiscard]] MemoryRoom ask_memory_room(InspectorSession& session, Runtime runtime);

}  // namespace heapdiff::capture
