// One process or two, by what survives turnover. HEAPDIFF_IDENTITY_PAIRS names a folder with real snapshots of known
// truth (tests/external/identity.sh); the margins of each runtime are printed.

#include "heapdiff/diff/class_diff.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/series.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

/// A drawn heap of a program with functions, a global object, and short-lived objects.
struct DrawnProcess {
  std::uint32_t functions = 200;
  std::uint32_t closures_of_each = 1;
  std::uint64_t shifted_by = 0;  ///< of the ids of SharedFunctionInfos: another run placed something else before them
  std::uint32_t changed = 0;     ///< functions whose id is another function's
  std::uint32_t names = 100;     ///< properties of the global object
  std::uint64_t table = 4000;    ///< own bytes of their table
  bool accessors = false;        ///< they are getters and setters
  unsigned seed = 1;             ///< of the order of these
  std::uint32_t bits = 0;        ///< how often their table doubled its size
  const char* young = "Job";     ///< constructor of what turns over
  std::uint32_t young_count = 5000;
  const char* realm = "system / NativeContext";
  std::uint32_t host_functions = 0;          ///< properties of the global object that are functions without a script
  std::uint32_t swapped_host_functions = 0;  ///< of these, how many have the id of their neighbour
};

constexpr std::uint64_t kFunctionIds = 10'001;
constexpr std::uint64_t kSharedIds = 30'001;
constexpr std::uint64_t kHostIds = 60'001;
constexpr std::uint64_t kYoungIds = 100'001;
constexpr std::uint64_t kContextId = 101;
constexpr std::uint64_t kGlobalId = 103;

/// Names in the order of a hash table: by the low bits of a hash.
std::vector<std::string> names_of(const DrawnProcess& program) {
  std::mt19937 random(program.seed);
  std::vector<std::pair<std::uint32_t, std::string>> by_hash;
  for (std::uint32_t i = 0; i < program.names; ++i) {
    by_hash.emplace_back(static_cast<std::uint32_t>(random()) & ((1U << (20 + program.bits)) - 1),
                         fmt::format("name{}", i));
  }
  std::sort(by_hash.begin(), by_hash.end());
  std::vector<std::string> names;
  for (const auto& [hash, name] : by_hash) {
    names.push_back(name);
  }
  return names;
}

std::string drawn(const DrawnProcess& program) {
  SnapshotText text;
  const auto root = text.add_root();
  const auto native = text.add_node("hidden", program.realm, 64, 99);
  const auto context = text.add_node("object", "system / Context", 64, kContextId);
  const auto global = text.add_node("object", "global", 64, kGlobalId);
  const auto script = text.add_node("code", "app.js", 64, 105);
  text.add_edge(script, "internal", "source", text.add_node("string", "text", 64, 107));
  text.add_edge(script, "internal", "name", text.add_node("string", "app.js", 64, 109));
  text.add_edge(root, "element", 1, native);
  text.add_edge(native, "internal", "extension", global);
  text.add_edge(global, "internal", "context", context);
  text.add_edge(global, "internal", "properties", text.add_node("array", "", program.table, 113));
  const auto value = text.add_node("object", "Object", 64, 111);
  for (const std::string& name : names_of(program)) {
    text.add_edge(global, "property", name, value);
    if (program.accessors) {
      text.add_edge(global, "property", "get " + name, value);
      text.add_edge(global, "property", "set " + name, value);
    }
  }
  for (std::uint32_t i = 0; i < program.host_functions; ++i) {
    const std::uint64_t place = i < program.swapped_host_functions ? i ^ 1U : i;
    const auto host = text.add_node("closure", "host", 32, kHostIds + 4 * place);
    text.add_edge(host, "internal", "shared", text.add_node("code", "host", 32, kHostIds + 4 * place + 2));
    text.add_edge(global, "property", fmt::format("host{}", i), host);
  }
  std::uint64_t closure_id = kFunctionIds;
  for (std::uint32_t i = 0; i < program.functions; ++i) {
    const std::uint64_t place = i < program.changed ? 4000 + i : i;
    const auto shared = text.add_node("code", "f", 64, kSharedIds + 2 * place + program.shifted_by);
    text.add_edge(shared, "internal", "script", script);
    for (std::uint32_t k = 0; k < program.closures_of_each; ++k) {
      const auto closure = text.add_node("closure", "f", 64, closure_id);
      closure_id += 2;
      text.add_edge(closure, "internal", "shared", shared);
      text.add_edge(closure, "internal", "context", context);
      text.add_edge(global, "element", static_cast<std::uint32_t>(closure_id), closure);
    }
  }
  for (std::uint32_t i = 0; i < program.young_count; ++i) {
    text.add_edge(value, "element", i, text.add_node("object", program.young, 32, kYoungIds + 2 * std::uint64_t{i}));
  }
  return text.text();
}

Facts facts_of(const DrawnProcess& program) { return collect(compute_heap(load_text(drawn(program)), {})); }

IdentityCheck check_of(const DrawnProcess& older, const DrawnProcess& newer) {
  return compare_identity(facts_of(older), facts_of(newer));
}

bool one_process(const DrawnProcess& older, const DrawnProcess& newer) {
  return is_one_process(check_of(older, newer));
}

}  // namespace

TEST_CASE("identity: a heap whose young objects were all replaced is of one process") {
  const IdentityCheck check = check_of({}, {.young = "Task"});
  CHECK(check.share() < 0.1);
  CHECK(check.evidence.functions == 200);
  CHECK(check.evidence.function_share() == 1);
  CHECK(check.evidence.name_pairs == 99);
  CHECK(check.evidence.order_share() == 1);
  CHECK(is_one_process(check));
}

TEST_CASE("identity: names in the order of another seed are another process, however many ids agree") {
  const IdentityCheck check = check_of({}, {.seed = 2});
  CHECK(check.share() > 0.99);
  CHECK(check.evidence.function_share() == 1);
  CHECK(check.evidence.order_share() == doctest::Approx(0.5).epsilon(0.3));
  CHECK_FALSE(is_one_process(check));
  const auto text = different_processes_text("a", "b", check);
  REQUIRE(text);
  CHECK(text->find("a and b are not of one process: their global objects") == 0);
}

TEST_CASE("identity: getters and setters, which follow their property, are no order of names") {
  const EvidenceCheck evidence = check_of({.accessors = true}, {.accessors = true, .seed = 2}).evidence;
  CHECK(evidence.name_pairs == 99);
  CHECK(evidence.order_share() < 0.65);
}

TEST_CASE("identity: no seed of two thousand looks like the first one") {
  double highest = 0;
  const ProcessEvidence::Realm first = facts_of({.functions = 0, .young_count = 0}).process.realms.at(0);
  std::mt19937 random(7);
  for (int run = 0; run < 2000; ++run) {
    ProcessEvidence a;
    ProcessEvidence b;
    a.realms = {first};
    b.realms = {first};
    std::shuffle(b.realms[0].names.begin(), b.realms[0].names.end(), random);
    highest = std::max(highest, compare_evidence(a, b).order_share());
  }
  CHECK(highest < 0.7);
}

TEST_CASE("identity: the global object's table may grow and shrink") {
  for (const std::uint32_t bits : {1U, 2U, 3U}) {
    CAPTURE(bits);
    CHECK(one_process({}, {.bits = bits, .young = "Task"}));
    CHECK(one_process({.bits = bits, .young = "Task"}, {}));
  }
  CHECK(check_of({}, {.bits = 1}).evidence.ordered_pairs >= 98);
}

TEST_CASE("identity: a leak of global variables does not look like another seed") {
  const IdentityCheck check = check_of({}, {.table = 17'000, .seed = 2});
  CHECK(check.evidence.name_pairs == 0);
  CHECK(is_one_process(check));
  CHECK(check_of({}, {.table = 16'000, .seed = 2}).evidence.name_pairs == 99);
}

TEST_CASE("identity: more names than are kept are compared by the same sample") {
  const IdentityCheck check = check_of({.names = 3000}, {.names = 3100});
  CHECK(check.evidence.name_pairs > 400);
  CHECK(check.evidence.name_pairs < ProcessEvidence::kMaxNames);
}

TEST_CASE("identity: functions that refer to others are of another process") {
  CHECK_FALSE(one_process({}, {.shifted_by = 2}));
  CHECK_FALSE(one_process({}, {.changed = 7}));
  CHECK(one_process({}, {.changed = 5}));
  const auto text = different_processes_text("a", "b", check_of({}, {.shifted_by = 2}));
  REQUIRE(text);
  CHECK(text->find("of 200 functions with the same id 0.0 % are the same") != std::string::npos);
}

TEST_CASE("identity: closures that are made over and over say nothing") {
  const Facts facts = facts_of({.functions = 10, .closures_of_each = 20});
  CHECK(facts.process.functions.empty());
}

TEST_CASE("identity: with few functions and few names all shared ids have to agree") {
  const DrawnProcess few{.functions = 20, .names = 10};
  DrawnProcess other = few;
  CHECK(one_process(few, other));
  other.young = "Task";
  CHECK_FALSE(one_process(few, other));
}

TEST_CASE("identity: a comparison of classes judges as a series does") {
  const auto extract = [](const DrawnProcess& program) {
    return extract_classes(compute_heap(load_text(drawn(program)), {}));
  };
  for (const DrawnProcess& newer :
       {DrawnProcess{.young = "Task"}, DrawnProcess{.seed = 2}, DrawnProcess{.shifted_by = 2}}) {
    const IdentityCheck series = check_of({}, newer);
    const IdentityCheck classes = diff_classes(extract({}), extract(newer)).identity;
    CHECK(is_one_process(series) == is_one_process(classes));
    CHECK(series.evidence.same_functions == classes.evidence.same_functions);
    CHECK(series.evidence.ordered_pairs == classes.evidence.ordered_pairs);
  }
}

TEST_CASE("identity: snapshots of two runs are grouped by run") {
  std::vector<Facts> facts;
  for (const DrawnProcess& program : {DrawnProcess{}, DrawnProcess{.seed = 2}, DrawnProcess{.young = "Task"},
                                      DrawnProcess{.seed = 2, .young = "Other"}}) {
    facts.push_back(facts_of(program));
  }
  CHECK(group_by_process(facts) == std::vector<std::vector<std::size_t>>{{0, 2}, {1, 3}});
}

TEST_CASE("identity: two runs of a page whose hash seeds are equal differ in the ids of built-in functions") {
  // In Chromium the ids of nearly all objects agree, and the properties of the global object are in the same order.
  const DrawnProcess page{
      .functions = 4, .realm = "system / NativeContext / https://example.org", .host_functions = 130};
  DrawnProcess other_run = page;
  other_run.swapped_host_functions = 10;
  const IdentityCheck check = check_of(page, other_run);
  CHECK(check.evidence.host_functions == 130);
  CHECK(check.evidence.same_host_functions == 120);
  CHECK(check.evidence.order_share() == 1.0);
  CHECK_FALSE(is_one_process(check));
  CHECK(different_processes_text("a", "b", check).value_or("").find("130 built-in functions") != std::string::npos);

  DrawnProcess later = page;
  later.young = "Task";
  later.young_count = 40;
  CHECK(one_process(page, later));
}

TEST_CASE("identity: a page that replaces some built-in functions stays one process") {
  const DrawnProcess page{.host_functions = 130};
  DrawnProcess patched = page;
  patched.swapped_host_functions = 2;
  CHECK(one_process(page, patched));
}

TEST_CASE("identity: pairs of snapshots are judged as their truth says") {
  const char* folder = std::getenv("HEAPDIFF_IDENTITY_PAIRS");
  if (folder == nullptr) {
    return;
  }
  struct Margins {
    double one_functions = 1, one_order = 1, one_host = 1, one_ids = 1;
    double two_functions = 0, two_order = 0, two_host = 0, two_ids = 0;
    int pairs = 0;
  };
  std::map<std::string, Margins> margins;
  std::map<std::string, Facts> known;
  const auto facts = [&](const std::string& name) -> const Facts& {
    const auto [at, fresh] = known.try_emplace(name);
    if (fresh) {
      at->second = collect(compute_heap(load_snapshot(std::string(folder) + "/" + name, LoadOptions{}), {}));
    }
    return at->second;
  };
  std::ifstream in(std::string(folder) + "/pairs.tsv");
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string runtime;
    std::string truth;
    std::string older;
    std::string newer;
    std::getline(fields, runtime, '\t');
    std::getline(fields, truth, '\t');
    std::getline(fields, older, '\t');
    std::getline(fields, newer, '\t');
    CAPTURE(line);
    const IdentityCheck check = compare_identity(facts(older), facts(newer));
    const EvidenceCheck& evidence = check.evidence;
    Margins& m = margins[runtime];
    CHECK(is_one_process(check) == (truth == "one"));
    ++m.pairs;
    if (truth == "one") {
      m.one_ids = std::min(m.one_ids, check.share());
      m.one_functions =
          evidence.functions == 0 ? m.one_functions : std::min(m.one_functions, evidence.function_share());
      m.one_order = evidence.name_pairs == 0 ? m.one_order : std::min(m.one_order, evidence.order_share());
      m.one_host = evidence.host_functions == 0 ? m.one_host : std::min(m.one_host, evidence.host_function_share());
    } else {
      m.two_ids = std::max(m.two_ids, check.share());
      m.two_functions = std::max(m.two_functions, evidence.function_share());
      m.two_order = std::max(m.two_order, evidence.order_share());
      m.two_host = std::max(m.two_host, evidence.host_function_share());
    }
  }
  REQUIRE_FALSE(margins.empty());
  fmt::print("{:<14}{:>6}  {:>20}  {:>20}  {:>20}  {:>20}\n", "", "pairs", "functions one / two", "order one / two",
             "host one / two", "ids one / two");
  for (const auto& [runtime, m] : margins) {
    fmt::print("{:<14}{:>6}  {:>9.2f} / {:>8.2f}  {:>9.2f} / {:>8.2f}  {:>9.2f} / {:>8.2f}  {:>9.2f} / {:>8.2f}\n",
               runtime, m.pairs, 100 * m.one_functions, 100 * m.two_functions, 100 * m.one_order, 100 * m.two_order,
               100 * m.one_host, 100 * m.two_host, 100 * m.one_ids, 100 * m.two_ids);
  }
}
