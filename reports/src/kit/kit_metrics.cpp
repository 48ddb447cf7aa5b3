// Metrics and alerts that show a leak hours before the process runs out of memory.
//
// The alerts compare the lowest value of one hour with that of the hour before, and fire when the difference lasts for
// two hours. A leak raises the lowest value again and again. A cache that is filled and emptied, or the warm-up after a
// restart, does not (tests/external/alerts_test.yml).

#include "kit/kit_metrics.h"

#include "heapdiff/reports/quantity.h"
#include "kit/template_text.h"
#include "model/private_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace heapdiff::kit {

namespace {

constexpr const char* kEmitHeap =
    R"text(// The heap after each full collection: what stays, without what only waits to be collected.
import { PerformanceObserver, constants } from 'node:perf_hooks';
import { Gauge } from 'prom-client'; // Datadog: import { StatsD } from 'hot-shots'; const statsd = new StatsD();

const heap = new Gauge({ name: 'nodejs_heap_used_after_gc_bytes', help: 'Heap used after a full collection' });
heap.set(process.memoryUsage().heapUsed); // until the first one
new PerformanceObserver((list) => {
  if (list.getEntries().some((entry) => entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) {
    heap.set(process.memoryUsage().heapUsed); // Datadog: statsd.gauge('nodejs.heap_used_after_gc_bytes', ...)
  }
}).observe({ entryTypes: ['gc'] });
)text";

constexpr const char* kEmitObserved = R"text({{import}}
const subjects = new Set();
new Gauge({
  name: '{{metric}}', help: '{{what}}', labelNames: ['name'],
  collect() {
    let sum = 0;
    for (const read of subjects) {
      sum += read();
    }
    this.set({ name: '{{name}}' }, sum); // Datadog: statsd.gauge('{{dotted}}', sum, ['name:{{tag}}'])
  },
});

/** Counts what read() returns, until the function that observe() returns is called. */
export function observe(read) {
  subjects.add(read);
  return () => subjects.delete(read);
}
// Beside {{subject}}{{place}}:
//   observe(() => {{expression}});
)text";

constexpr const char* kEmitProcess = R"text(
new Gauge({
  name: '{{metric}}', help: '{{what}}', labelNames: ['name'],
  collect() { // {{note}}
    const value = {{expression}};
    this.set({ name: '{{name}}' }, value); // Datadog: statsd.gauge('{{dotted}}', value, ['name:{{tag}}'])
  },
});
)text";

constexpr const char* kEmitTracked = R"text(
let live = 0;
const collected = new FinalizationRegistry(() => {
  live--;
});
new Gauge({
  name: '{{metric}}', help: '{{what}}', labelNames: ['name'],
  collect() {
    this.set({ name: '{{name}}' }, live); // Datadog: statsd.gauge('{{dotted}}', live, ['name:{{tag}}'])
  },
});

/** Counts an object until the collector takes it; holds nothing. */
export function track(object) {
  live++;
  collected.register(object);
  return object;
}
// Where {{subject}} is made{{place}}:
//   track({{expression}});
)text";

constexpr const char* kEmitPage = R"text(
// The page counts elements that it still holds and that are in no document, and the server keeps the last answer:
//   const nodes = [...{{kept}}.values()].filter((node) => !node.isConnected).length;
//   navigator.sendBeacon('/metrics/detached', String(nodes));
const latest = new Gauge({ name: '{{metric}}', help: '{{what}}', labelNames: ['name'] });

/** For the route that takes the beacon: `body` is its text. */
export function report(body) {
  const nodes = Number(body);
  if (Number.isSafeInteger(nodes) && nodes >= 0) { // it comes from outside
    latest.set({ name: '{{name}}' }, nodes); // Datadog: statsd.gauge('{{dotted}}', nodes, ['name:{{tag}}'])
  }
}
)text";

constexpr const char* kRules = R"text(groups:
  - name: heapdiff-{{signature}}
    rules:
      - alert: {{alert}}
        expr: |-
          min_over_time({{metric}}{name="{{name}}"}[1h])
            - min_over_time({{metric}}{name="{{name}}"}[1h] offset 1h) > {{threshold}}
        for: 2h
        labels:
          severity: warning
          leak: '{{signature}}'
        annotations:
          summary: '{{what}}: the floor of {{name}} rises on {{instance}}'
          description: '{{measured}}{{suspect}}'
      - alert: HeapAfterCollectionKeepsGrowing
        expr: |-
          min_over_time(nodejs_heap_used_after_gc_bytes[1h])
            - min_over_time(nodejs_heap_used_after_gc_bytes[1h] offset 1h) > {{heap}}
        for: 2h
        labels:
          severity: warning
          leak: '{{signature}}'
        annotations:
          summary: 'The heap grows by more than {{heap_text}} an hour on {{instance}}'
          description: 'Take heap snapshots ten minutes apart and compare them with heapdiff.'
)text";

constexpr const char* kMonitor = R"text({
  "name": "Leak {{signature}}: {{what}}, the floor of {{name}} rises",
  "type": "query alert",
  "query": "change(min(last_1h),last_1h):avg:{{dotted}}{name:{{tag}}} by {host} > {{threshold}}",
  "message": "In an hour it grew by more than {{threshold}} {{unit}}. {{measured}}{{suspect}} Take heap snapshots ten minutes apart and compare them with heapdiff.",
  "tags": ["leak:{{signature}}"],
  "options": {"thresholds": {"critical": {{threshold}}}, "notify_no_data": false, "require_full_window": true, "new_group_delay": 7200}
}
)text";

constexpr const char* kDashboard = R"text({
  "title": "Leak {{signature}}",
  "layout_type": "ordered",
  "widgets": [
    {"definition": {"title": "{{what}}: {{name}}", "type": "timeseries", "requests": [
      {"q": "avg:{{dotted}}{name:{{tag}}} by {host}", "display_type": "line"}]}},
    {"definition": {"title": "Heap after full collection", "type": "timeseries", "requests": [
      {"q": "avg:nodejs.heap_used_after_gc_bytes{*} by {host}", "display_type": "line"}]}}
  ]
}
)text";

/// JavaScript for Node.js that emits the number, and the parts that a person has to fill in.
struct Emission {
  const char* code;
  std::string subject;
  std::string expression;
  const char* import = "";
  const char* note = "";
};

Emission emission_of(const KitNames& n) {
  const std::string kept = n.stored_in.empty() ? n.kept : n.stored_in;
  if (n.kind == "event-listener") {
    const std::string emitter = n.stored_in.empty() ? n.emitter : n.stored_in;
    const std::size_t star = n.event_text.find('*');
    const std::string expression = star == std::string::npos
                                       ? fmt::format("getEventListeners({}, {}).length", emitter, n.event)
                                       : fmt::format(
                                             "{0}.eventNames().filter((name) => String(name).startsWith({1}))"
                                             ".reduce((sum, name) => sum + {0}.listenerCount(name), 0)",
                                             emitter, js_string(n.event_text.substr(0, star)));
    const char* import = star == std::string::npos ? "import { getEventListeners } from 'node:events';\n" : "";
    return {kEmitObserved, emitter, expression, import};
  }
  if (n.kind == "timer" && n.cause != LeakCause::kept_timers) {  // the runtime does not list those that fired
    return {kEmitProcess, "", "process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length", "",
            "without those that were unref()ed"};
  }
  if (n.kind == "buffer") {
    return {kEmitProcess, "", "process.memoryUsage().arrayBuffers", "", "bytes outside the JavaScript heap"};
  }
  if (n.kind == "detached-dom") {
    return {kEmitPage, "", ""};
  }
  if (n.kind == "map-growth" || n.kind == "set-growth") {
    return {kEmitObserved, kept, kept + ".size"};
  }
  if (n.kind == "array-growth" || n.kind == "string") {
    return {kEmitObserved, kept, kept + ".length"};
  }
  if (n.kind == "object-growth" || n.kind == "module-cache") {
    return {kEmitObserved, kept, "Object.keys(" + kept + ").length"};
  }
  if (n.kind == "pool") {
    return {kEmitObserved, kept, kept + ".size ?? " + kept + ".length"};
  }
  return {kEmitTracked, n.constructor == "Item" ? "one of them" : n.constructor, n.instance};
}

/// Datadog tags are in lower case and allow fewer characters. What separates two paths in a name is not allowed, and
/// one long path would remain. So the folders of machines go first.
std::string tag_of(const std::string& name) {
  std::string tag;
  for (const char c : model::without_private_paths(name)) {
    const bool lower = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
    tag += lower ? c : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : '_';
  }
  return tag;
}

std::string dotted(std::string name) {
  name[name.find('_')] = '.';
  return name;
}

/// A round threshold at about a tenth of the leak: early enough, and above noise.
std::string threshold_of(const std::optional<double>& per_hour, double otherwise) {
  const double tenth = per_hour && *per_hour > 0 ? *per_hour / 10 : otherwise;
  const double power = std::pow(10, std::floor(std::log10(std::max(tenth, 1.0))));
  return fmt::format("{:.0f}", std::max(1.0, std::floor(std::max(tenth, 1.0) / power) * power));
}

}  // namespace

Metric metric_for(const KitNames& n) {
  // Shown as the program writes it: a property of its class, or a variable by its name alone.
  const std::string owner = n.collection == "collection" ? n.holder
                            : n.owner.empty()            ? n.collection
                                                         : n.owner + "." + n.collection;
  if (n.kind == "event-listener") {
    return {"app_event_listeners", "EventListenersKeepGrowing", "Listeners on an emitter", "listeners",
            n.emitter + "/" + n.event_text};
  }
  if (n.kind == "timer" && n.cause != LeakCause::kept_timers) {
    return {"app_active_timers", "TimersKeepGrowing", "Active timers", "timers", "Timeout"};
  }
  if (n.kind == "pool") {
    return {"app_pool_in_use", "PoolResourcesNotReturned", "Resources taken and not returned", "resources", owner};
  }
  if (n.kind == "buffer") {
    return {"app_array_buffers_bytes", "ArrayBuffersKeepGrowing", "Memory of ArrayBuffers", "bytes", "process"};
  }
  if (n.kind == "detached-dom") {
    return {"app_detached_nodes", "DetachedNodesKeepGrowing", "DOM nodes held outside the document", "nodes", owner};
  }
  if (n.kind == "string") {
    return {"app_text_length", "TextKeepsGrowing", "Characters of a text", "characters", owner};
  }
  if (n.kind == "map-growth" || n.kind == "set-growth" || n.kind == "array-growth" || n.kind == "object-growth" ||
      n.kind == "module-cache") {
    return {"app_collection_size", "CollectionKeepsGrowing", "Entries of a collection", "entries", owner};
  }
  return {"app_live_objects", "LiveObjectsKeepGrowing", "Objects made and not yet collected", "objects", n.constructor};
}

void set_monitoring(RepairKit& kit, const KitNames& n, const Metric& metric, const LeakNames& leak) {
  const std::string tag = tag_of(metric.subject);
  const std::string dots = dotted(metric.name);
  // A text's metric counts characters, which take a byte each, or two.
  const bool of_bytes = n.kind == "buffer" || n.kind == "string";
  const std::optional<double>& grew = of_bytes ? leak.bytes_per_hour : leak.count_per_hour;
  const std::string threshold = threshold_of(grew, of_bytes ? 5e6 : 100);
  const double heap = leak.bytes_per_hour && *leak.bytes_per_hour > 0 ? std::min(5e6, *leak.bytes_per_hour / 2) : 5e6;
  const std::string measured =
      grew && *grew > 0 ? fmt::format("When the leak was found, it grew by {}{} {} an hour.",
                                      n.kind == "string" ? "up to " : "", format_count(std::lround(*grew)), metric.unit)
                        : std::string();
  const std::string heap_limit = threshold_of(heap * 10, 5e6);
  const std::string heap_text = format_bytes(std::stod(heap_limit));
  const Emission emission = emission_of(n);
  const std::string suspect =
      n.plain_place.empty() ? "" : (measured.empty() ? "Suspect: " : " Suspect: ") + n.plain_place + ".";

  kit.metric = metric.name;
  kit.emit = kEmitHeap + fill(emission.code, {{"what", metric.what},
                                              {"metric", metric.name},
                                              {"dotted", dots},
                                              {"import", emission.import},
                                              {"note", emission.note},
                                              {"subject", emission.subject},
                                              {"expression", emission.expression},
                                              {"kept", n.kept},
                                              {"place", n.place.empty() ? "" : ", " + n.place},
                                              {"name", metric.subject},
                                              {"tag", tag}});
  for (const auto& [out, text] : {std::pair{&kit.prometheus_rules, kRules},
                                  {&kit.datadog_monitor, kMonitor},
                                  {&kit.datadog_dashboard, kDashboard}}) {
    *out = fill(text, {{"signature", n.signature},
                       {"alert", metric.alert},
                       {"metric", metric.name},
                       {"dotted", dots},
                       {"name", metric.subject},
                       {"tag", tag},
                       {"threshold", threshold},
                       {"what", metric.what},
                       {"measured", measured},
                       {"unit", metric.unit},
                       {"suspect", suspect},
                       {"heap", heap_limit},
                       {"heap_text", heap_text},
                       {"instance", "{{ $labels.instance }}"}});
  }
}

}  // namespace heapdiff::kit
