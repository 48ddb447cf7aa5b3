#include "capture/capture_run.h"

#include "capture/interrupt.h"
#include "capture/memory_room.h"
#include "capture/shell_command.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

namespace heapdiff::capture {

namespace {

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string bytes_text(std::uint64_t bytes) { return format_bytes(static_cast<double>(bytes)); }

std::uint64_t heap_of(const MemoryUsage& memory) { return memory.heap_used.value_or(memory.rss.value_or(0)); }

/// Node's convention: Heap.YYYYMMDD.HHMMSS.PID.TID.SEQ, in the zone of this machine.
std::string file_name_at(std::int64_t ns, int pid, std::size_t number) {
  const auto seconds = static_cast<std::time_t>(ns / 1'000'000'000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("Heap.{:04}{:02}{:02}.{:02}{:02}{:02}.{}.0.{:03}.heapsnapshot", local.tm_year + 1900,
                     local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec, pid, number);
}

class CaptureRun {
 public:
  CaptureRun(const CaptureOptions& options, SnapshotStore& store, const CaptureVoice& voice, const CaptureWorld& world,
             const Interrupt& interrupt, CaptureRecord& record)
      : options_(options), store_(store), voice_(voice), world_(world), interrupt_(interrupt), record_(record) {}

  void run() {
    subject_ = world_.connect(options_, voice_, interrupt_);
    const TargetState state = subject_->state();
    describe(state);
    store_.prepare();
    started_ = world_.now();
    uptime_at_start_ = state.uptime_seconds;
    Schedule schedule(options_.schedule, started_);
    while (true) {
      const Schedule::Step step = schedule.step(world_.now());
      if (step.next == Schedule::Next::done) {
        break;
      }
      if (step.next == Schedule::Next::wait) {
        subject_->idle_until(step.until);
        continue;
      }
      if (!options_.before_each.empty() && step.next == Schedule::Next::take) {
        run_shell_command(options_.before_each, interrupt_);
      }
      if (record_.snapshots.empty()) {
        require_least_room();
      }
      CapturedSnapshot snapshot;
      snapshot.garbage_collected = subject_->collect_garbage();
      snapshot.before = subject_->memory();
      snapshot.heap_statistics = subject_->heap_statistics();
      const std::uint64_t heap = heap_of(snapshot.before);
      if (step.next == Schedule::Next::look && !schedule.is_due(world_.now(), heap)) {
        continue;
      }
      take(snapshot, heap);
      schedule.took(world_.now(), heap);
    }
    record_.complete = true;
    if (!schedule.reached_growth()) {
      voice_.warn(fmt::format("the heap did not grow by {} in the time of --for",
                              bytes_text(options_.schedule.until_growth.value_or(0))));
    }
    store_.keep_record(record_);
    if (options_.sampling) {
      store_.keep_profile(subject_->sampling_profile());
    }
  }

 private:
  void describe(const TargetState& state) {
    record_.target = shown(options_.target);
    record_.runtime = to_string(state.runtime);
    record_.runtime_version = state.version;
    record_.v8_version = state.v8_version;
    record_.pid = state.pid;
    heap_limit_ = state.heap_limit_bytes;
    voice_.say(fmt::format("{} {}, process {}, {} of heap{}", record_.runtime, record_.runtime_version,
                           state.pid ? std::to_string(*state.pid) : std::string("of unknown id"),
                           state.memory.heap_used ? bytes_text(*state.memory.heap_used) : std::string("unknown size"),
                           state.memory.rss ? ", " + bytes_text(*state.memory.rss) + " resident" : std::string()));
  }

  MemoryRoom room_now(const MemoryUsage& memory) {
    MemoryRoom room = subject_->room();
    if (options_.memory_limit_bytes) {
      const std::uint64_t limit = *options_.memory_limit_bytes;
      room.limit_bytes = limit;
      room.left_bytes = limit - std::min(limit, memory.rss.value_or(heap_of(memory)));
    }
    record_.memory_limit_bytes = room.limit_bytes;
    return room;
  }

  /// Counts objects only where it matters, because it is a collection of garbage, and where there is memory for it.
  SnapshotCost judge_cost(std::uint64_t heap, std::optional<std::uint64_t> left) {
    SnapshotSize size;
    size.heap_bytes = heap;
    size.large_object_bytes = subject_->large_object_bytes();
    if (record_.snapshots.empty()) {
      const bool short_of_memory = left && cost_of_snapshot(size).bytes > *left;
      if (short_of_memory && memory_to_count(heap) <= *left && subject_->memory().heap_used) {
        size.objects = subject_->count_objects();
        size.census = size.objects ? subject_->references() : std::nullopt;
      }
      return cost_of_snapshot(size);
    }
    const CapturedSnapshot& last = record_.snapshots.back();
    const std::uint64_t before = std::max<std::uint64_t>(last.before.heap_used.value_or(heap), 1);
    size.expected_bytes = static_cast<std::uint64_t>(static_cast<double>(last.bytes) * static_cast<double>(heap) /
                                                     static_cast<double>(before));
    SnapshotCost cost = cost_of_snapshot(size);
    // What the process kept of the first one serves the next.
    const CapturedSnapshot& first = record_.snapshots.front();
    if (first.before.rss && first.after && first.after->rss && *first.after->rss > *first.before.rss) {
      cost.bytes -= std::min(cost.bytes, *first.after->rss - *first.before.rss);
    }
    return cost;
  }

  /// A process that is at its limit is not even asked to collect its garbage.
  void require_least_room() {
    const MemoryUsage memory = subject_->memory();
    const MemoryRoom room = room_now(memory);
    const auto left = room.smallest();
    if (left && *left < kLeastRoomBytes) {
      const std::uint64_t heap = heap_of(memory);
      refuse(heap, cost_of_snapshot({heap, {}, {}, {}, {}}), room);
    }
  }

  /// Refuses a snapshot that the target may not survive.
  void require_room(std::uint64_t heap, const MemoryUsage& memory) {
    const MemoryRoom room = room_now(memory);
    const auto left = room.smallest();
    const SnapshotCost cost = judge_cost(heap, left);
    voice_.say(fmt::format(
        "snapshot {} of {}: the process stands still for up to {:.0f} s, and may take {} more memory",
        record_.snapshots.size() + 1, options_.schedule.count, std::max(1.0, cost.seconds), bytes_text(cost.bytes)));
    if (left && cost.bytes > *left) {
      refuse(heap, cost, room);
    }
  }

  void refuse(std::uint64_t heap, const SnapshotCost& cost, const MemoryRoom& room) const {
    const auto left = room.smallest();
    const bool of_process = room.left_bytes == left;
    const std::string what =
        fmt::format("a snapshot of {} of heap may take {} of memory, and {} has {} left{}", bytes_text(heap),
                    bytes_text(cost.bytes), of_process ? "the process" : "its machine", bytes_text(left.value_or(0)),
                    room.limit_bytes && of_process ? fmt::format(" of its limit of {}", bytes_text(*room.limit_bytes))
                                                   : std::string());
    if (!options_.force) {
      throw Error(ErrorKind::limit, what,
                  "Take it earlier in the life of the process, raise the limit for the time, or send the load "
                  "elsewhere and give --force.");
    }
    voice_.warn(what + "; --force goes on");
  }

  void take(CapturedSnapshot& snapshot, std::uint64_t heap) {
    require_room(heap, snapshot.before);
    const std::size_t number = record_.snapshots.size();
    const auto began = world_.now();
    snapshot.taken_ns = now_ns();
    snapshot.file = file_name_at(snapshot.taken_ns, record_.pid.value_or(0), number + 1) + store_.suffix();
    snapshot.heap_limit_bytes = heap_limit_;
    if (options_.operations_per_step) {
      snapshot.operations = *options_.operations_per_step * static_cast<double>(number);
    }
    if (uptime_at_start_) {
      snapshot.uptime_seconds = *uptime_at_start_ + std::chrono::duration<double>(began - started_).count();
    }
    const std::unique_ptr<ArrivingSnapshot> arriving = store_.open(snapshot);
    try {
      snapshot.bytes = subject_->take(*arriving);
    } catch (const TimedOut&) {
      throw Error(ErrorKind::limit, "the snapshot was not done in the time of --max-pause",
                  "heapdiff has gone away. V8 goes on with it, and the process stands still until it is done; no "
                  "further snapshot is taken.");
    }
    snapshot.pause_seconds = std::chrono::duration<double>(world_.now() - began).count();
    arriving->commit();
    record_.snapshots.push_back(snapshot);
    store_.keep_record(record_);  // a process that ends now is no reason to lose the snapshot
    record_.snapshots.back().after = subject_->memory();
    store_.keep_record(record_);
    voice_.say(fmt::format("snapshot {} of {}: {}, {} in {:.1f} s", number + 1, options_.schedule.count, snapshot.file,
                           bytes_text(snapshot.bytes), snapshot.pause_seconds));
  }

  const CaptureOptions& options_;
  SnapshotStore& store_;
  const CaptureVoice& voice_;
  const CaptureWorld& world_;
  const Interrupt& interrupt_;
  CaptureRecord& record_;
  std::unique_ptr<Subject> subject_;
  Clock::time_point started_;
  std::optional<double> uptime_at_start_;
  std::optional<std::uint64_t> heap_limit_;
};

}  // namespace

CaptureResult run_capture(const CaptureOptions& options, SnapshotStore& store, const std::string& tool_version,
                          const CaptureVoice& voice, const CaptureWorld& world) {
  CaptureResult result;
  result.record.tool_version = tool_version;
  const Interrupt interrupt;
  try {
    CaptureRun(options, store, voice, world, interrupt, result.record).run();
    return result;
  } catch (const Interrupted&) {
    result.signal = interrupt.signal();
    result.record.ended = "interrupted";
  } catch (const TimedOut&) {
    result.error = Error(ErrorKind::input, "the target does not answer",
                         "It may be busy, stopped at a breakpoint, or still writing a snapshot.");
  } catch (const Error& e) {
    result.error = e;
  }
  if (result.error) {
    result.record.ended = result.error->message();
    if (result.record.snapshots.empty()) {
      throw *result.error;
    }
  }
  if (!result.record.snapshots.empty()) {
    store.keep_record(result.record);
  }
  return result;
}

}  // namespace heapdiff::capture
