// Gates, verify, baselines and suppressions through the program, on real series.

#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

using heapdiff::test::run_cli;
namespace fs = std::filesystem;

namespace {

const std::string kData = HEAPDIFF_TESTDATA "/snapshots/";

std::string series(const std::string& name) { return "'" + kData + name + "'"; }

std::string scratch(const std::string& name, const std::string& text = {}) {
  static const fs::path folder = [] {
    std::string pattern = (fs::temp_directory_path() / "heapdiff-gates-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    return fs::path(pattern);
  }();
  const fs::path path = folder / name;
  if (!text.empty()) {
    std::ofstream(path) << text;
  }
  return path.string();
}

/// A report with its line breaks as blanks.
std::string words_of(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

int code(const std::string& arguments) { return run_cli(arguments).code; }

}  // namespace

TEST_CASE("a short series of CI is judged per operation, without a clock") {
  const std::string gate = " -q --no-source --ops 1000 --fail-on ";
  CHECK(code(series("bug-892-ci") + gate + "'listeners>0/op'") == 1);
  CHECK(code(series("bug-892-ci") + gate + "'growth>500B/op'") == 1);
  CHECK(code(series("bug-892-fixed") + gate + "'listeners>0/op' --fail-on 'growth>500B/op' --fail-on leak") == 0);
}

TEST_CASE("every exit code of a gate") {
  CHECK(code(series("bug-892-ci") + " -q --no-source --fail-on leak") == 1);
  CHECK(code(series("bug-892-ci") + " -q --no-source") == 0);
  CHECK(code(series("bug-892-fixed") + " -q --no-source --fail-on leak --fail-on 'rate>5MB/h'") == 0);
  CHECK(code(series("two-snapshots") + " -q --no-source --fail-on 'rate>9MB/h'") == 6);
  CHECK(code(series("two-snapshots") + " -q --no-source --fail-on 'rate>9MB/h' --lenient") == 0);
  CHECK(code(series("two-snapshots") + " -q --no-source --fail-on 'rate>9MB/h' --fail-on leak --lenient") == 1);
  CHECK(code(series("bug-892-ci") + " -q --no-source --fail-on 'rate>5'") == 2);
  CHECK(code(series("bug-892-ci") + " -q --no-source --fail-on 'growth>1kB/op'") == 2);
  CHECK(code(series("bug-892-ci") + " -q --no-source --fail-on new-suspects") == 2);
  CHECK(code("'" + kData + "none1' '" + kData + "none2' -q --fail-on leak") == 3);
  CHECK(code(series("bug-892-ci") + " -q --no-source --fail-on leak -o /none/such/report.md") == 5);
}

TEST_CASE("each gate says its reason on standard error and in the report") {
  const auto told = run_cli(series("two-snapshots") + " --no-source --fail-on 'rate>9MB/h' -o /dev/null", true);
  CHECK(told.out.find("gate rate>9MB/h: not-enough-evidence: ") != std::string::npos);
  CHECK(told.out.find("at least 2 more snapshots") != std::string::npos);
  const auto report = run_cli(series("bug-892-ci") + " -q --no-source --fail-on leak --format json");
  const auto json = nlohmann::json::parse(report.out);
  CHECK(json["gates"][0]["status"] == "failed");
  CHECK_FALSE(json["gates"][0]["reason"].get<std::string>().empty());
}

TEST_CASE("verify passes the right fix and fails the others, naming what grows") {
  const std::string before = "verify -q --no-source --ops 1000 --before " + series("bug-892-ci") + " --after ";
  const auto right = run_cli(before + series("bug-892-fixed"));
  CHECK(right.code == 0);
  CHECK(right.out.starts_with("PASS: 1 leak fixed\n"));
  CHECK(words_of(right.out).find("FIXED: listeners for \"invalidate:customer:*\" held by Redis") != std::string::npos);
  CHECK(words_of(right.out).find(" before, none now.") != std::string::npos);
  const auto wrong = run_cli(before + series("bug-892-wrong-fix"));
  CHECK(wrong.code == 1);
  CHECK(wrong.out.starts_with("FAIL: 1 leak not fixed\n"));
  CHECK(words_of(wrong.out).find("/op before, ") != std::string::npos);
  CHECK(words_of(wrong.out).find("/op now.") != std::string::npos);
  const auto traded = run_cli(before + series("bug-892-traded-fix"));
  CHECK(traded.code == 1);
  CHECK(traded.out.starts_with("FAIL: 1 leak new, 1 fixed\n"));
  CHECK(traded.out.find("NEW LEAK: ") != std::string::npos);
  CHECK(words_of(traded.out).find("none before, ") != std::string::npos);
  CHECK(traded.out.find("handlers") != std::string::npos);
  for (const auto& report : {right, wrong, traded}) {
    std::istringstream lines(report.out);
    for (std::string line; std::getline(lines, line);) {
      const bool names_input = line.find(".heapsnapshot") != std::string::npos;  // paths are not cut
      CHECK_MESSAGE((line.size() <= 80 || names_input), line);
    }
  }
  // "None" is said of what was not there; a rate that cannot be measured is called unknown.
  const auto timeless = run_cli("verify -q --no-source --interval 1ms --before " + series("bug-892-ci") + " --after " +
                                series("bug-892-wrong-fix"));
  CHECK(timeless.out.find("none") == std::string::npos);
  CHECK(code("verify -q --no-source --before " + series("bug-892-fixed") + " --after " + series("bug-892-fixed")) == 6);
}

TEST_CASE("verify says its verdict once, and what was read after what was found") {
  const std::string text =
      run_cli("verify -q --no-source --before " + series("bug-892-ci") + " --after " + series("bug-892-fixed")).out;
  CHECK(text.find("PASS") == text.rfind("PASS"));
  CHECK(text.find("Signature") < text.find(".heapsnapshot"));
  CHECK(text.find("\nInputs\n") < text.find(".heapsnapshot"));
}

TEST_CASE("verify knows a leak by its emitter's name and line where versions of Node sign it differently") {
  // Node 18 shows a Redis as an EventEmitter, whose methods its class copied, and Node 14 as a Redis.
  const auto wrong =
      run_cli("verify -q --no-source --before " + series("bug-892") + " --after " + series("bug-892-wrong-fix"));
  CHECK(wrong.code == 1);
  CHECK(wrong.out.starts_with("FAIL: 1 leak not fixed\n"));
}

TEST_CASE("a baseline tells the new from the known") {
  const std::string old = scratch("old.json");
  REQUIRE(code(series("bug-892-ci") + " -q --no-source -o json='" + old + "'") == 0);
  const std::string against = " -q --no-source --format json --fail-on new-suspects --baseline '" + old + "'";
  CHECK(code(series("bug-892-ci") + against) == 0);
  const auto traded = run_cli(series("bug-892-traded-fix") + against);
  CHECK(traded.code == 1);
  const auto json = nlohmann::json::parse(traded.out);
  CHECK(json["knownLeaks"][0]["state"] == "new");
  CHECK(json["knownLeaks"][1]["state"] == "fixed");
  CHECK(code(series("bug-892-ci") + " -q --no-source --baseline '" + scratch("bad.json", "{") + "'") == 3);
}

TEST_CASE("signatures of another version are refused: they would match nothing") {
  const std::string now = scratch("version.json");
  REQUIRE(code(series("bug-892-ci") + " -q --no-source -o json='" + now + "'") == 0);
  auto report = nlohmann::json::parse(std::ifstream(now));
  REQUIRE(report["signatureVersion"].is_number_integer());
  const int version = report["signatureVersion"].get<int>();
  const std::string against = series("bug-892-ci") + " -q --no-source -o /dev/null --baseline '";
  report.erase("signatureVersion");
  const auto old = run_cli(against + scratch("version-1.json", report.dump()) + "'", true);
  CHECK(old.code == 2);
  CHECK(old.out.find("signatures in this report are of version 1") != std::string::npos);
  CHECK(old.out.find("heapdiff SERIES -o json=") != std::string::npos);
  report["signatureVersion"] = version + 1;
  CHECK(code(against + scratch("version-3.json", report.dump()) + "'") == 2);
  report.erase("signatureVersion");
  report["suspects"] = nlohmann::json::array();  // nothing in it could be left unmatched
  CHECK(code(against + scratch("healthy-1.json", report.dump()) + "'") == 0);

  const std::string entry = "[[suppress]]\nsignature = \"0000000000000000\"\nreason = \"ticket 3\"\n";
  const std::string with = series("bug-892-ci") + " --no-source --fail-on leak -o /dev/null --suppress '";
  const auto list = run_cli(with + scratch("v1.toml", entry) + "'", true);
  CHECK(list.code == 2);
  CHECK(list.out.find("signatures in this list are of version 1") != std::string::npos);
  CHECK(list.out.find("write signature-version = ") != std::string::npos);
  CHECK(code(with + scratch("v3.toml", "signature-version = 3\n" + entry) + "'") == 2);
  CHECK(code(with + scratch("vx.toml", "signature-version = \"two\"\n" + entry) + "'") == 2);
}

TEST_CASE("suppressions need a reason, end, and are named when stale") {
  const auto with = [](const std::string& name, const std::string& text) {
    return run_cli(
        series("bug-892-ci") + " --no-source --fail-on leak -o /dev/null --suppress '" + scratch(name, text) + "'",
        true);
  };
  CHECK(with("a.toml", "[[suppress]]\npattern = \"held by redis\"\nreason = \"ticket 1\"\n").code == 0);
  CHECK(with("b.toml", "[[suppress]]\npattern = \"held by redis\"\n").code == 3);
  const auto expired =
      with("c.toml", "[[suppress]]\npattern = \"held by redis\"\nreason = \"ticket 1\"\nuntil = 2020-01-01\n");
  CHECK(expired.code == 1);
  CHECK(expired.out.find("expired") != std::string::npos);
  const auto stale =
      with("d.toml", "signature-version = 2\n[[suppress]]\nsignature = \"0000000000000000\"\nreason = \"ticket 2\"\n");
  CHECK(stale.code == 1);
  CHECK(stale.out.find("stale") != std::string::npos);
  CHECK(with("e.toml", "[[suppress\n").code == 3);
}

TEST_CASE("a flag beats the environment beats the file") {
  const std::string file = scratch("settings.toml", "no-source = true\n[analyze]\nfail-on = [\"leak\"]\nops = 1000\n");
  const std::string plain = series("bug-892-ci") + " -q --config '" + file + "'";
  CHECK(code(plain) == 1);
  CHECK(code(plain + " --fail-on 'growth>5kB/op'") == 0);
  setenv("HEAPDIFF_FAIL_ON", "growth>5kB/op;growth>6kB/op", 1);
  CHECK(code(plain) == 0);
  CHECK(code(plain + " --fail-on leak") == 1);
  unsetenv("HEAPDIFF_FAIL_ON");
  CHECK(code(series("bug-892-ci") + " -q --config '" + scratch("typo.toml", "fail-no = \"leak\"\n") + "'") == 2);
}

TEST_CASE("several processes in one folder are told apart") {
  const fs::path folder = scratch("mixed");
  for (const char* name : {"bug-892-ci", "bug-892-fixed"}) {
    fs::create_directories(folder / name);
    for (const auto& entry : fs::directory_iterator(kData + name)) {
      if (entry.path().extension() == ".zst") {
        fs::copy_file(entry.path(), folder / name / entry.path().filename());
      }
    }
  }
  const std::string report = scratch("report.json");
  const auto both =
      run_cli("'" + folder.string() + "' --no-source --fail-on leak --ops 1000 -o '" + report + "'", true);
  CHECK(both.code == 1);
  CHECK(both.out.find("gate leak: failed") != std::string::npos);
  CHECK(both.out.find("gate leak: held") != std::string::npos);
  CHECK(fs::exists(scratch("report.process-1.json")));
  CHECK(fs::exists(scratch("report.process-2.json")));
  CHECK(code("'" + folder.string() + "/bug-892-f*' -q --no-source --fail-on leak") == 0);
}
