#include "heapdiff/diff/series_order.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <utility>

namespace heapdiff {

namespace {

/// A name taken apart: its text with "#" for each number, and the numbers as digits without leading zeros.
struct NumberedName {
  std::string shape;
  std::vector<std::string> numbers;
};

NumberedName take_apart(const std::string& name) {
  NumberedName out;
  for (std::size_t i = 0; i < name.size();) {
    if (name[i] < '0' || name[i] > '9') {
      out.shape += name[i++];
      continue;
    }
    std::size_t end = i;
    while (end < name.size() && name[end] >= '0' && name[end] <= '9') {
      ++end;
    }
    const std::size_t first = std::min(name.find_first_not_of('0', i), end);
    out.numbers.push_back(name.substr(first, end - first));
    out.shape += '#';
    i = end;
  }
  return out;
}

bool is_smaller(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

bool are_smaller(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), is_smaller);
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

using Before = std::function<bool(std::size_t, std::size_t)>;  ///< a strict weak order of the evidence

/// A source that says something about every snapshot.
struct Claim {
  OrderSource source = OrderSource::arguments;
  Before before;
  /// Whether some snapshots are told apart.
  [[nodiscard]] bool tells(std::size_t count) const {
    for (std::size_t i = 1; i < count; ++i) {
      if (before(i - 1, i) || before(i, i - 1)) {
        return true;
      }
    }
    return false;
  }
};

bool agrees(const std::vector<std::size_t>& order, const Before& before) {
  // Not only neighbours: equal ones in between would hide a contradiction. What comes before an earlier one also comes
  // before the last of the earlier ones.
  std::size_t last = 0;  // position of the snapshot that comes last of those seen
  for (std::size_t k = 1; k < order.size(); ++k) {
    if (before(order[k], order[last])) {
      return false;
    }
    last = before(order[last], order[k]) ? k : last;
  }
  return true;
}

bool ids_tell_all_apart(std::span<const OrderEvidence> evidence) {
  std::set<std::uint64_t> seen;
  return std::all_of(evidence.begin(), evidence.end(), [&](const OrderEvidence& e) {
    return e.last_id && *e.last_id != 0 && seen.insert(*e.last_id).second;
  });
}

/// What names say: times where all have them, and numbers where all are of one shape.
std::optional<Before> order_by_names(std::span<const OrderEvidence> evidence) {
  std::vector<NumberedName> names;
  for (const OrderEvidence& e : evidence) {
    names.push_back(take_apart(file_name(e.path)));
  }
  const bool numbered = std::all_of(names.begin(), names.end(), [&](const NumberedName& n) {
    return !n.numbers.empty() && n.shape == names.front().shape;
  });
  const bool timed = std::all_of(evidence.begin(), evidence.end(), [&](const OrderEvidence& e) {
    return e.name_time && evidence.front().name_time && e.name_time->absolute == evidence.front().name_time->absolute;
  });
  if (!numbered && !timed) {
    return std::nullopt;
  }
  return [evidence, names = std::move(names), numbered, timed](std::size_t a, std::size_t b) {
    if (timed && evidence[a].name_time->ns != evidence[b].name_time->ns) {
      return evidence[a].name_time->ns < evidence[b].name_time->ns;
    }
    return numbered && are_smaller(names[a].numbers, names[b].numbers);
  };
}

/// --at, with the times in names for the snapshots that it does not mention.
std::optional<Before> order_by_option(std::span<const OrderEvidence> evidence) {
  std::vector<std::int64_t> times;
  bool said = false;
  for (const OrderEvidence& e : evidence) {
    const bool named = e.name_time && e.name_time->absolute;
    if (!e.option_ns && !named) {
      return std::nullopt;
    }
    said = said || e.option_ns.has_value();
    times.push_back(e.option_ns ? *e.option_ns : e.name_time->ns);
  }
  if (!said) {
    return std::nullopt;
  }
  return [times = std::move(times)](std::size_t a, std::size_t b) { return times[a] < times[b]; };
}

}  // namespace

const char* name_of(OrderSource source) noexcept {
  switch (source) {
    case OrderSource::ids:
      return "ids";
    case OrderSource::option:
      return "option";
    case OrderSource::names:
      return "names";
    case OrderSource::arguments:
      return "arguments";
    case OrderSource::modification_time:
      return "modification-time";
  }
  return "arguments";
}

bool is_before_by_number(const std::string& a, const std::string& b) {
  const NumberedName x = take_apart(file_name(a));
  const NumberedName y = take_apart(file_name(b));
  if (x.shape != y.shape) {
    return a < b;
  }
  return are_smaller(x.numbers, y.numbers) || (!are_smaller(y.numbers, x.numbers) && a < b);
}

SeriesOrder find_order(std::span<const OrderEvidence> evidence, ArgumentOrder arguments) {
  const std::size_t count = evidence.size();
  std::vector<Claim> claims;  // by rank
  if (ids_tell_all_apart(evidence)) {
    claims.push_back({OrderSource::ids, [evidence](std::size_t a, std::size_t b) {
                        return *evidence[a].last_id < *evidence[b].last_id;
                      }});
  }
  if (auto before = order_by_option(evidence)) {
    claims.push_back({OrderSource::option, std::move(*before)});
  }
  if (auto before = order_by_names(evidence)) {
    claims.push_back({OrderSource::names, std::move(*before)});
  }
  if (arguments == ArgumentOrder::claimed) {
    claims.push_back({OrderSource::arguments, std::less<std::size_t>()});
  }
  std::erase_if(claims, [&](const Claim& claim) { return !claim.tells(count); });

  SeriesOrder out;
  out.order.resize(count);
  std::iota(out.order.begin(), out.order.end(), std::size_t{0});
  const bool modified =
      std::all_of(evidence.begin(), evidence.end(), [](const OrderEvidence& e) { return e.modified_ns.has_value(); });
  if (claims.empty()) {
    // Files that the caller named one by one come in the caller's order; a folder has none of its own.
    const auto by_age = [&](std::size_t a, std::size_t b) {
      return *evidence[a].modified_ns < *evidence[b].modified_ns;
    };
    if (modified && arguments == ArgumentOrder::none && Claim{OrderSource::modification_time, by_age}.tells(count)) {
      out.source = OrderSource::modification_time;
      std::stable_sort(out.order.begin(), out.order.end(), by_age);
    }
    return out;
  }
  out.source = claims.front().source;
  // Ties of the best source are broken by the next ones.
  for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim) {
    // By reference: the sort copies what compares many times, and this one holds all names.
    std::stable_sort(out.order.begin(), out.order.end(),
                     [&](std::size_t a, std::size_t b) { return claim->before(a, b); });
  }
  for (std::size_t i = 1; i < claims.size(); ++i) {
    if (!agrees(out.order, claims[i].before)) {
      out.contradictions.push_back(claims[i].source);
    }
  }
  out.disputed = out.source != OrderSource::ids && !out.contradictions.empty();
  return out;
}

}  // namespace heapdiff
