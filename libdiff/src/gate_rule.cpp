// The expressions of --fail-on.

#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/units.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <array>

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

[[noreturn]] void reject(std::string_view text, const std::string& expected) {
  throw Error(ErrorKind::usage, "--fail-on: expected " + expected + ", got '" + visible_text(text) + "'",
              "For example leak, rate>5MB/h, suspect-rate>1MB/h, growth>20MB, growth>1kB/op, listeners>0/op or "
              "new-suspects.");
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
  const bool limited = rule.metric != GateMetric::leak && rule.metric != GateMetric::new_suspects;
  if (!known || limited != (sign != std::string_view::npos)) {
    reject(text, "a gate");
  }
  if (!limited) {
    return rule;
  }
  std::string_view rest = whole.substr(sign + 1);
  const auto limit = rule.metric == GateMetric::listeners ? take_number(rest) : take_bytes(rest);
  if (!limit) {
    reject(text, rule.metric == GateMetric::listeners ? "a number from 0 on after '>'"
                                                      : "a size with its unit after '>', such as 5MB");
  }
  rule.limit = *limit;
  if (rest == "/op") {
    rule.per = GatePer::operation;
    return rule;
  }
  if (const auto times = per_hour(rest)) {
    rule.per = GatePer::hour;
    rule.limit *= *times;
    return rule;
  }
  if (!rest.empty() || rule.metric != GateMetric::growth) {
    reject(text, rule.metric == GateMetric::growth ? "nothing, /op or a time such as /h after the limit"
                                                   : "/op or a time such as /h after the limit");
  }
  return rule;
}

}  // namespace heapdiff
