// Puts the kit together: the fix, the test, the metrics, the runbook.

#include "heapdiff/reports/repair_kit.h"

#include "kit/idioms.h"
#include "kit/kit_metrics.h"
#include "kit/kit_names.h"
#include "kit/kit_test.h"

#include <fmt/format.h>

namespace heapdiff {

using namespace kit;

namespace {

std::vector<std::string> runbook_lines(const KitNames& n, const Metric& metric, const LeakNames& leak) {
  const bool page = n.kind == "detached-dom";
  return {
      fmt::format(
          "Confirm: the lowest value of `{}` (name `{}`) in an hour is above that of the hour before, again and "
          "again, under even load.",
          metric.name, metric.subject),
      page ? "Keep evidence: two heap snapshots of the page ten minutes apart (Chrome DevTools, Memory panel, with the "
             "same clicks between them)."
           : "Keep evidence before a restart: two heap snapshots ten minutes apart (`kill -USR2` with "
             "`--heapsnapshot-signal=SIGUSR2`, or `v8.writeHeapSnapshot()`). A snapshot stops the process for seconds "
             "and "
             "needs up to twice the heap in memory.",
      page ? "Relieve: reload the page; a release that reverts the suspect view helps those who keep it open."
           : "Relieve: take the instance out of the load balancer, take the snapshots, restart it; spread restarts so "
             "that not all instances go at once.",
      fmt::format(
          "Compare: `heapdiff SNAPSHOTS --source-root .` and look for the signature `{}`; the same signature means "
          "this leak is back.",
          n.signature),
      leak.place.empty()
          ? std::string("Fix: see the fix pattern above, then run the regression test.")
          : fmt::format("Fix: `{}`; then run the regression test `leak-{}.test.mjs`.", n.place, n.signature),
  };
}

}  // namespace

RepairKit repair_kit(const LeakNames& leak) {
  const KitNames names = kit_names(leak);
  const Metric metric = metric_for(names);
  RepairKit kit;
  Idiom idiom = idiom_for(names);
  kit.pattern = std::move(idiom.pattern);
  kit.before = std::move(idiom.before);
  kit.after = std::move(idiom.after);
  kit.test_file = "leak-" + names.signature + ".test.mjs";
  kit.test = regression_test(names, kit.test_file, names.kind + ": " + metric.subject, leak.bytes_per_object);
  set_monitoring(kit, names, metric, leak);
  kit.runbook = runbook_lines(names, metric, leak);
  return kit;
}

}  // namespace heapdiff
