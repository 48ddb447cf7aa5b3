// `export` of a pair through the real program: DevTools' rows, and no rows of two processes by accident.

#include "support/devtools_answers.h"
#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace heapdiff;
using test::run_cli;

TEST_CASE("export of a pair writes DevTools' rows, the largest growth first") {
  const auto run = run_cli("export --show-names " + test::corpus_snapshot("node24-plain-1") + " " +
                           test::corpus_snapshot("node24-plain-2"));
  REQUIRE(run.code == 0);
  std::istringstream lines(run.out);
  std::string line;
  REQUIRE(std::getline(lines, line));
  const auto header = nlohmann::json::parse(line)["header"];
  CHECK(header["mode"] == "diff");
  CHECK(header["sameObjects"] == header["sharedIds"]);
  std::vector<nlohmann::json> rows;
  std::vector<std::int64_t> deltas;
  while (std::getline(lines, line)) {
    const auto row = nlohmann::json::parse(line);
    rows.push_back(
        {row["key"], row["diff"], row["addedCount"], row["removedCount"], row["addedSize"], row["removedSize"]});
    deltas.push_back(row["sizeDelta"]);
  }
  CHECK(std::is_sorted(deltas.rbegin(), deltas.rend()));
  std::vector<nlohmann::json> want = test::read_answers(test::corpus_folder() + "node24-plain.diff.zst").rows;
  std::sort(rows.begin(), rows.end());
  std::sort(want.begin(), want.end());
  CHECK(rows == want);
}

TEST_CASE("export of two processes is refused, and done when forced") {
  const std::string pair = test::corpus_snapshot("node24-plain-1") + " " + test::corpus_snapshot("node24-tracked-1");
  const auto refused = run_cli("export " + pair);
  CHECK(refused.code == 3);
  CHECK(refused.out.empty());
  CHECK(run_cli("export --force -q " + pair).code == 0);
}
