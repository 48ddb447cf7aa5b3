// Fills the templates with the names of one leak.

#include "heapdiff/reports/repair_kit.h"

#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "idioms.h"
#include "template_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff {

namespace {

constexpr const char* kTest = R"text(// Fails while the leak {{signature}} is there, passes once it is mended.
// Run: node --test {{file}}   (needs heapdiff on the PATH, or HEAPDIFF_BINARY)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeHeapSnapshot } from 'node:v8';

const OPERATIONS = 500; // between two snapshots
const suspect = await import(pathToFileURL(resolve('{{module}}')).href);

// One operation as production runs it. The suspect: {{function}} at {{place}}.
async function operate(i) {
  const run = suspect.{{function}} ?? suspect.default?.{{function}};
  assert.equal(typeof run, 'function', 'fill in operate(): {{module}} exports no function {{function}}');
  await run(i);
}

test('{{title}} does not grow', { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leak-'));
  try {
    const snapshots = [];
    for (let i = 0; i < 5 * OPERATIONS; ) {
      await operate(i++);
      if (i % OPERATIONS === 0) {
        await turn(); // what is only waiting for the event loop is no leak
        snapshots.push(writeHeapSnapshot(join(folder, `after-${i}.heapsnapshot`)));
      }
    }
    snapshots.shift(); // the first round warms up caches and compiled code
    const gate = ['--ops', String(OPERATIONS), '--fail-on', 'growth>1kB/op'];
    const run = spawnSync(process.env.HEAPDIFF_BINARY ?? 'heapdiff', ['analyze', ...snapshots, ...gate],
      { encoding: 'utf8' });
    assert.ifError(run.error);
    assert.notEqual(run.status, 6, 'not enough evidence to judge:\n' + run.stderr);
    assert.equal(run.status, 0, run.stdout + run.stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
)text";

constexpr const char* kEmitHeap =
    R"text(// The heap after each full collection: what stays, without what is only waiting to be collected.
import { PerformanceObserver, constants } from 'node:perf_hooks';
import { Gauge } from 'prom-client'; // Datadog: import { StatsD } from 'hot-shots'; const statsd = new StatsD();

const heap = new Gauge({ name: 'nodejs_heap_used_after_gc_bytes', help: 'Heap used after a full collection' });
new PerformanceObserver((list) => {
  if (list.getEntries().some((e) => e.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)) {
    heap.set(process.memoryUsage().heapUsed); // Datadog: statsd.gauge('nodejs.heap_used_after_gc_bytes', ...)
  }
}).observe({ entryTypes: ['gc'] });
)text";

constexpr const char* kEmitGauge = R"text(
// {{what}}
new Gauge({
  name: '{{metric}}', help: '{{what}}', labelNames: ['name'],
  collect() {
    const value = {{expression}};
    this.set({ name: '{{name}}' }, value); // Datadog: statsd.gauge('{{dotted}}', value, ['name:{{tag}}'])
  },
});
)text";

constexpr const char* kRules = R"text(groups:
  - name: heapdiff-{{signature}}
    rules:
      - alert: {{alert}}
        expr: deriv({{metric}}{name="{{name}}"}[1h]) * 3600 > {{threshold}}
        for: 30m
        labels:
          severity: warning
          leak: '{{signature}}'
        annotations:
          summary: '{{what}}: steady growth of {{name}} on {{instance}}'
          description: 'At the time of the leak it grew by {{measured}}. Suspect: {{place}}.'
      - alert: HeapAfterCollectionKeepsGrowing
        expr: deriv(nodejs_heap_used_after_gc_bytes[1h]) * 3600 > {{heap}}
        for: 1h
        labels:
          severity: warning
          leak: '{{signature}}'
        annotations:
          summary: 'The heap grows by more than {{heap_text}} an hour on {{instance}}'
          description: 'Take heap snapshots ten minutes apart and compare them with heapdiff.'
)text";

constexpr const char* kMonitor = R"text({
  "name": "Leak {{signature}}: {{what}}, steady growth of {{name}}",
  "type": "query alert",
  "query": "change(avg(last_1h),last_1h):avg:{{dotted}}{name:{{tag}}} by {host} > {{threshold}}",
  "message": "It grew by {{measured}} at the time of the leak. Suspect: {{place}}. Take heap snapshots ten minutes apart and compare them with heapdiff.",
  "tags": ["leak:{{signature}}"],
  "options": {
  "thresholds" : {"critical" : {{threshold}}}, "notify_no_data" : false, "require_full_window" : true
}
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

/// The number that shows this kind of leak first.
struct Metric {
  const char* name;  ///< Prometheus; with dots for Datadog
  const char* alert;
  const char* what;
  std::string expression;
  std::string subject;  ///< value of the label "name"
};

std::string listeners_expression(const std::string& event) {
  const std::size_t star = event.find('*');
  return star == std::string::npos ? fmt::format("emitter.listenerCount('{}')", event)
                                   : fmt::format(
                                         "emitter.eventNames().filter((n) => String(n).startsWith('{}'))."
                                         "reduce((sum, n) => sum + emitter.listenerCount(n), 0)",
                                         event.substr(0, star));
}

Metric metric_for(const LeakNames& n, const std::string& collection) {
  const std::string holder = safe_name(n.holder.empty() ? n.constructor : n.holder);
  const std::string owner = collection == "collection" ? holder : holder + "." + collection;
  const std::string event = safe_name(n.event);
  if (n.kind == "event-listener") {
    return {"app_event_listeners", "EventListenersKeepGrowing", "Listeners on an emitter", listeners_expression(event),
            safe_name(n.emitter.empty() ? n.holder : n.emitter) + (event.empty() ? "" : "/" + event)};
  }
  if (n.kind == "timer") {
    return {"app_active_timers", "TimersKeepGrowing", "Active timers",
            "process.getActiveResourcesInfo().filter((r) => r === 'Timeout').length", "Timeout"};
  }
  if (n.kind == "pool") {
    return {"app_pool_in_use", "PoolResourcesNotReturned", "Resources taken and not returned", "pool.borrowed", owner};
  }
  if (n.kind == "buffer") {
    return {"app_array_buffers_bytes", "ArrayBuffersKeepGrowing", "Memory of ArrayBuffers",
            "process.memoryUsage().arrayBuffers", "process"};
  }
  if (n.kind == "map-growth" || n.kind == "set-growth") {
    return {"app_collection_size", "CollectionKeepsGrowing", "Entries of a collection", collection + ".size", owner};
  }
  if (n.kind == "array-growth" || n.kind == "string") {
    return {"app_collection_size", "CollectionKeepsGrowing", "Entries of a collection", collection + ".length", owner};
  }
  if (n.kind == "object-growth") {
    return {"app_collection_size", "CollectionKeepsGrowing", "Entries of a collection",
            "Object.keys(" + collection + ").length", owner};
  }
  return {"app_live_objects", "LiveObjectsKeepGrowing", "Objects made and not yet released", "made - released",
          safe_name(n.constructor)};
}

/// Datadog tags are lower case and know fewer marks.
std::string tag_of(const std::string& name) {
  std::string tag;
  for (const char c : name) {
    const bool lower = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
    tag += lower ? c : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : '_';
  }
  return tag;
}

std::string dotted(std::string name) {
  name[name.find('_')] = '.';
  return name;
}

/// A round number at about a tenth of what the leak did: early, and above noise.
std::string threshold_of(const std::optional<double>& per_hour, double otherwise) {
  const double tenth = per_hour && *per_hour > 0 ? *per_hour / 10 : otherwise;
  const double power = std::pow(10, std::floor(std::log10(std::max(tenth, 1.0))));
  return fmt::format("{:.0f}", std::max(1.0, std::floor(std::max(tenth, 1.0) / power) * power));
}

LeakNames masked(LeakNames names) {
  for (std::string* text :
       {&names.constructor, &names.holder, &names.emitter, &names.module, &names.function, &names.place}) {
    *text = mask_secrets(*text);
  }
  names.label = mask_key(names.label);
  names.event = mask_key(names.event);
  return names;
}

std::vector<std::string> runbook_lines(const LeakNames& n, const Metric& metric) {
  return {
      fmt::format("Confirm: {} (name \"{}\") rises without falling back over an hour under even load.", metric.name,
                  metric.subject),
      "Keep evidence before a restart: two heap snapshots ten minutes apart (kill -USR2 with "
      "--heapsnapshot-signal=SIGUSR2, or v8.writeHeapSnapshot()). A snapshot stops the process for seconds and needs "
      "up "
      "to twice the heap in memory.",
      "Relieve: take the instance out of the load balancer, take the snapshots, restart it; spread restarts so that "
      "not "
      "all instances go at once.",
      fmt::format("Compare: heapdiff SNAPSHOTS --source-root . and look for the signature {}; the same signature means "
                  "this leak is back.",
                  safe_name(n.signature)),
      n.place.empty() ? std::string("Mend: see the fix pattern above, then run the regression test.")
                      : fmt::format("Mend: {}; then run the regression test leak-{}.test.mjs.", safe_name(n.place),
                                    safe_name(n.signature)),
  };
}

}  // namespace

RepairKit repair_kit(const LeakNames& unfiltered) {
  const LeakNames names = masked(unfiltered);
  const std::string signature = safe_name(names.signature);
  const std::string collection = identifier_or(names.label, "collection");
  const std::string event = names.event.empty() ? "event" : safe_name(names.event);
  const std::string constructor = identifier_or(names.constructor, "Item");
  const std::string function = identifier_or(names.function, "operation");
  const std::string module = names.module.empty() ? "fill-in-the-module.js" : safe_name(names.module);
  const std::string place = names.place.empty() ? "not known" : safe_name(names.place);
  const Metric metric = metric_for(names, collection);
  const std::string title = fmt::format("{}: {}", safe_name(names.kind), metric.subject);
  const std::string tag = tag_of(metric.subject);
  const std::string dots = dotted(metric.name);
  const bool bytes = names.kind == "buffer";
  const std::string threshold = threshold_of(bytes ? names.bytes_per_hour : names.count_per_hour, bytes ? 5e6 : 100);
  const double heap =
      names.bytes_per_hour && *names.bytes_per_hour > 0 ? std::min(5e6, *names.bytes_per_hour / 2) : 5e6;
  const std::string measured = names.count_per_hour   ? fmt::format("{:.0f} an hour", *names.count_per_hour)
                               : names.bytes_per_hour ? format_bytes(*names.bytes_per_hour) + " an hour"
                                                      : "an unknown rate";
  const std::string heap_limit = threshold_of(heap * 10, 5e6);
  const std::string heap_text = format_bytes(std::stod(heap_limit));

  RepairKit kit;
  const Idiom& idiom = idiom_for(names.kind);
  kit.pattern = idiom.pattern;
  for (const auto& [out, text] : {std::pair{&kit.before, idiom.before}, {&kit.after, idiom.after}}) {
    *out = fill(text, {{"collection", collection}, {"event", event}, {"class", constructor}});
  }
  kit.test_file = "leak-" + signature + ".test.mjs";
  kit.test = fill(kTest, {{"signature", signature},
                          {"file", kit.test_file},
                          {"module", module},
                          {"function", function},
                          {"place", place},
                          {"title", title}});
  kit.metric = metric.name;
  kit.emit = kEmitHeap + fill(kEmitGauge, {{"what", metric.what},
                                           {"metric", metric.name},
                                           {"dotted", dots},
                                           {"expression", metric.expression},
                                           {"name", metric.subject},
                                           {"tag", tag}});
  for (const auto& [out, text] : {std::pair{&kit.prometheus_rules, kRules},
                                  {&kit.datadog_monitor, kMonitor},
                                  {&kit.datadog_dashboard, kDashboard}}) {
    *out = fill(text, {{"signature", signature},
                       {"alert", metric.alert},
                       {"metric", metric.name},
                       {"dotted", dots},
                       {"name", metric.subject},
                       {"tag", tag},
                       {"threshold", threshold},
                       {"what", metric.what},
                       {"measured", measured},
                       {"place", place},
                       {"heap", heap_limit},
                       {"heap_text", heap_text},
                       {"instance", "{{ $labels.instance }}"}});
  }
  kit.runbook = runbook_lines(names, metric);
  return kit;
}

}  // namespace heapdiff
