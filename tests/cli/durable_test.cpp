// --durable, and what `redact` always does: the system calls of the program, in their order.

#ifdef HEAPDIFF_FAULT_SHIM  // the leak sanitizer does not run under ptrace

#include "support/fake_inspector.h"
#include "support/real_snapshot.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace fs = std::filesystem;
using heapdiff_test::FakeInspector;
using heapdiff_test::InspectorCall;
using heapdiff_test::InspectorPeer;
using heapdiff_test::TemporaryFolder;

namespace {

const std::string kOlder = HEAPDIFF_TESTDATA "/snapshots/bug-892/Heap.20260302.010000.1.0.001.heapsnapshot.zst";
const std::string kNewer = HEAPDIFF_TESTDATA "/snapshots/bug-892/Heap.20260302.010200.1.0.005.heapsnapshot.zst";

bool is_traceable() { return std::system("strace -V >/dev/null 2>&1") == 0; }

/// The files that `output` is or holds.
std::vector<fs::path> files_of(const fs::path& output) {
  if (!fs::is_directory(output)) {
    return {output};
  }
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(output)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  return files;
}

/// Demands that each file of `output` is written before it, or its folder, has its name, and that the folder around the
/// name is written after that.
void check_durable(const std::string& arguments, const fs::path& output) {
  CAPTURE(arguments);
  const TemporaryFolder calls;
  const std::string list_path = (calls.path / "list").string();
  const int status = std::system(("strace -f -y -e trace=fsync,rename,renameat2 -o " + list_path +
                                  " env TZ=UTC " HEAPDIFF_BINARY " " + arguments + " >/dev/null 2>&1")
                                     .c_str());
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  std::ifstream in(list_path);
  const std::string list{std::istreambuf_iterator<char>(in), {}};
  const std::vector<fs::path> files = files_of(output);
  REQUIRE_FALSE(files.empty());
  std::size_t last = 0;
  for (const fs::path& file : files) {
    CAPTURE(file);
    const bool has_own_name = list.find(file.string() + "\"") != std::string::npos;
    const fs::path named = has_own_name ? file : output;
    const std::size_t renamed = list.find(named.string() + "\"");
    REQUIRE(renamed != std::string::npos);
    CHECK(list.find("fsync(") < renamed);
    CHECK(list.find("<" + named.parent_path().string() + ">", renamed) != std::string::npos);
    last = std::max(last, renamed);
  }
  CHECK(list.find("<" + output.parent_path().string() + ">") != std::string::npos);
  std::size_t written = 0;
  for (std::size_t at = list.find("fsync("); at < last; at = list.find("fsync(", at + 1)) {
    const std::size_t begin = list.find('<', at) + 1;
    written += fs::is_directory(list.substr(begin, list.find('>', begin) - begin)) ? 0U : 1U;
  }
  CHECK(written >= files.size());
}

}  // namespace

TEST_CASE("every command that writes is durable when asked: what it wrote is on the disk, and so is the name") {
  if (!is_traceable()) {
    return;
  }
  const TemporaryFolder folder;
  const std::string series = "-q --no-source " HEAPDIFF_TESTDATA "/snapshots/bug-892-ci --ops 1000 --durable ";
  const fs::path kit = folder.path / "kit";
  const fs::path report = folder.path / "report.json";
  check_durable(series + "-o " + report.string(), report);
  check_durable(
      "compare -q --no-source " + kOlder + " " + kNewer + " --durable -o " + (folder.path / "c.json").string(),
      folder.path / "c.json");
  check_durable("redact " + kOlder + " -o " + (folder.path / "r.heapsnapshot").string(),
                folder.path / "r.heapsnapshot");
  check_durable(series + "-o jira-kit=" + kit.string(), kit);
  check_durable(series + "-o jira-kit=" + kit.string(), kit);  // in place of the older
  const std::string rows = "export " + report.string() + " --durable -o ";
  check_durable(rows + (folder.path / "rows.sql").string() + " --to sql", folder.path / "rows.sql");
  check_durable(rows + (folder.path / "lake").string(), folder.path / "lake");
}

TEST_CASE("capture --durable: each snapshot, the record and the folder itself are on the disk") {
  if (!is_traceable()) {
    return;
  }
  const TemporaryFolder folder;
  const std::vector<std::string> texts = {heapdiff::test::expanded_file(kOlder), heapdiff::test::expanded_file(kNewer)};
  const FakeInspector inspector([&](InspectorPeer& peer, const InspectorCall& call) {
    if (call.method != "HeapProfiler.takeHeapSnapshot") {
      return false;
    }
    peer.send_snapshot(texts.at(call.number - 1));
    peer.answer(call.id, nlohmann::json::object());
    return true;
  });
  const fs::path out = folder.path / "c";
  check_durable("capture " + inspector.target() + " --every 0s --count 2 --no-analyze --durable --out " + out.string(),
                out);
  CHECK(files_of(out).size() == 3);  // two snapshots and the record
}

#endif
