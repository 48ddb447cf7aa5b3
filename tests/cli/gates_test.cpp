// Gates, verify, baselines and suppressions through the program, on real series.

#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
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
  CHECK(right.out.find("PASS") != std::string::npos);
  const auto wrong = run_cli(before + series("bug-892-wrong-fix"));
  CHECK(wrong.code == 1);
  CHECK(wrong.out.find("still grows") != std::string::npos);
  const auto traded = run_cli(before + series("bug-892-traded-fix"));
  CHECK(traded.code == 1);
  CHECK(traded.out.find("new leak") != std::string::npos);
  CHECK(traded.out.find("handlers") != std::string::npos);
  CHECK(code("verify -q --no-source --before " + series("bug-892-fixed") + " --after " + series("bug-892-fixed")) == 6);
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
  const auto stale = with("d.toml", "[[suppress]]\nsignature = \"0000000000000000\"\nreason = \"ticket 2\"\n");
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
