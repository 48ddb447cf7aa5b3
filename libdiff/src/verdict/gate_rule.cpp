// The expressions of --fail-on.

#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/near_words.h"
#include "heapdiff/diff/units.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace heapdiff {

namespace {

struct MetricName {
  std::string_view name;
  GateMetric metric;
};
constexpr std::array kMetrics = {
    MetricName{"leak", GateMetric::leak},
    MetricName{"rate", GateMetric::rate},
    MetricName{"suspect-rate", GateMetric::suspect_rate},
    MetricName{"growth", GateMetric::growth},
    MetricName{"listeners", GateMetric::listeners},
    MetricName{"new-suspects", GateMetric::new_suspects},
};

constexpr const char* kExamples =
    "For example leak, rate>5MB/h, suspect-rate>1MB/h, growth>20MB, growth>1kB/op, listeners>0/op or new-suspects.";

[[noreturn]] void reject(std::string_view text, const std::string& expected, const std::string& advice = kExamples) {
  throw Error(ErrorKind::usage, "--fail-on: expected " + expected + ", got '" + visible_text(text) + "'", advice);
}

/// Reports a name that is not a metric, or a sign other than '>'.
[[noreturn]] void reject_name(std::string_view text, std::string_view name) {
  std::vector<std::string> names;
  for (const MetricName& m : kMetrics) {
    names.emplace_back(m.name);
  }
  const std::size_t other = name.find_first_of("<=");
  if (other != std::string_view::npos) {
    reject(text, "a limit after '>'",
           "A gate fails above its limit: write " + std::string(name.substr(0, other)) + ">...");
  }
  const std::string meant = nearest_word(name, names);
  reject(text, "a gate", meant.empty() ? kExamples : "Did you mean " + meant + "?");
}

/// Advice on a limit that is not a size: the unit that was probably meant, where only its letters differ.
std::string advice_on_size(std::string_view rest) {
  if (!take_number(rest)) {
    return rest.starts_with('=') ? "A gate fails above its limit: write > without =." : kExamples;
  }
  const std::string_view unit = rest.substr(0, rest.find('/'));
  if (unit.empty()) {
    return "Sizes need a unit: B, kB, MB, GB (powers of 1000), KiB, MiB or GiB (powers of 1024).";
  }
  for (const std::string_view known : {"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"}) {
    if (ascii::equal_ignoring_case(unit, known) ||
        (unit.size() == 1 && ascii::same_ignoring_case(unit.front(), known.front()))) {
      return "Did you mean " + std::string(known) + "?";
    }
  }
  return "Units are B, kB, MB, GB (powers of 1000), KiB, MiB and GiB (powers of 1024).";
}

std::string without_blanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' && c != '\t') {
      kept += c;
    }
  }
  return kept;
}

}  // namespace

GateRule parse_gate(std::string_view text) {
  const std::string packed = without_blanks(text);
  const std::string_view whole = packed;
  const std::size_t sign = whole.find('>');
  GateRule rule;
  rule.text = packed;
  const std::string_view name = whole.substr(0, sign);
  bool known = false;
  for (const MetricName& m : kMetrics) {
    if (m.name == name) {
      rule.metric = m.metric;
      known = true;
    }
  }
  if (!known) {
    reject_name(text, name);
  }
  const bool limited = rule.metric != GateMetric::leak && rule.metric != GateMetric::new_suspects;
  if (!limited && sign != std::string_view::npos) {
    reject(text, "no limit after " + std::string(name));
  }
  if (!limited) {
    return rule;
  }
  if (sign == std::string_view::npos) {
    reject(text, "a limit after " + std::string(name),
           "A shell takes > for itself: quote the gate, as in --fail-on 'rate>5MB/h'.");
  }
  const bool counts = rule.metric == GateMetric::listeners;
  std::string_view rest = whole.substr(sign + 1);
  const auto limit = counts ? take_number(rest) : take_bytes(rest);
  if (!limit) {
    reject(text, counts ? "a number from 0 on after '>'" : "a size with its unit after '>', such as 5MB",
           counts ? kExamples : advice_on_size(rest));
  }
  const auto times = per_hour(rest);
  rule.limit = *limit * times.value_or(1);
  if (!std::isfinite(rule.limit)) {  // the gate could never fail
    reject(text, "a limit that can be reached");
  }
  if (rest == "/op") {
    rule.per = GatePer::operation;
    return rule;
  }
  if (times) {
    rule.per = GatePer::hour;
    return rule;
  }
  if (!rest.empty() || rule.metric != GateMetric::growth) {
    const bool operation = rest.starts_with("/op");
    reject(text,
           rule.metric == GateMetric::growth ? "nothing, /op or a time such as /h after the limit"
                                             : "/op or a time such as /h after the limit",
           counts && !rest.starts_with('/') ? "Listeners are counted: write listeners>0/op."
           : operation                      ? "Did you mean /op?"
                                            : "Times are /s, /min, /h and /d.");
  }
  return rule;
}

}  // namespace heapdiff
