// Every labelled series through every gate: none fails a healthy program, and what leaks faster than the limit fails.
// HEAPDIFF_SCENARIOS names another folder of series.

#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr double kLimit = 5e6;  // bytes per hour

struct Row {
  json truth;
  int code = -1;
  std::map<std::string, std::string> status;  ///< gate -> outcome
};

/// Iterations between neighbours where they are the same everywhere, else 0.
int operations(const json& truth) {
  const json& all = truth["snapshots"];
  int each = 0;
  for (std::size_t k = 1; k < all.size(); ++k) {
    const int step = all[k].value("iterations", 0) - all[k - 1].value("iterations", 0);
    if (k > 1 && step != each) {
      return 0;
    }
    each = step;
  }
  return each;
}

Row through_all_gates(const fs::path& series) {
  Row row;
  std::ifstream file(series / "truth.json");
  row.truth = json::parse(file);
  std::string arguments = "analyze -q --no-source --format json";
  for (const json& snapshot : row.truth["snapshots"]) {
    arguments += " '" + (series / snapshot["file"].get<std::string>()).string() + "'";
  }
  std::vector<std::string> gates = {"leak", "rate>5MB/h", "suspect-rate>5MB/h", "growth>20MB", "listeners>0/h"};
  if (const int each = operations(row.truth); each > 0) {
    arguments += " --ops " + std::to_string(each);
    gates.insert(gates.end(), {"growth>1kB/op", "listeners>0/op"});
  }
  for (const std::string& gate : gates) {
    arguments += " --fail-on '" + gate + "'";
  }
  const auto outcome = heapdiff::test::run_cli(arguments);
  row.code = outcome.code;
  const json report = json::parse(outcome.out);
  for (const json& gate : report["gates"]) {
    row.status[gate["expression"]] = gate["status"];
    const std::string reason = gate["reason"];
    CHECK(reason.ends_with("."));
    CHECK(reason.find('\n') == std::string::npos);
    CHECK((gate["status"] == "not-enough-evidence") == gate["nextCapture"].is_string());
  }
  CHECK(row.status.size() == gates.size());
  return row;
}

int code_of(const Row& row) {
  const auto any = [&](const char* status) {
    return std::any_of(row.status.begin(), row.status.end(), [&](const auto& s) { return s.second == status; });
  };
  return any("failed") ? 1 : any("not-enough-evidence") ? 6 : 0;
}

}  // namespace

TEST_CASE("gates: every labelled series through all of them") {
  const char* other = std::getenv("HEAPDIFF_SCENARIOS");
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(other != nullptr ? other : HEAPDIFF_TESTDATA "/snapshots")) {
    if (fs::exists(entry.path() / "truth.json")) {
      all.push_back(entry.path());
    }
  }
  std::sort(all.begin(), all.end());
  CHECK(all.size() >= 5);
  for (const fs::path& series : all) {
    const std::string name = series.filename().string();
    CAPTURE(name);
    const Row row = through_all_gates(series);
    CHECK(row.code == code_of(row));
    if (other != nullptr) {
      std::printf("%-28s %-8s exit %d ", name.c_str(), row.truth["verdict"].get<std::string>().c_str(), row.code);
      for (const auto& [gate, status] : row.status) {
        std::printf(" %s=%s", gate.c_str(), status.c_str());
      }
      std::printf("\n");
    }
    if (row.truth["verdict"] == "no-leak") {
      CHECK(row.code != 1);
      continue;
    }
    CHECK(row.status.at("leak") == "failed");
    if (row.truth["measured"]["heapBytesPerHour"].get<double>() > kLimit) {
      CHECK(row.status.at("rate>5MB/h") == "failed");
    }
  }
}
