// `heapdiff capture` of an inspector that stalls, breaks off, or behaves.

#include "support/fake_inspector.h"
#include "support/real_snapshot.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
using heapdiff_test::FakeInspector;
using heapdiff_test::InspectorCall;
using heapdiff_test::InspectorPeer;
using heapdiff_test::TemporaryFolder;
using heapdiff_test::times_called;
using nlohmann::json;

namespace {

constexpr const char* kTake = "HeapProfiler.takeHeapSnapshot";

/// The snapshots of a stored series, oldest first.
std::vector<std::string> stored_series(const std::string& name) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(HEAPDIFF_TESTDATA "/snapshots/" + name)) {
    if (entry.path().extension() == ".zst") {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const std::string& path : paths) {
    texts.push_back(heapdiff::test::expanded_file(path));
  }
  REQUIRE(texts.size() >= 2);
  return texts;
}

/// Sends the next of `texts` for each snapshot that is asked for.
FakeInspector::Behaviour sending(const std::vector<std::string>& texts) {
  return [&texts](InspectorPeer& peer, const InspectorCall& call) {
    if (call.method != kTake) {
      return false;
    }
    peer.send_snapshot(texts.at(call.number - 1));
    peer.answer(call.id, json::object());
    return true;
  };
}

std::vector<std::string> files_in_folder(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

json read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  return json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

Outcome capture_from(const FakeInspector& inspector, const TemporaryFolder& folder, const std::string& options) {
  return run_cli("capture " + inspector.target() + " --every 0s " + options, true, folder.path.string());
}

/// What an answer says, without what depends on the time of the run.
json gist_of(const json& report) {
  json gist = {{"verdict", report.at("verdict")}, {"suspects", json::array()}};
  for (const json& suspect : report.at("suspects")) {
    gist["suspects"].push_back(
        {suspect.at("kind"), suspect.at("signature"), suspect.at("sites"), suspect.at("retainingPath")});
  }
  return gist;
}

}  // namespace

TEST_CASE("capture: an inspector that stalls is left alone after the time of --max-pause") {
  const TemporaryFolder folder;
  const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
    if (call.method != kTake) {
      return false;
    }
    peer.send_snapshot(call.number == 1 ? R"({"whole":true})" : R"({"cut":[1,2,)");
    if (call.number == 1) {
      peer.answer(call.id, json::object());
    }
    return true;  // for the second, nothing more comes
  });
  // The first snapshot has to be done in this time, on a slow machine and with a sanitizer, too.
  const Outcome outcome = capture_from(inspector, folder, "--count 3 --max-pause 3s --no-analyze --out c");
  CHECK(outcome.code == 4);
  CHECK(outcome.out.find("not done in the time of --max-pause") != std::string::npos);
  CHECK(outcome.out.find("V8 goes on with it") != std::string::npos);
  CHECK(times_called(inspector.methods(), kTake) == 2);
  const std::vector<std::string> files = files_in_folder(folder.path / "c");
  REQUIRE(files.size() == 2);  // the first snapshot, whole, and the record; nothing of the second
  const json record = read_json(folder.path / "c" / "capture.json");
  CHECK(record.at("complete") == false);
  CHECK(record.at("ended").get<std::string>().find("--max-pause") != std::string::npos);
  REQUIRE(record.at("snapshots").size() == 1);
  CHECK(record.at("snapshots")[0].at("file") == files[0]);
  CHECK(heapdiff::test::expanded_file((folder.path / "c" / files[0]).string()) == R"({"whole":true})");
}

TEST_CASE("capture: nothing is left of a first snapshot that stalls") {
  const TemporaryFolder folder;
  const FakeInspector inspector([](InspectorPeer&, const InspectorCall& call) { return call.method == kTake; });
  const Outcome outcome = capture_from(inspector, folder, "--max-pause 200ms --out c");
  CHECK(outcome.code == 4);
  CHECK(times_called(inspector.methods(), kTake) == 1);
  CHECK(files_in_folder(folder.path / "c").empty());
}

TEST_CASE("capture: a target that breaks off within a snapshot leaves those before it") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const TemporaryFolder folder;
  const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
    if (call.method == kTake && call.number == 3) {
      peer.send_snapshot(std::string_view(texts[2]).substr(0, texts[2].size() - 1));
      peer.close();
      return true;
    }
    return sending(texts)(peer, call);
  });
  const Outcome outcome = capture_from(inspector, folder, "--count 4 --out c --format json");
  CHECK(outcome.code == 3);
  CHECK(outcome.out.find("the target closed the connection") != std::string::npos);
  CHECK(outcome.out.find("\"verdict\"") != std::string::npos);
  CHECK(files_in_folder(folder.path / "c").size() == 3);
  CHECK(read_json(folder.path / "c" / "capture.json").at("snapshots").size() == 2);
}

TEST_CASE("capture: without files the answer is that of the files, and nothing is written") {
  for (const char* name : {"npm-mem-3", "poll-tail-promise", "healthy-lru"}) {
    CAPTURE(name);
    const std::vector<std::string> texts = stored_series(name);
    const std::string count = "--count " + std::to_string(texts.size()) + " --ops 100 --format json -q ";
    const std::string root = "--source-root '" HEAPDIFF_TESTDATA "/snapshots/" + std::string(name) + "' ";
    const TemporaryFolder folder;
    const FakeInspector first(sending(texts));
    const FakeInspector second(sending(texts));
    const Outcome streamed =
        run_cli("capture " + first.target() + " --every 0s --no-files " + count + root, false, folder.path.string());
    CHECK(files_in_folder(folder.path).empty());
    const Outcome filed =
        run_cli("capture " + second.target() + " --every 0s --out c " + count + root, false, folder.path.string());
    CHECK(streamed.code == 0);
    CHECK(filed.code == 0);
    CHECK(files_in_folder(folder.path / "c").size() == texts.size() + 1);
    const json report = json::parse(streamed.out);
    CHECK(gist_of(report) == gist_of(json::parse(filed.out)));
    CHECK(report.at("snapshots").size() == texts.size());
  }
}

TEST_CASE("capture: without files, what ends between two snapshots can be analysed, and what ends within one cannot") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const auto ended_after = [&](std::size_t bytes_of_third) {
    const TemporaryFolder folder;
    const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
      if (call.method == kTake && call.number == 3) {
        peer.send_snapshot(std::string_view(texts[2]).substr(0, bytes_of_third));
        peer.close();
        return true;
      }
      return sending(texts)(peer, call);
    });
    return run_cli("capture " + inspector.target() + " --every 0s --count 3 --no-files", true, folder.path.string());
  };
  const Outcome between = ended_after(0);
  CHECK(between.code == 3);
  CHECK(between.out.find("2 snapshots, none in a file") != std::string::npos);
  CHECK(between.out.find("leak") != std::string::npos);
  const Outcome within = ended_after(400'000);
  CHECK(within.code == 3);
  CHECK(within.out.find("the one before it was not kept") != std::string::npos);
}

TEST_CASE("capture: without files, a stream that is no snapshot is refused") {
  const TemporaryFolder folder;
  const FakeInspector inspector([](InspectorPeer& peer, const InspectorCall& call) {
    if (call.method != kTake) {
      return false;
    }
    peer.send_snapshot(R"({"snapshot":{"meta":{}}})");
    peer.answer(call.id, json::object());
    return true;
  });
  const Outcome outcome = run_cli("capture " + inspector.target() + " --no-files", true, folder.path.string());
  CHECK(outcome.code == 3);
  CHECK(outcome.out.find("expected") != std::string::npos);
}

TEST_CASE("capture: --no-files goes with nothing that needs files") {
  for (const char* options :
       {"localhost:9 --no-files --out c", "localhost:9 --no-files --no-analyze", "signal:1 --no-files"}) {
    CAPTURE(options);
    CHECK(run_cli(std::string("capture ") + options).code == 2);
  }
}

TEST_CASE("capture: the record has what V8 counts of its heap, and whose it is") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const TemporaryFolder folder;
  const FakeInspector inspector(sending(texts));
  CHECK(capture_from(inspector, folder, "--count 2 --no-analyze --out c").code == 0);
  const json record = read_json(folder.path / "c" / "capture.json");
  CHECK(record.at("runtime") == "node");
  CHECK(record.at("pid") == 4711);
  for (const json& snapshot : record.at("snapshots")) {
    CHECK(snapshot.at("heapStatistics").at("malloced_memory") == 8192);
    CHECK(snapshot.at("memory").at("rss") == 50'000'000);
    CHECK(snapshot.at("garbageCollected") == true);
  }
  CHECK(times_called(inspector.methods(), "HeapProfiler.collectGarbage") == 2);
}

TEST_CASE("capture: a program that has only begun is asked again who it is") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const TemporaryFolder folder;
  int asked = 0;
  const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
    if (call.params.value("expression", "").find("state.runtime") != std::string::npos && ++asked <= 2) {
      peer.answer_text(call.id, "{}");
      return true;
    }
    return sending(texts)(peer, call);
  });
  const Outcome outcome = capture_from(inspector, folder, "--count 1 --no-analyze --out c");
  CHECK(outcome.code == 0);
  CHECK(outcome.out.find("node 20.0.0, process 4711") != std::string::npos);
  CHECK(read_json(folder.path / "c" / "capture.json").at("pid") == 4711);
}

TEST_CASE("capture: Node is asked nothing that loads a module before its event loop came round") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const TemporaryFolder folder;
  int rounds = 0;
  bool awaited = true;
  bool loaded_early = false;
  const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
    const std::string expression = call.params.value("expression", "");
    if (expression.find("setImmediate") == std::string::npos) {
      loaded_early = loaded_early || (rounds < 3 && expression.find("load(") != std::string::npos);
      return sending(texts)(peer, call);
    }
    awaited = awaited && call.params.value("awaitPromise", false);
    peer.answer_text(call.id, ++rounds < 3 ? "early" : "round");
    return true;
  });
  CHECK(capture_from(inspector, folder, "--count 1 --no-analyze --out c").code == 0);
  CHECK(rounds == 3);
  CHECK(awaited);
  CHECK_FALSE(loaded_early);
}

TEST_CASE("capture: a Node that computes without a pause is captured all the same") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const TemporaryFolder folder;
  const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
    const bool waits = call.params.value("expression", "").find("setImmediate") != std::string::npos;
    return waits || sending(texts)(peer, call);  // the promise is never settled
  });
  CHECK(capture_from(inspector, folder, "--count 1 --no-analyze --out c").code == 0);
}

TEST_CASE("capture: the sampling profile is kept beside the snapshots, and names functions in the answer") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const json profile = {
      {"head",
       {{"callFrame",
         {{"functionName", "(root)"}, {"scriptId", "0"}, {"url", ""}, {"lineNumber", 0}, {"columnNumber", 0}}},
        {"selfSize", 0},
        {"id", 1},
        {"children",
         {{{"callFrame",
            {{"functionName", "keepsTooMuch"},
             {"scriptId", "9"},
             {"url", "/app/node_modules/mem/index.js"},
             {"lineNumber", 6},
             {"columnNumber", 2}}},
           {"selfSize", 4'000'000},
           {"id", 2},
           {"children", json::array()}}}}}}};
  for (const char* where : {"--out c", "--no-files"}) {
    CAPTURE(where);
    const TemporaryFolder folder;
    const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
      if (call.method == "HeapProfiler.stopSampling") {
        peer.answer(call.id, {{"profile", profile}});
        return true;
      }
      return sending(texts)(peer, call);
    });
    const Outcome outcome =
        run_cli("capture " + inspector.target() + " --every 0s --count 3 --sampling --format json -q " + where, false,
                folder.path.string());
    CHECK(outcome.code == 0);
    CHECK(outcome.out.find("keepsTooMuch") != std::string::npos);
    CHECK(outcome.out.find("sampling-profile") != std::string::npos);
    CHECK(times_called(inspector.methods(), "HeapProfiler.startSampling") == 1);
    if (std::string(where) == "--out c") {
      const std::vector<std::string> files = files_in_folder(folder.path / "c");
      REQUIRE(files.size() == 5);
      const auto kept = std::find_if(files.begin(), files.end(),
                                     [](const std::string& file) { return file.ends_with(".heapprofile"); });
      REQUIRE(kept != files.end());
      CHECK(read_json(folder.path / "c" / *kept) == profile);
    } else {
      CHECK(files_in_folder(folder.path).empty());
    }
  }
}

TEST_CASE("capture: allocation stacks are recorded before the first snapshot, and only when asked for") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  for (const bool tracked : {false, true}) {
    const TemporaryFolder folder;
    const FakeInspector inspector(sending(texts));
    CHECK(capture_from(inspector, folder,
                       std::string("--count 1 --no-analyze --out c") + (tracked ? " --track-allocations" : ""))
              .code == 0);
    CHECK(times_called(inspector.methods(), "HeapProfiler.startTrackingHeapObjects") == (tracked ? 1 : 0));
  }
}

TEST_CASE("capture: bytecode is aged before each snapshot of an old V8 with a small heap, and of no other") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  struct Process {
    const char* v8;
    std::uint64_t heap_used;
    std::size_t aged;
  };
  for (const Process& process :
       {Process{"8.4.371.23-node.88", 5'000'000, 2}, Process{"9.4.146.26-node.26", 63'000'000, 2},
        Process{"8.4.371.23-node.88", 65'000'000, 0}, Process{"10.2.154.26-node.36", 5'000'000, 0},
        Process{"", 5'000'000, 0}}) {
    CAPTURE(process.v8);
    const FakeInspector::Behaviour send = sending(texts);
    const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
      const std::string expression = call.params.value("expression", "");
      const json said = {{"runtime", "node"}, {"v8", process.v8},   {"version", "1.2.3"},
                         {"pid", 4711},       {"rss", 150'000'000}, {"heapUsed", process.heap_used}};
      if (expression == "({})") {
        peer.answer(call.id, {{"result", {{"type", "object"}, {"objectId", "an object"}}}});
        return true;
      }
      if (expression.find("state.runtime") != std::string::npos ||
          expression.find("memoryUsage") != std::string::npos) {
        peer.answer_text(call.id, said.dump());
        return true;
      }
      return send(peer, call);
    });
    const TemporaryFolder folder;
    CHECK(capture_from(inspector, folder, "--count 2 --no-analyze --out c").code == 0);
    const std::vector<std::string> methods = inspector.methods();
    CHECK(times_called(methods, "Runtime.queryObjects") == process.aged);
    CHECK(times_called(methods, "Runtime.releaseObjectGroup") == process.aged);
    const auto first = std::find(methods.begin(), methods.end(), kTake);
    REQUIRE(first != methods.end());
    CHECK((*(first - 1) == "Runtime.releaseObjectGroup") == (process.aged != 0));
  }
}

TEST_CASE("capture: what is said of a snapshot is said before it is taken") {
  const std::vector<std::string> texts = stored_series("npm-mem-3");
  const TemporaryFolder folder;
  const FakeInspector inspector(sending(texts));
  const Outcome outcome =
      capture_from(inspector, folder, "--count 2 --before-each 'echo here is the load >&2' --no-analyze --out c");
  CHECK(outcome.code == 0);
  CAPTURE(outcome.out);
  const std::size_t first_load = outcome.out.find("here is the load");
  const std::size_t second_load = outcome.out.find("here is the load", first_load + 1);
  REQUIRE(second_load != std::string::npos);
  CHECK(outcome.out.find("process 4711") < first_load);
  CHECK(outcome.out.find("snapshot 1 of 2: the process stands still") < second_load);
}
