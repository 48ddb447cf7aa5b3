// One hostile name: the filter, the escapers, and the repair kit that is made with it.

#include "fuzz/bytes.h"
#include "fuzz/check.h"
#include "heapdiff/reports/escape.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/repair_kit.h"
#include "heapdiff/snapshot/visible_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

constexpr const char* kKinds[] = {"event-listener", "closure",       "timer",        "map-growth",    "set-growth",
                                  "array-growth",   "object-growth", "pool",         "promise",       "generator",
                                  "string",         "buffer",        "detached-dom", "async-context", "module-cache",
                                  "class-instance", "unknown"};

void check_kit(const std::string& kind, const std::string& name) {
  LeakNames names;
  names.kind = kind;
  names.constructor = names.holder = names.label = names.emitter = names.event = name;
  names.module = names.function = names.place = name;
  names.signature = "95a6dda51cc13020";
  names.label_is_property = name.size() % 2 == 0;
  const RepairKit kit = repair_kit(names);
  require(nlohmann::json::accept(kit.datadog_monitor), "JSON: " + kit.datadog_monitor);
  require(nlohmann::json::accept(kit.datadog_dashboard), "JSON: " + kit.datadog_dashboard);
  static const auto kLines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  LeakNames plain = names;
  plain.constructor = plain.label = plain.event = plain.module = plain.function = plain.place = "x";
  plain.holder = plain.emitter = name;
  const RepairKit benign = repair_kit(plain);
  require(kLines(kit.test) == kLines(benign.test), "no name adds a line of code:\n" + kit.test);
  require(kLines(kit.prometheus_rules) == kLines(benign.prometheus_rules), "no name adds a line of YAML");
}

bool shows_only_text(const std::string& text) { return visible_text(text) == text; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::Bytes bytes(data, size);
  const std::string kind = bytes.one_of(kKinds);
  const std::string name(bytes.rest());
  const std::string masked = mask_secrets(name);
  require(mask_secrets(masked) == masked, "masking twice changes nothing: " + masked);
  require(shows_only_text(masked), "visible: " + masked);
  require(mask_key(mask_key(name)) == mask_key(name), "masking a key twice changes nothing: " + mask_key(name));
  for (const std::string& text : {escape_markdown(name), markdown_code(name), escape_jira(name), jira_code(name),
                                  escape_csv(name), escape_jira_block(name)}) {
    require(shows_only_text(text), "visible: " + text);
  }
  const std::string csv = escape_csv(name);
  require(csv.size() >= 2 && std::count(csv.begin(), csv.end(), '"') % 2 == 0, "a closed cell: " + csv);
  check_kit(kind, name);
  return 0;
}
