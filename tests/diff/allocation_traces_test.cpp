// Allocation stacks: of real tracked snapshots by several versions of Node.js, and what they add to a suspect.

#include "suspects/allocation_traces.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "support/load_text.h"
#include "support/real_snapshot.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace heapdiff;

Heap read(const std::string& name) {
  return compute_heap(test::load_text(test::expanded_file(
                          fmt::format("{}/snapshots/corpus/{}.heapsnapshot.zst", HEAPDIFF_TESTDATA, name))),
                      {});
}

/// Objects that have an odd id above `after`: what came after another snapshot was taken.
std::vector<std::uint32_t> objects_after(const Heap& heap, std::uint64_t after) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    const std::uint64_t id = heap.graph.id(NodeIndex(i));
    if (id % 2 == 1 && id > after) {
      found.push_back(i);
    }
  }
  return found;
}

std::uint64_t last_id(const Heap& heap) {
  std::uint64_t last = 0;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    const std::uint64_t id = heap.graph.id(NodeIndex(i));
    last = std::max(last, id % 2 == 1 ? id : 0);  // even ones come from addresses
  }
  return last;
}

}  // namespace

TEST_CASE("the stacks of new objects name the program's function that made them, in every version of Node.js") {
  for (const char* version : {"node14", "node16", "node18", "node20", "node22", "node24"}) {
    CAPTURE(std::string(version));
    const std::uint64_t before = last_id(read(fmt::format("{}-tracked-1", version)));
    const Heap heap = read(fmt::format("{}-tracked-2", version));
    const std::vector<std::uint32_t> objects = objects_after(heap, before);
    REQUIRE(!objects.empty());
    Suspect suspect;
    FunctionPosition runtime;
    runtime.script = "node:events";
    suspect.functions.push_back(runtime);
    suspects::add_allocation_traces(suspect, heap, objects);
    REQUIRE(suspect.traces);
    CHECK(suspect.traces->objects == objects.size());
    CHECK(suspect.traces->traced_objects > 100);
    CHECK(suspect.traces->traced_bytes <= suspect.traces->bytes);
    REQUIRE(suspect.functions.size() >= 2);
    const FunctionPosition& first = suspect.functions.front();
    CHECK(std::any_of(suspect.functions.begin(), suspect.functions.end(), [](const FunctionPosition& f) {
      return f.evidence == SiteEvidence::allocation_trace && f.script.ends_with("app.cjs");
    }));
    CHECK(first.evidence == SiteEvidence::allocation_trace);
    CHECK(first.role == SiteRole::allocation);
    CHECK(first.line > 0);
    CHECK(first.note.starts_with("allocated "));
    CHECK(suspect.functions.back().script == "node:events");
    for (const FunctionPosition& function : suspect.functions) {
      CHECK((function.evidence != SiteEvidence::allocation_trace || !is_runtime_script(function.script)));
    }
  }
}

TEST_CASE("a function that the retaining path knows already is named once, and gets its share as a note") {
  const Heap heap = read("node22-tracked-2");
  const std::vector<std::uint32_t> objects = objects_after(heap, 0);
  Suspect suspect;
  suspects::add_allocation_traces(suspect, heap, objects);
  REQUIRE(!suspect.functions.empty());
  Suspect known;
  known.functions.push_back(suspect.functions.front());
  known.functions.front().evidence = SiteEvidence::constructor;
  known.functions.front().note.clear();
  suspects::add_allocation_traces(known, heap, objects);
  CHECK(known.functions.size() == suspect.functions.size());
  const auto same = [&](const FunctionPosition& f) { return f.evidence == SiteEvidence::constructor; };
  const auto found = std::find_if(known.functions.begin(), known.functions.end(), same);
  REQUIRE(found != known.functions.end());
  CHECK(found->note == suspect.functions.front().note);
}

TEST_CASE("without recorded stacks nothing is added and no coverage is claimed") {
  const Heap heap = read("node22-plain-2");
  Suspect suspect;
  suspects::add_allocation_traces(suspect, heap, objects_after(heap, 0));
  CHECK(suspect.functions.empty());
  CHECK_FALSE(suspect.traces);
}
