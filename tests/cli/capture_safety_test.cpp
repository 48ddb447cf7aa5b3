// Whether a target can afford a snapshot, when the next one is due, and what is written down of it.

#include "capture/capture_record.h"
#include "capture/memory_room.h"
#include "capture/memory_usage_file.h"
#include "capture/process_files.h"
#include "capture/schedule.h"
#include "capture/signal_capture.h"
#include "capture/started_program.h"
#include "heapdiff/snapshot/error.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <csignal>
#include <map>
#include <string>

using namespace heapdiff;
using namespace heapdiff::capture;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

using Texts = std::map<std::string, std::string>;

MemoryRoom room_of(const std::string& groups, const Texts& texts) {
  return read_memory_room(groups, [&](const std::string& path) -> std::optional<std::string> {
    const auto at = texts.find(path);
    return at == texts.end() ? std::nullopt : std::optional(at->second);
  });
}

constexpr const char* kMachine = "MemTotal:       16000000 kB\nMemFree: 1 kB\nMemAvailable:    8000000 kB\n";

}  // namespace

TEST_CASE("capture: the limit of a control group of version 2 is read at each level") {
  const Texts texts = {{"/proc/meminfo", kMachine},
                       {"/sys/fs/cgroup/pods/a/memory.max", "max\n"},
                       {"/sys/fs/cgroup/pods/memory.max", "268435456\n"},
                       {"/sys/fs/cgroup/pods/memory.current", "200000000\n"},
                       {"/sys/fs/cgroup/pods/memory.stat", "anon 1\ninactive_file 50000000\nactive_file 7\n"}};
  const MemoryRoom room = room_of("0::/pods/a\n", texts);
  CHECK(room.limit_bytes == 268435456);
  CHECK(room.left_bytes == 268435456 - 150000000);
  CHECK(room.machine_left_bytes == 8192000000);
  CHECK(room.smallest() == room.left_bytes);
}

TEST_CASE("capture: in a container the group's files lie at the root, whatever path it has outside") {
  const MemoryRoom room = room_of("0::/../other\n12:cpu:/x\n",
                                  {{"/sys/fs/cgroup/memory.max", "1000"}, {"/sys/fs/cgroup/memory.current", "400"}});
  CHECK(room.limit_bytes == 1000);
  CHECK(room.left_bytes == 600);
  CHECK_FALSE(room.machine_left_bytes);
}

TEST_CASE("capture: the limit of a control group of version 1, where almost 2^63 means none") {
  const std::string base = "/sys/fs/cgroup/memory";
  const MemoryRoom room = room_of("4:cpu,memory:/docker/a\n1:name=systemd:/\n0::/\n",
                                  {{base + "/docker/a/memory.limit_in_bytes", "268435456\n"},
                                   {base + "/docker/a/memory.usage_in_bytes", "268435000\n"},
                                   {base + "/docker/a/memory.stat", "inactive_file 1\ntotal_inactive_file 35000\n"},
                                   {base + "/memory.limit_in_bytes", "9223372036854771712\n"}});
  CHECK(room.limit_bytes == 268435456);
  CHECK(room.left_bytes == 35456);
  CHECK_FALSE(room_of("4:memory:/\n", {{base + "/memory.limit_in_bytes", "9223372036854771712"}}).limit_bytes);
}

TEST_CASE("capture: nonsense in a target's files is no limit") {
  for (const char* text : {"", "\n", "-1", "1e9", "99999999999999999999999", "max"}) {
    CAPTURE(text);
    CHECK_FALSE(room_of("0::/\n", {{"/sys/fs/cgroup/memory.max", text}}).limit_bytes);
  }
  std::string deep = "0::";
  for (int i = 0; i < 5000; ++i) {
    deep += "/a";
  }
  CHECK(memory_files(deep + "\nrubbish\n:::\n").size() < 200);
}

TEST_CASE("capture: snapshots are due at even times after the warm-up") {
  const Schedule::Time start{};
  Schedule schedule({2, 60s, 5s, std::nullopt, 1h}, start);
  CHECK(schedule.step(start).next == Schedule::Next::wait);
  CHECK(schedule.step(start).until == start + 5s);
  CHECK(schedule.step(start + 5s).next == Schedule::Next::take);
  schedule.took(start + 5s, 100);
  CHECK(schedule.step(start + 64s).next == Schedule::Next::wait);
  CHECK(schedule.step(start + 64s).until == start + 65s);
  CHECK(schedule.step(start + 65s).next == Schedule::Next::take);
  schedule.took(start + 65s, 100);
  CHECK(schedule.step(start + 65s).next == Schedule::Next::done);
}

TEST_CASE("capture: snapshots are due at even steps of growth") {
  const Schedule::Time start{};
  Schedule schedule({3, 10s, 0s, 20'000'000, 1h}, start);
  CHECK(schedule.step(start).next == Schedule::Next::take);
  schedule.took(start, 50'000'000);
  CHECK(schedule.step(start + 10s).next == Schedule::Next::look);
  CHECK_FALSE(schedule.is_due(start + 10s, 59'999'999));
  CHECK(schedule.step(start + 11s).next == Schedule::Next::wait);
  CHECK(schedule.is_due(start + 20s, 60'000'000));
  schedule.took(start + 20s, 60'000'000);
  CHECK_FALSE(schedule.is_due(start + 30s, 69'000'000));
  CHECK(schedule.is_due(start + 40s, 71'000'000));
  schedule.took(start + 40s, 71'000'000);
  CHECK(schedule.step(start + 60s).next == Schedule::Next::done);
  CHECK(schedule.reached_growth());
}

TEST_CASE("capture: a heap that does not grow gets its last snapshot when the time is over") {
  const Schedule::Time start{};
  Schedule schedule({4, 10s, 0s, 20'000'000, 1min}, start);
  schedule.took(start, 50'000'000);
  CHECK_FALSE(schedule.is_due(start + 50s, 50'000'000));
  CHECK(schedule.is_due(start + 60s, 50'000'000));
  schedule.took(start + 60s, 50'000'000);
  CHECK(schedule.step(start + 2min).next == Schedule::Next::done);
  CHECK_FALSE(schedule.reached_growth());
}

TEST_CASE("capture: a record is read as it was written") {
  CaptureRecord record;
  record.target = "pid:7";
  record.runtime = "node";
  record.pid = 7;
  record.memory_limit_bytes = 1000;
  CapturedSnapshot one;
  one.file = "Heap.1.heapsnapshot.zst";
  one.taken_ns = 1'772'413'200'123'000'000;
  one.operations = 1000;
  one.before.rss = 80'000'000;
  one.after = MemoryUsage{};
  one.after->rss = 90'000'000;
  record.snapshots = {one, one};
  const auto read = parse_record(to_json(record), "capture.json");
  REQUIRE(read);
  REQUIRE(read->snapshots.size() == 2);
  CHECK(read->snapshots[1].file == one.file);
  CHECK(read->snapshots[1].taken_ns == one.taken_ns);
  CHECK(read->snapshots[1].operations == 1000);
  CHECK(read->snapshots[1].before.rss == 80'000'000);
  CHECK_FALSE(read->snapshots[1].before.heap_used);
  CHECK(read->snapshots[1].after->rss == 90'000'000);
  CHECK(read->memory_limit_bytes == 1000);
}

TEST_CASE("capture: somebody else's capture.json is passed over, a damaged record is refused") {
  CHECK_FALSE(parse_record("{}", "f"));
  CHECK_FALSE(parse_record("[1]", "f"));
  CHECK_FALSE(parse_record("not JSON", "f"));
  CHECK_FALSE(parse_record(R"({"format":"other"})", "f"));
  const std::string head = R"({"format":"heapdiff-capture","version":1,)";
  const std::string snapshot = R"("file":"a","takenAt":"2026-03-02T01:00:00Z")";
  CHECK(parse_record(head + R"("snapshots":[{)" + snapshot + "}]}", "f"));
  for (const std::string& wrong :
       {head, head + "\"snapshots\":1}", head + "\"snapshots\":[1]}", head + "\"snapshots\":[{}]}",
        head + R"("snapshots":[{"file":"../a","takenAt":"2026-03-02T01:00:00Z"}]})",
        head + R"("snapshots":[{"file":"a","takenAt":"yesterday"}]})",
        head + R"("snapshots":[{)" + snapshot + R"(,"memory":{"rss":-1}}]})",
        head + R"("snapshots":[{)" + snapshot + R"(,"memory":{"rss":"9"}}]})",
        head + R"("snapshots":[{)" + snapshot + R"(,"memory":7}]})",
        head + R"("snapshots":[{)" + snapshot + R"(,"operations":1e400}]})",
        std::string(R"({"format":"heapdiff-capture","version":2,"snapshots":[]})")}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(static_cast<void>(parse_record(wrong, "f")), Error);
  }
}

TEST_CASE("capture: memory that was written down by hand is read in the forms that people write") {
  const std::vector<MemoryPoint> points = parse_memory_usage(R"(server listens
2026-03-02T01:00:00.500Z {
  rss: 80000000,
  heapTotal: 9000000,
  heapUsed: 5000000,
  external: 900000,
  arrayBuffers: 10000
}
GET / 200
2026-03-02T01:01:00Z { rss: 90000000, heapTotal: 9000000, heapUsed: 5000000 }
{"time":"2026-03-02T01:02:00Z","rss":100000000,"heapUsed":5000001,"note":"rss: none"}
{"rss": 110000000, "timestamp": 1772413380}
)");
  REQUIRE(points.size() == 4);
  CHECK(points[0].at_ns == 1'772'413'200'500'000'000);
  CHECK(points[0].before.rss == 80'000'000);
  CHECK(points[0].before.array_buffers == 10'000);
  CHECK(points[1].before.rss == 90'000'000);
  CHECK_FALSE(points[1].before.external);
  CHECK(points[2].before.heap_used == 5'000'001);
  CHECK(points[2].at_ns == 1'772'413'320'000'000'000);
  CHECK(points[3].before.rss == 110'000'000);
  CHECK(points[3].at_ns == 1'772'413'380'000'000'000);
  CHECK(parse_memory_usage("no memory: here\nrss: many").empty());
}

TEST_CASE("capture: what a process is, from a folder as /proc has it") {
  const heapdiff_test::TemporaryFolder folder;
  const std::string proc = folder.path.string();
  folder.write("12/status",
               "Name:\tnode\nState:\tS (sleeping)\nNSpid:\t12\t1\nVmRSS:\t   80000 kB\nSigCgt:\t0000000000000a00\n");
  folder.write("12/stat", "12 (a ) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 1000 21\n");
  folder.write("uptime", "30.00 1.0\n");
  folder.write("12/cmdline", "node\0--heapsnapshot-signal=SIGUSR2\0app.js\0"s);
  folder.write("13/status", "Name:\tnode\nState:\tZ (zombie)\n");
  const auto status = read_process(12, proc);
  REQUIRE(status);
  CHECK(status->name == "node");
  CHECK(status->inner_pid == 1);
  CHECK(status->rss_bytes == 80'000 * 1024);
  CHECK(status->catches(SIGUSR1));
  CHECK(status->catches(SIGUSR2));
  CHECK_FALSE(status->catches(SIGHUP));
  REQUIRE(status->uptime_seconds);
  CHECK(*status->uptime_seconds > 0);
  CHECK_FALSE(read_process(13, proc));
  CHECK_FALSE(read_process(14, proc));
  CHECK(value_of_option(runtime_options(12, proc), "--heapsnapshot-signal") == "SIGUSR2");
  CHECK(value_of_option({"--a", "b"}, "--a") == "b");
  CHECK(value_of_option({"--ab=c", "--a"}, "--a").empty());
  CHECK(signal_number("SIGUSR2") == SIGUSR2);
  CHECK_FALSE(signal_number("SIGKILL"));
}

TEST_CASE("capture: an inspector's option goes where each runtime takes it") {
  const auto words = [](std::vector<std::string> command) {
    bool known = false;
    const std::vector<std::string> all = with_inspector(command, known);
    return known ? all : std::vector<std::string>{"unknown"};
  };
  const std::string option = "--inspect=127.0.0.1:0";
  CHECK(words({"/usr/bin/node", "app.js"}) == std::vector<std::string>{"/usr/bin/node", option, "app.js"});
  CHECK(words({"deno", "run", "-A", "app.ts"}) == std::vector<std::string>{"deno", "run", option, "-A", "app.ts"});
  CHECK(words({"npm", "start"}) == std::vector<std::string>{"unknown"});
}
