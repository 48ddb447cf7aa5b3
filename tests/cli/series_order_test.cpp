// Series as people have them: named, copied and timed in ways that say nothing about the order, or the wrong thing.

#include "support/run_cli.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;
using nlohmann::json;

const std::string kSnapshots = HEAPDIFF_TESTDATA "/snapshots/";
const std::string kFolder = kSnapshots + "npm-mem-3/";
const std::string kOne = "Heap.20260302.010000.1.0.001.heapsnapshot.zst";
const std::string kTwo = "Heap.20260302.010100.1.0.002.heapsnapshot.zst";
const std::string kThree = "Heap.20260302.010200.1.0.003.heapsnapshot.zst";

json analyzed(const std::string& arguments, int code = 0) {
  const Outcome run = run_cli(arguments + " --format json --no-source -q");
  REQUIRE(run.code == code);
  return json::parse(run.out);
}

bool cautions(const json& report, const std::string& part) {
  const json all = report.value("cautions", json::array());
  return std::any_of(all.begin(), all.end(),
                     [&](const json& caution) { return caution.get<std::string>().find(part) != std::string::npos; });
}

std::string at(const std::string& file, const std::string& time) {
  return " --at " + file + "=2026-03-02T" + time + "Z";
}

/// The snapshots of a stored series, oldest first.
std::vector<fs::path> snapshots_of(const std::string& series) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(kSnapshots + series)) {
    if (entry.path().string().find(".heapsnapshot") != std::string::npos) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string first_signature(const json& report) {
  return report["suspects"].empty() ? std::string() : report["suspects"][0]["signature"].get<std::string>();
}

}  // namespace

TEST_CASE("a series given backwards is put in order and judged as the same") {
  const json forward = analyzed(kFolder + kOne + " " + kFolder + kTwo + " " + kFolder + kThree);
  const json backward = analyzed(kFolder + kThree + " " + kFolder + kTwo + " " + kFolder + kOne);
  CHECK(backward["verdict"] == "leak");
  CHECK(backward["orderSource"] == "ids");
  CHECK(backward["suspects"] == forward["suspects"]);
  CHECK(backward["heap"] == forward["heap"]);
  CHECK(!cautions(backward, ""));
}

TEST_CASE("copies with names that carry no time and modification times of the copy are judged as the original") {
  std::mt19937 random(892);
  for (const auto& entry : fs::directory_iterator(kSnapshots)) {
    const std::string series = entry.path().filename().string();
    if (!fs::exists(entry.path() / "truth.json") || snapshots_of(series).size() < 2) {
      continue;
    }
    CAPTURE(series);
    const json original = analyzed(kSnapshots + series);
    const std::string expected = original["verdict"].get<std::string>();
    const int code = expected == "leak" ? 1 : expected == "no-leak" ? 0 : 6;
    const TemporaryFolder folder;
    std::vector<fs::path> copies;
    for (const fs::path& from : snapshots_of(series)) {
      copies.push_back(folder.path / ("snapshot-" + std::to_string(8 + copies.size()) + ".heapsnapshot.zst"));
      fs::copy_file(from, copies.back());
    }
    std::string arguments;
    for (const fs::path& copy : copies) {
      arguments = "'" + copy.string() + "' " + arguments;  // the newest first
    }
    const auto now = fs::file_time_type::clock::now();
    std::vector<int> shuffled(copies.size());
    for (std::size_t i = 0; i < shuffled.size(); ++i) {
      shuffled[i] = static_cast<int>(i);
    }
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    for (const std::string way : {"shuffled", "equal", "as copied"}) {
      CAPTURE(way);
      for (std::size_t i = 0; i < copies.size(); ++i) {
        const int seconds = way == "shuffled" ? 60 * shuffled[i] : way == "equal" ? 0 : static_cast<int>(i);
        fs::last_write_time(copies[i], now - std::chrono::hours(1) + std::chrono::seconds(seconds));
      }
      for (const std::string& inputs : {"'" + folder.path.string() + "'", arguments}) {
        if (way == "equal" && inputs == arguments) {
          continue;  // as many runs as show the difference
        }
        const Outcome run = run_cli("analyze " + inputs + " --fail-on leak --format json --no-source -q");
        const json report = json::parse(run.out);
        CHECK(report["verdict"] == expected);
        CHECK(report["orderSource"] == "ids");
        CHECK(first_signature(report) == first_signature(original));
        CHECK(run.code == code);
        CHECK(report["heap"]["growthBytes"] == original["heap"]["growthBytes"]);
        CHECK(report["heap"]["rateBytesPerHour"].is_null());
        CHECK(report["heap"]["rateReason"].get<std::string>().find("modification time") != std::string::npos);
        CHECK(report["heap"]["growthPerStepBytes"]["estimate"].is_number());
      }
    }
  }
}

TEST_CASE("what contradicts the order of the ids is said first, and the ids win") {
  const std::string times = at(kOne, "03:00:00") + at(kTwo, "02:00:00") + at(kThree, "01:00:00");
  const json report = analyzed(kFolder + " " + times);
  CHECK(report["verdict"] == "leak");
  CHECK(cautions(report, "the times given with --at put the snapshots in another order"));
  CHECK(report["warnings"][0] == report["cautions"][0]);
  CHECK(report["heap"]["rateBytesPerHour"].is_null());
  CHECK(report["heap"]["growthBytes"].get<std::int64_t>() > 0);
  const Outcome text = run_cli(kFolder + " " + times + " --no-source");
  CHECK(text.out.find("! Contradiction") < text.out.find("LEAK RATE"));
  // With --interval the order of the arguments is the caller's word.
  const std::string backward = kFolder + kThree + " " + kFolder + kTwo + " " + kFolder + kOne;
  const json placed = analyzed(backward + " --interval 10m");
  CHECK(cautions(placed, "the order of the arguments"));
  CHECK(placed["verdict"] == "leak");
  CHECK(placed["heap"]["rateBytesPerHour"]["estimate"].get<double>() > 0);
}

TEST_CASE("the same file twice is usage by name, and set aside in a folder") {
  for (const std::string& again : {kFolder + kOne, kFolder + "./" + kOne}) {
    const Outcome refused = run_cli("analyze " + kFolder + kOne + " " + again + " --no-source", true);
    CHECK(refused.code == 2);
    CHECK(refused.out.find("is the same file as") != std::string::npos);
  }
  CHECK(run_cli("analyze - -").code == 2);
  const TemporaryFolder folder;
  const std::string copy = (folder.path / "Heap.20260302.013000.1.0.002.heapsnapshot.zst").string();
  fs::copy_file(kFolder + kOne, copy);
  const Outcome content = run_cli("analyze " + kFolder + kOne + " '" + copy + "' --no-source", true);
  CHECK(content.code == 2);
  CHECK(content.out.find("has the same content as") != std::string::npos);
  CHECK(run_cli("verify --before " + kFolder + kOne + " '" + copy + "' --after " + kFolder).code == 2);
  for (const std::string& name : {kOne, kTwo, kThree}) {
    fs::copy_file(kFolder + name, folder.path / name);
  }
  fs::create_hard_link(folder.path / kTwo, folder.path / "again.heapsnapshot.zst");
  const json report = analyzed("'" + folder.path.string() + "'");
  CHECK(report["verdict"] == "leak");
  CHECK(report["snapshots"].size() == 3);
  CHECK(cautions(report, "has the same content as"));
  CHECK(cautions(report, "is the same file as"));
}

TEST_CASE("an empty, cut or foreign file in a folder is set aside and named; by name it is refused") {
  const TemporaryFolder folder;
  for (const std::string& name : {kOne, kTwo, kThree}) {
    fs::copy_file(kFolder + name, folder.path / name);
  }
  folder.write("empty.heapsnapshot", "");
  folder.write("foreign.heapsnapshot", "{\"snapshot\": 7}");
  folder.write("package.json", "{}");
  std::ifstream whole(kFolder + kTwo, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(whole)), std::istreambuf_iterator<char>());
  std::ofstream(folder.path / "cut.heapsnapshot.zst", std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  const json report = analyzed("'" + folder.path.string() + "'");
  CHECK(report["verdict"] == "leak");
  CHECK(report["snapshots"].size() == 3);
  for (const char* name : {"empty.heapsnapshot", "foreign.heapsnapshot", "cut.heapsnapshot.zst"}) {
    CAPTURE(name);
    CHECK(cautions(report, name));
    CHECK(
        run_cli("analyze " + kFolder + kOne + " " + kFolder + kTwo + " '" + (folder.path / name).string() + "'").code ==
        3);
  }
  CHECK(!cautions(report, "package.json"));
  // Too little is left: no gate is judged.
  fs::remove(folder.path / kTwo);
  fs::remove(folder.path / kThree);
  const Outcome open = run_cli("analyze '" + folder.path.string() + "' --fail-on leak", true);
  CHECK(open.code == 6);
  CHECK(open.out.find("empty.heapsnapshot") != std::string::npos);
}

TEST_CASE("times that lie closer together than a snapshot takes to write give no rate per hour") {
  const std::string both = kFolder + kOne + " " + kFolder + kThree;
  for (const char* time : {"01:00:00", "01:00:00.500"}) {
    const json report = analyzed(both + at(kOne, "01:00:00") + at(kThree, time));
    CHECK(report["heap"]["rateBytesPerHour"].is_null());
    CHECK(report["heap"]["rateReason"].get<std::string>().find("closer to the snapshot before it") !=
          std::string::npos);
    CHECK(report["heap"]["growthBytes"].get<std::int64_t>() > 0);
    REQUIRE(!report["suspects"].empty());
    CHECK(report["suspects"][0]["rateBytesPerHour"].is_null());
    CHECK(report["suspects"][0]["growthPerStepBytes"]["estimate"].get<double>() > 0);
  }
  const Outcome gate = run_cli("analyze " + both + at(kOne, "01:00:00") + at(kThree, "01:00:00") +
                               " --fail-on 'rate>5MB/h' --no-source");
  CHECK(gate.code == 6);
}

TEST_CASE("offsets and zones that do not exist are usage") {
  const std::string both = kFolder + kOne + " " + kFolder + kTwo;
  CHECK(run_cli("analyze " + both + " --at " + kOne + "=2026-03-02T01:00:00+99:99").code == 2);
  CHECK(run_cli("analyze " + both + " --tz Nowhere/Land").code == 2);
  CHECK(run_cli("analyze " + both + " --interval 99999d").code == 2);
  CHECK(run_cli("analyze " + both + " --tz CET-1CEST --no-source").code == 0);
}

TEST_CASE("counted operations judge growth whose times are irregular") {
  const std::string folder = kSnapshots + "bug-892-ci";
  std::string times;
  const std::vector<fs::path> files = snapshots_of("bug-892-ci");
  const char* clock[] = {"01:00:00", "01:00:04", "01:00:14", "01:00:18"};
  for (std::size_t i = 0; i < files.size(); ++i) {
    times += at(files[i].filename().string(), clock[i]);
  }
  const Outcome run = run_cli("analyze " + folder + times + " --ops 1000 --fail-on leak --no-source --format json -q");
  CHECK(run.code == 1);
  const json report = json::parse(run.out);
  CHECK(report["verdict"] == "leak");
  CHECK(report["heap"]["growthPerOpBytes"]["estimate"].get<double>() > 0);
}

TEST_CASE("no leak states its floor, and lists the classes that rose in every step below it") {
  const json report = analyzed(kSnapshots + "healthy-lru");
  CHECK(report["verdict"] == "no-leak");
  CHECK(report["headline"].get<std::string>().starts_with("No leak: nothing above 3"));
  // A small leak: 150 more objects in each step, below the floor of 32 kB.
  const TemporaryFolder folder;
  for (std::uint32_t step = 0; step < 4; ++step) {
    heapdiff::test::SnapshotText snapshot;
    const std::uint32_t root = snapshot.add_root();
    const std::uint32_t app = snapshot.add_node("object", "App", 64);
    snapshot.add_edge(root, "element", 1U, app);
    for (std::uint32_t i = 0; i < 300; ++i) {  // what both have, so that they are of one process
      snapshot.add_edge(app, "property", "part" + std::to_string(i), snapshot.add_node("object", "Part", 32));
    }
    for (std::uint32_t i = 0; i < 40 + 150 * step; ++i) {
      snapshot.add_edge(app, "property", "session" + std::to_string(i), snapshot.add_node("object", "Session", 48));
    }
    folder.write("snapshot-" + std::to_string(step + 8) + ".heapsnapshot", snapshot.text());
  }
  const json small = analyzed("'" + folder.path.string() + "'");
  CHECK(small["verdict"] == "no-leak");
  CHECK(small["headline"].get<std::string>().find("nothing above 32 kB") != std::string::npos);
  CHECK(small["reason"].get<std::string>().find("Session (40 to 490)") != std::string::npos);
}
