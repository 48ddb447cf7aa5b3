#include "compare/script_names.h"
#include "heapdiff/diff/profile_compare.h"

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxRows = 400;

struct Summed {
  ProfileRow row;
  double squares = 0;
};

/// The square of the bytes that a sample of either profile stands for, on average.
double square_of_one(const HeapProfile& base, const HeapProfile& now) {
  const double samples = static_cast<double>(base.samples + now.samples);
  const double one = samples == 0 ? 0 : static_cast<double>(base.live_bytes + now.live_bytes) / samples;
  return one * one;
}

}  // namespace

bool ProfileRow::is_certain() const noexcept { return std::abs(static_cast<double>(difference())) > error; }

double sampling_error(double squares, double one, std::size_t rows) {
  constexpr double kOutside = 0.025;  // on either side, of all rows together
  const double z =
      quantile(complement(boost::math::normal(), kOutside / static_cast<double>(std::max<std::size_t>(rows, 1))));
  return z * std::sqrt(squares + one);
}

ProfileComparison compare_profiles(const HeapProfile& base, const HeapProfile& now,
                                   const std::function<std::string(const FunctionPosition&)>& name_of) {
  std::map<std::string, Summed> functions;
  const auto scripts_of = [](const HeapProfile& profile) {
    std::set<std::string> scripts;
    for (const ProfiledFunction& function : profile.functions) {
      scripts.insert(function.position.script);
    }
    return compare::ScriptNames({scripts.begin(), scripts.end()});
  };
  const compare::ScriptNames old_scripts = scripts_of(base);
  const compare::ScriptNames new_scripts = scripts_of(now);
  const auto key_of = [&](const FunctionPosition& position, bool is_new) {
    std::string key = name_of ? name_of(position) : std::string();
    if (!key.empty()) {
      return key;
    }
    return fmt::format("{} {}", (is_new ? new_scripts : old_scripts).name_of(position.script),
                       position.name.empty() ? fmt::format("line {}", position.line) : position.name);
  };
  const auto add = [&](const ProfiledFunction& function, const std::string& key, bool is_new) {
    Summed& into = functions[key];
    if (is_new || into.row.position.script.empty()) {
      into.row.position = function.position;
    }
    (is_new ? into.row.new_bytes : into.row.base_bytes) += static_cast<std::int64_t>(function.live_bytes);
    (is_new ? into.row.new_samples : into.row.base_samples) += static_cast<std::int64_t>(function.samples);
    into.squares += function.squares;
  };
  for (const bool is_new : {false, true}) {
    const HeapProfile& profile = is_new ? now : base;
    for (const ProfiledFunction& function : profile.functions) {
      add(function, key_of(function.position, is_new), is_new);
    }
    if (profile.runtime.live_bytes > 0) {
      add(profile.runtime, {}, is_new);
    }
  }
  ProfileComparison out;
  out.base_bytes = static_cast<std::int64_t>(base.live_bytes);
  out.new_bytes = static_cast<std::int64_t>(now.live_bytes);
  const double one = square_of_one(base, now);
  out.noise_floor_bytes = static_cast<std::int64_t>(std::ceil(sampling_error(one, one, functions.size())));
  double squares = 0;
  for (auto& [key, summed] : functions) {
    squares += summed.squares;
    summed.row.error = sampling_error(summed.squares, one, functions.size());
    out.rows.push_back(std::move(summed.row));
  }
  std::stable_sort(out.rows.begin(), out.rows.end(), [](const ProfileRow& a, const ProfileRow& b) {
    return std::abs(a.difference()) > std::abs(b.difference());
  });
  out.rows.resize(std::min(out.rows.size(), kMaxRows));
  std::stable_sort(out.rows.begin(), out.rows.end(),
                   [](const ProfileRow& a, const ProfileRow& b) { return a.difference() > b.difference(); });
  out.total_error = sampling_error(squares, one, 1);
  // The profile's total is the sum of all its nodes, and every node is in one row.
  out.unexplained_bytes = out.new_bytes - out.base_bytes;
  for (const ProfileRow& row : out.rows) {
    out.unexplained_bytes -= row.difference();
  }
  return out;
}

}  // namespace heapdiff
