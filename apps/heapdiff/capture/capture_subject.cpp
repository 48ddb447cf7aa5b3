#include "capture/capture_subject.h"

#include "capture/attachment.h"
#include "capture/capture_run.h"
#include "capture/heap_census.h"
#include "capture/interrupt.h"
#include "capture/process_files.h"
#include "capture/signal_capture.h"
#include "capture/snapshot_pipe.h"
#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <poll.h>
#include <string_view>

namespace heapdiff::capture {

namespace {

using EmptyJson = nlohmann::json;

constexpr auto kCollectionPatience = std::chrono::seconds(120);
constexpr auto kLongestStart = std::chrono::seconds(5);
constexpr auto kRoundPatience = std::chrono::seconds(2);
constexpr auto kBetweenAnswers = std::chrono::milliseconds(50);

/// V8 of Node.js 14 and 16 has the bytecode of Node's start in a first snapshot, and no more in the next: 100 kB, which
/// is 3 % of the smallest heap. Newer ones differ by less than 0.4 %.
bool keeps_old_bytecode(const TargetState& state) {
  constexpr int kLastMajor = 9;
  const auto major = ascii::parse_number<int>(std::string_view(state.v8_version).substr(0, state.v8_version.find('.')));
  return state.runtime == Runtime::node && major && *major <= kLastMajor;
}

MemoryRoom room_of_local(int pid) {
  const auto read = [](const std::string& path) { return read_small_file(path); };
  return read_memory_room(read(fmt::format("/proc/{}/cgroup", pid)).value_or(std::string()), read);
}

class InspectorSubject final : public Subject {
 public:
  InspectorSubject(const CaptureOptions& options, const CaptureVoice& voice, const Interrupt& interrupt)
      : options_(options), voice_(voice) {
    InspectorOptions how;
    how.allow_remote = options.allow_remote;
    how.interrupt = &interrupt;
    attachment_ = attach(options.target, options.page, options.force, how);
    // Node waits for us when it wants to end, and says so only when asked to. Other runtimes do not know the method.
    session().tell("NodeRuntime.notifyWhenWaitingForDisconnect", {{"enabled", true}});
  }
  ~InspectorSubject() override {
    if (attachment_.program && attachment_.session && session().is_over()) {
      attachment_.program->expect_end();
    }
  }
  TargetState state() override {
    TargetState state = ask_started_state();
    runtime_ = state.runtime;
    keeps_old_bytecode_ = keeps_old_bytecode(state);
    if (runtime_ == Runtime::bun) {
      throw Error(ErrorKind::input, "Bun's inspector speaks JavaScriptCore's protocol, which has no V8 snapshots",
                  "Let the program write them, a minute apart: await Bun.write('1.heapsnapshot', "
                  "Bun.generateHeapSnapshot('v8')). heapdiff reads those.");
    }
    session().call("HeapProfiler.enable", EmptyJson::object());
    start_trackers();
    if (runtime_ == Runtime::node) {
      pipe_ = std::make_unique<SnapshotPipe>();
      if (!session().can_reach(*pipe_)) {
        pipe_.reset();
      }
    }
    return state;
  }
  std::optional<std::uint64_t> count_objects() override {
    const auto objects = session().count_objects();
    start_trackers();
    return objects;
  }
  std::optional<std::uint64_t> large_object_bytes() override {
    return runtime_ == Runtime::node ? ask_large_object_bytes(session()) : std::nullopt;
  }
  std::optional<ReferenceCensus> references() override {
    return runtime_ == Runtime::node ? ask_references(session()) : std::nullopt;
  }
  std::string sampling_profile() override {
    const EmptyJson answer = session().call("HeapProfiler.stopSampling", EmptyJson::object(), kCollectionPatience);
    const auto profile = answer.find("profile");
    if (profile == answer.end()) {
      throw Error(ErrorKind::input, "the target has no sampling profile");
    }
    return profile->dump(-1, ' ', false, EmptyJson::error_handler_t::replace);
  }
  MemoryUsage memory() override {
    MemoryUsage memory = ask_memory(session());
    if (!memory.rss && attachment_.local_pid) {
      const auto status = read_process(*attachment_.local_pid);
      memory.rss = status ? status->rss_bytes : std::nullopt;
    }
    heap_used_ = memory.heap_used;
    return memory;
  }
  HeapStatistics heap_statistics() override { return ask_heap_statistics(session(), runtime_); }
  MemoryRoom room() override {
    return attachment_.local_pid ? room_of_local(*attachment_.local_pid) : ask_memory_room(session(), runtime_);
  }
  bool collect_garbage() override {
    session().call("HeapProfiler.collectGarbage", EmptyJson::object(), kCollectionPatience);
    return true;
  }
  std::uint64_t take(ByteSink& sink) override {
    constexpr std::uint64_t kMostAgedBytes = 64'000'000;  // of a larger heap it is a small part, and takes long
    if (keeps_old_bytecode_ && heap_used_.value_or(kMostAgedBytes) < kMostAgedBytes) {
      session().age_bytecode(options_.max_pause.value_or(kCollectionPatience));
    }
    if (pipe_) {
      if (const auto bytes = session().take_through(*pipe_, sink, options_.max_pause, voice_.progress)) {
        return *bytes;
      }
      pipe_.reset();
    }
    return session().take_snapshot(sink, options_.max_pause, voice_.progress);
  }
  void idle_until(Deadline deadline) override { session().idle_until(deadline); }

 private:
  [[nodiscard]] InspectorSession& session() const { return *attachment_.session; }

  /// A Node.js that has only just begun opens its inspector before it knows what it is: it is asked again.
  TargetState ask_started_state() {
    for (const Deadline end = within(kLongestStart);
         !has_come_round(session(), kRoundPatience) && !session().is_over() && Clock::now() < end;) {
      session().idle_until(within(kBetweenAnswers));
    }
    TargetState state = ask_state(session());
    for (const Deadline end = within(kLongestStart); state.runtime == Runtime::other && Clock::now() < end;) {
      session().idle_until(within(kBetweenAnswers));
      state = ask_state(session());
    }
    return state;
  }

  void start_trackers() {
    if (options_.track_allocations) {
      session().call("HeapProfiler.startTrackingHeapObjects", {{"trackAllocations", true}});
    }
    if (options_.sampling) {
      session().call("HeapProfiler.startSampling", EmptyJson::object());
    }
  }

  const CaptureOptions& options_;
  const CaptureVoice& voice_;
  Attachment attachment_;
  Runtime runtime_ = Runtime::other;
  bool keeps_old_bytecode_ = false;
  std::optional<std::uint64_t> heap_used_;  ///< when it was asked for last
  std::unique_ptr<SnapshotPipe> pipe_;      ///< where the target can reach it
};

class SignalSubject final : public Subject {
 public:
  SignalSubject(const CaptureOptions& options, const Interrupt& interrupt)
      : pid_(std::get<SignalTarget>(options.target).pid), options_(options), interrupt_(interrupt), process_(pid_) {}
  TargetState state() override {
    const auto status = read_process(pid_);
    TargetState state;
    state.runtime = Runtime::node;
    state.pid = status ? std::optional(status->inner_pid) : std::nullopt;
    state.uptime_seconds = status ? status->uptime_seconds : std::nullopt;
    state.memory = memory();
    return state;
  }
  MemoryUsage memory() override {
    const auto status = read_process(pid_);
    MemoryUsage memory;
    memory.rss = status ? status->rss_bytes : std::nullopt;
    return memory;
  }
  MemoryRoom room() override { return room_of_local(pid_); }
  bool collect_garbage() override { return true; }  // V8 does so when it takes a snapshot
  std::uint64_t take(ByteSink& sink) override { return process_.take_snapshot(sink, options_.max_pause, interrupt_); }
  void idle_until(Deadline deadline) override {
    while (Clock::now() < deadline) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
      pollfd ready{interrupt_.descriptor(), POLLIN, 0};
      ::poll(&ready, 1, static_cast<int>(std::clamp<long>(left, 1, 1000)));
      if (interrupt_.signal() != 0) {
        throw Interrupted{};
      }
      if (!read_process(pid_)) {
        throw Error(ErrorKind::input, fmt::format("signal:{}: the process ended", pid_));
      }
    }
  }

 private:
  int pid_;
  const CaptureOptions& options_;
  const Interrupt& interrupt_;
  SignalledProcess process_;
};

}  // namespace

std::unique_ptr<Subject> make_subject(const CaptureOptions& options, const CaptureVoice& voice,
                                      const Interrupt& interrupt) {
  if (std::holds_alternative<SignalTarget>(options.target)) {
    return std::make_unique<SignalSubject>(options, interrupt);
  }
  return std::make_unique<InspectorSubject>(options, voice, interrupt);
}

}  // namespace heapdiff::capture
