// The course of a capture, of a subject and under a clock of our own.

#include "capture/capture_run.h"

#include "capture/folder_store.h"
#include "heapdiff/snapshot/error.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::capture;
using namespace std::chrono_literals;

namespace {

/// A process, and what was done with it.
struct ScriptedProcess {
  capture::Clock::time_point now = capture::Clock::time_point(1h);
  std::chrono::seconds snapshot_takes{5};
  MemoryUsage memory{50'000'000, 6'000'000, 5'000'000, 0, 0};
  MemoryRoom room;
  std::optional<std::uint64_t> objects;
  std::optional<std::uint64_t> large_object_bytes;
  std::optional<ReferenceCensus> census;
  std::vector<std::chrono::nanoseconds> waits;  ///< between snapshots, as it went on working
  std::vector<std::string> done;
};

class ScriptedSubject final : public Subject {
 public:
  explicit ScriptedSubject(ScriptedProcess& script) : script_(script) {}
  TargetState state() override {
    TargetState state;
    state.runtime = Runtime::node;
    state.pid = 7;
    state.uptime_seconds = 100;
    state.memory = script_.memory;
    return state;
  }
  MemoryUsage memory() override { return script_.memory; }
  MemoryRoom room() override { return script_.room; }
  bool collect_garbage() override {
    script_.done.emplace_back("collect");
    return true;
  }
  std::optional<std::uint64_t> count_objects() override {
    script_.done.emplace_back("count");
    return script_.objects;
  }
  std::optional<std::uint64_t> large_object_bytes() override { return script_.large_object_bytes; }
  std::optional<ReferenceCensus> references() override {
    script_.done.emplace_back("look");
    return script_.census;
  }
  std::uint64_t take(ByteSink& sink) override {
    script_.done.emplace_back("take");
    sink.write("{}");
    script_.now += script_.snapshot_takes;
    return 2;
  }
  void idle_until(Deadline deadline) override {
    script_.waits.emplace_back(deadline - script_.now);
    script_.now = deadline;
  }

 private:
  ScriptedProcess& script_;
};

struct Ran {
  CaptureResult result;
  std::vector<std::string> said;
};

Ran capture_scripted(ScriptedProcess& script, const CaptureOptions& options) {
  const heapdiff_test::TemporaryFolder folder;
  FolderStore store((folder.path / "c").string());
  Ran ran;
  const auto say = [&](const std::string& text) { ran.said.push_back(text); };
  const CaptureWorld world{[&](const CaptureOptions&, const CaptureVoice&, const Interrupt&) {
                             return std::make_unique<ScriptedSubject>(script);
                           },
                           [&] { return script.now; }};
  ran.result = run_capture(options, store, "0.0.0", {say, say, nullptr}, world);
  return ran;
}

CaptureOptions every(std::chrono::seconds gap, unsigned count) {
  CaptureOptions options;
  options.target = ProcessTarget{7};
  options.schedule = {count, gap, 0s, std::nullopt, 1h};
  return options;
}

}  // namespace

TEST_CASE("capture: the process works for the whole gap between two snapshots, however long they take") {
  for (const std::chrono::seconds takes : {0s, 5s, 59s, 60s, 200s}) {
    CAPTURE(takes.count());
    ScriptedProcess script;
    script.snapshot_takes = takes;
    const Ran ran = capture_scripted(script, every(60s, 4));
    CHECK(ran.result.record.complete);
    CHECK(ran.result.record.snapshots.size() == 4);
    CHECK(script.waits == std::vector<std::chrono::nanoseconds>{60s, 60s, 60s});
    CHECK(ran.result.record.snapshots[1].pause_seconds == static_cast<double>(takes.count()));
    CHECK(ran.result.record.snapshots[1].uptime_seconds == 100.0 + static_cast<double>(takes.count()) + 60);
  }
}

TEST_CASE("capture: garbage is collected before each snapshot, and objects are counted only where memory is short") {
  ScriptedProcess roomy;
  CHECK(capture_scripted(roomy, every(1s, 2)).result.record.complete);
  CHECK(roomy.done == std::vector<std::string>{"collect", "take", "collect", "take"});
  ScriptedProcess tight;
  tight.memory.heap_used = 60'000'000;
  tight.objects = 100'000;
  tight.census = {30'000, 20'000, 0};
  tight.room = {268'000'000, 163'000'000, 8'000'000'000};
  CHECK(capture_scripted(tight, every(1s, 1)).result.record.complete);
  CHECK(tight.done == std::vector<std::string>{"collect", "count", "look", "take"});
}

TEST_CASE("capture: what may not fit is refused with the estimate, and --force goes on") {
  ScriptedProcess script;
  script.memory.heap_used = 200'000'000;
  script.objects = 2'000'000;
  script.room = {268'000'000, 180'000'000, 8'000'000'000};
  CaptureOptions options = every(1s, 1);
  try {
    static_cast<void>(capture_scripted(script, options));
    FAIL("taken");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::limit);
    const std::string text = e.what();
    CAPTURE(text);
    CHECK(text.find("180.0 MB left of its limit of 268.0 MB") != std::string::npos);
    CHECK(text.find("a snapshot of 200.0 MB of heap may take ") != std::string::npos);
    CHECK(text.find("--force") != std::string::npos);
  }
  CHECK(std::find(script.done.begin(), script.done.end(), "take") == script.done.end());
  options.force = true;
  const Ran forced = capture_scripted(script, options);
  CHECK(forced.result.record.complete);
  CHECK(forced.result.record.memory_limit_bytes == 268'000'000);
}

TEST_CASE("capture: a process that is at its limit is asked for nothing that takes memory") {
  ScriptedProcess script;
  script.memory.heap_used = 201'000'000;
  script.objects = 2'000'000;
  script.room = {268'000'000, 10'000'000, 8'000'000'000};
  CHECK_THROWS_AS(static_cast<void>(capture_scripted(script, every(1s, 1))), Error);
  CHECK(script.done.empty());
  script.room.left_bytes = 100'000'000;  // enough to collect garbage, and too little to count objects
  CHECK_THROWS_AS(static_cast<void>(capture_scripted(script, every(1s, 1))), Error);
  CHECK(script.done == std::vector<std::string>{"collect"});
}

TEST_CASE("capture: a limit that the caller gives replaces what cannot be seen") {
  ScriptedProcess script;
  CaptureOptions options = every(1s, 1);
  options.memory_limit_bytes = 55'000'000;  // 50 MB are resident
  CHECK_THROWS_AS(static_cast<void>(capture_scripted(script, options)), Error);
  options.memory_limit_bytes = 4'000'000'000;
  CHECK(capture_scripted(script, options).result.record.complete);
}
