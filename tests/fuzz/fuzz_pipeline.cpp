// Two snapshots of a made-up process, with hostile names, through everything, to every format: valid UTF-8, no live
// control character, no content of a string, no failure.

#include "fuzz/bytes.h"
#include "fuzz/check.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/jira_kit.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/visible_text.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

constexpr const char* kCanary = "Kanarienvogel";  // content of strings: no output may hold it

/// What one process holds at first, and what it adds at each step.
class Process {
 public:
  explicit Process(test::Bytes& bytes) : bytes_(bytes) {
    text_.add_root();
    text_.add_node("synthetic", "(GC roots)");
    text_.add_edge(0, "element", "1", 1);
    grow(12);
  }
  void grow(unsigned most) {
    static constexpr const char* kTypes[] = {"object", "object", "closure", "array", "native", "code", "hidden"};
    static constexpr const char* kNames[] = {"Map",
                                             "Set",
                                             "Array",
                                             "Object",
                                             "Timeout",
                                             "Promise",
                                             "Socket",
                                             "EventEmitter",
                                             "(object elements)",
                                             "system / Context"};
    const auto nodes = bytes_.between(1, most);
    for (unsigned i = 0; i < nodes; ++i) {
      const std::string name = bytes_.flag() ? bytes_.one_of(kNames) : any_name();
      const std::string type = bytes_.one_of(kTypes);
      const std::uint64_t size = 100 * bytes_.between(0, 1000);
      const auto node = text_.add_node(type, name, size, 0, bytes_.between(0, 2));
      hold(node);
      if (bytes_.flag()) {
        const auto value = text_.add_node("string", kCanary + std::to_string(node), 64);
        text_.add_edge(node, "property", any_name(), value);
      }
      if (bytes_.flag()) {
        const auto script = bytes_.between(0, 3);
        const auto line = static_cast<std::uint32_t>(bytes_.wide());
        text_.add_location(node, script, line, static_cast<std::uint32_t>(bytes_.wide()));
      }
    }
  }
  [[nodiscard]] std::string text() const { return text_.text(); }

 private:
  void hold(std::uint32_t node) {
    static constexpr const char* kEdges[] = {"property", "internal", "element", "context", "weak", "hidden"};
    static constexpr const char* kNames[] = {"_events", "elements", "table", "context", "shared", "_cache", "a:1"};
    const auto edges = bytes_.between(1, 3);
    for (unsigned i = 0; i < edges; ++i) {
      const auto from = bytes_.between(1, node - 1);
      const std::string type = bytes_.one_of(kEdges);
      const bool numbered = type == "element" || type == "hidden";
      text_.add_edge(from, type,
                     numbered        ? std::to_string(node)
                     : bytes_.flag() ? std::string(bytes_.one_of(kNames))
                                     : any_name(),
                     node);
    }
  }
  std::string any_name() { return bytes_.text(40); }

  test::Bytes& bytes_;
  test::SnapshotText text_;
};

Facts facts_of(const Heap& heap, int step) {
  Facts facts = collect(heap);
  facts.captured_ns = std::int64_t{step} * 600'000'000'000;
  facts.captured_source = CaptureSource::option;
  return facts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::Bytes bytes(data, size);
  const int steps = static_cast<int>(bytes.between(2, 4));
  Process process(bytes);
  std::vector<Facts> facts;
  Heap last;
  for (int step = 0; step < steps; ++step) {
    last = compute_heap(test::load_text(process.text()), {});
    facts.push_back(facts_of(last, step));
    process.grow(10);
  }
  const std::vector<double> hours = [&] {
    std::vector<double> out;
    for (int step = 0; step < steps; ++step) {
      out.push_back(step / 6.0);
    }
    return out;
  }();
  const Findings findings = find_suspects(last, facts, clocks_of(facts.size(), {}, hours));
  ReportInput input;
  input.facts = facts;
  input.findings = &findings;
  input.verdict = judge_verdict(findings, facts);
  input.tool_version = "0";
  const RcaReport report = build_report(input);
  for (const std::string& name : report_formats()) {
    const auto format = parse_format(name);
    require(format.has_value(), name);
    std::string text = render(report, *format, {80, false});
    require(text.find(kCanary) == std::string::npos, name + " shows the content of a string");
    for (char& c : text) {
      c = c == '\n' || c == '\r' || (c == '\t' && name == "csv") ? ' ' : c;
    }
    std::string shown = visible_text(text);
    require(shown == text || name == "text" || name == "html", name + " shows a live control character");
    try {
      static_cast<void>(nlohmann::json(text).dump());
    } catch (const nlohmann::json::exception& bad) {
      require(false, name + " is no UTF-8: " + bad.what());
    }
  }
  for (const FolderFile& file : jira_kit(report)) {
    require(file.bytes.find(kCanary) == std::string::npos, file.name + " shows the content of a string");
    require(!file.name.ends_with(".json") || nlohmann::json::accept(file.bytes), file.name + " is no JSON");
  }
  return 0;
}
