// What holds of every stored series: no object is owned twice, and little growth is left to nobody. HEAPDIFF_SCENARIOS
// names another folder of series, HEAPDIFF_ATTRIBUTION_TABLE prints a row for each.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "series/cohorts.h"
#include "support/load_text.h"
#include "support/real_snapshot.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <unordered_map>
#include <vector>

namespace {

using namespace heapdiff;
namespace fs = std::filesystem;

struct ReadSeries {
  std::vector<Facts> facts;
  std::vector<double> hours;
  Heap last;
};

ReadSeries read_labelled_series(const fs::path& folder, const nlohmann::json& truth) {
  ReadSeries series;
  const double hours = truth["measured"]["hours"];
  const auto count = static_cast<double>(truth["snapshots"].size());
  for (const auto& snapshot : truth["snapshots"]) {
    series.last = Heap();
    const std::string text = test::expanded_file((folder / snapshot["file"].get<std::string>()).string());
    series.last = compute_heap(test::load_text(text), {});
    series.facts.push_back(collect(series.last));
    series.hours.push_back(hours * static_cast<double>(series.hours.size()) / (count - 1));
  }
  return series;
}

/// Node indices by id, of the last snapshot.
std::unordered_map<std::uint64_t, std::uint32_t> nodes_by_id(const SnapshotGraph& graph) {
  std::unordered_map<std::uint64_t, std::uint32_t> nodes;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    nodes[graph.id(NodeIndex(i))] = i;
  }
  return nodes;
}

void check_owners(const ReadSeries& series, const Findings& findings) {
  const SnapshotGraph& graph = series.last.graph;
  const series::Cohorts cohorts = series::find_cohorts(series.last, series.facts);
  const auto nodes = nodes_by_id(graph);
  constexpr std::size_t kNobody = SIZE_MAX;
  std::vector<std::size_t> owner_of(graph.node_count(), kNobody);  // by root of a new subtree
  for (std::size_t s = 0; s < findings.suspects.size(); ++s) {
    CHECK(!findings.suspects[s].subtree_root_ids.empty());
    for (const std::uint64_t id : findings.suspects[s].subtree_root_ids) {
      REQUIRE(nodes.contains(id));
      std::size_t& owner = owner_of[nodes.at(id)];
      CHECK_MESSAGE(owner == kNobody, "object @", id, " is a root of two suspects");
      owner = s;
    }
  }
  // Each new object is owned by the highest new object above it on its chain of dominators, and by no other root.
  std::vector<std::int64_t> objects(findings.suspects.size(), 0);
  std::size_t owned_twice = 0;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (cohorts.first_seen[i] == 0) {
      continue;
    }
    std::size_t owner = kNobody;
    NodeIndex n(i);
    while (cohorts.first_seen[n.get()] != 0) {
      const std::size_t here = owner_of[n.get()];
      owned_twice += here != kNobody && owner != kNobody ? 1 : 0;
      owner = here == kNobody ? owner : here;
      n = series.last.dominators.of(n);
    }
    if (owner != kNobody) {
      ++objects[owner];
    }
  }
  CHECK(owned_twice == 0);
  for (std::size_t s = 0; s < findings.suspects.size(); ++s) {
    CHECK(objects[s] == findings.suspects[s].new_objects);
  }
}

}  // namespace

TEST_CASE("on every stored series no object is owned twice, and little of a leak's growth is left to nobody") {
  std::size_t leaks = 0;
  const char* folder = std::getenv("HEAPDIFF_SCENARIOS");
  for (const auto& entry : fs::directory_iterator(folder != nullptr ? folder : HEAPDIFF_TESTDATA "/snapshots")) {
    std::ifstream file(entry.path() / "truth.json");
    if (!file) {
      continue;
    }
    const nlohmann::json truth = nlohmann::json::parse(file);
    const std::string name = truth["name"];
    CAPTURE(name);
    const ReadSeries series = read_labelled_series(entry.path(), truth);
    const Findings findings =
        find_suspects(series.last, series.facts, clocks_of(series.facts.size(), {}, series.hours));
    check_owners(series, findings);
    const std::int64_t growth = findings.new_bytes - findings.overhead_bytes;
    CAPTURE(growth);
    CAPTURE(findings.dismissed_bytes);
    CAPTURE(findings.unattributed_bytes);
    if (truth["verdict"] == "leak") {
      ++leaks;
      CHECK(findings.unattributed_bytes * 10 <= growth);
    }
    if (std::getenv("HEAPDIFF_ATTRIBUTION_TABLE") != nullptr) {
      MESSAGE(name, ": new ", findings.new_bytes, ", artefacts ", findings.overhead_bytes, ", dismissed ",
              findings.dismissed_bytes, ", unattributed ", findings.unattributed_bytes);
    }
  }
  CHECK((leaks >= 5 || folder != nullptr));
}
