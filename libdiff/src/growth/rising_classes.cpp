#include "growth/rising_classes.h"

#include "growth/suspect_growth.h"
#include "heapdiff/diff/series.h"

#include <algorithm>
#include <string>

namespace heapdiff {

namespace {

/// The slowest step has at least this share of the fastest one.
constexpr double kMinEvenness = 0.8;

/// Whether the counts rise in every step, and the slowest of these is about as fast as the fastest one. `step_time` is
/// the length of the step that ends at a snapshot.
template <class StepTime>
bool rises_evenly(const std::vector<std::int64_t>& counts, const StepTime& step_time) {
  double slowest = 0;
  double fastest = 0;
  for (std::size_t k = 1; k < counts.size(); ++k) {
    const double time = step_time(k);
    const double speed = static_cast<double>(counts[k] - counts[k - 1]) / time;
    if (time <= 0 || speed <= 0) {
      return false;
    }
    slowest = k == 1 ? speed : std::min(slowest, speed);
    fastest = std::max(fastest, speed);
  }
  return slowest >= kMinEvenness * fastest;
}

/// Memory grows by the work that is done: what is even by snapshots or by the clock is even.
bool rises_evenly(const std::vector<std::int64_t>& counts, std::span<const double> hours) {
  return rises_evenly(counts, [](std::size_t) { return 1.0; }) ||
         (!hours.empty() && rises_evenly(counts, [&](std::size_t k) { return hours[k] - hours[k - 1]; }));
}

/// DevTools puts the classes that no program makes itself into brackets: "(string)", "(compiled code)".
bool is_of_program(const std::string& name) { return !name.starts_with('('); }

}  // namespace

std::vector<RisingClass> rising_classes(std::span<const Facts> facts, std::span<const double> hours) {
  std::vector<RisingClass> rising;
  if (facts.size() < 3) {
    return rising;
  }
  for (const auto& [name, last] : facts.back().constructors) {
    RisingClass row{name, {}, last.retained_bytes};
    for (const Facts& f : facts) {
      const auto found = f.constructors.find(name);
      row.counts.push_back(found == f.constructors.end() ? 0 : found->second.count);
    }
    const auto first = facts.front().constructors.find(name);
    row.retained_growth_bytes -= first == facts.front().constructors.end() ? 0 : first->second.retained_bytes;
    if (rises_evenly(row.counts, hours) && static_cast<double>(row.retained_growth_bytes) >= smallest_growth(facts)) {
      rising.push_back(std::move(row));
    }
  }
  std::stable_sort(rising.begin(), rising.end(), [](const RisingClass& a, const RisingClass& b) {
    return is_of_program(a.name) != is_of_program(b.name) ? is_of_program(a.name)
                                                          : a.retained_growth_bytes > b.retained_growth_bytes;
  });
  return rising;
}

Findings findings_of_fresh_ids(std::span<const Facts> facts, std::span<const double> hours) {
  Findings findings = findings_of_different_processes(facts);
  findings.fresh_ids = true;
  findings.rising_classes = rising_classes(facts, hours);
  return findings;
}

}  // namespace heapdiff
