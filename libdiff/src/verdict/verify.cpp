#include "heapdiff/diff/verify.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

/// A leak that went on would have grown by this many times what is too small to be seen.
constexpr double kMinVisibleFactor = 2;

const std::optional<Rate>& rate_of(const VerifyLeak& leak, bool per_operation) {
  return per_operation ? leak.per_operation : leak.per_hour;
}

/// The same leak on the other side, by its signature or else by its alias: another runtime may have other objects on
/// the path.
const VerifyLeak* find(const std::vector<VerifyLeak>& leaks, const VerifyLeak& wanted) {
  auto at =
      std::find_if(leaks.begin(), leaks.end(), [&](const VerifyLeak& l) { return l.signature == wanted.signature; });
  if (at == leaks.end() && !wanted.alias.empty()) {
    at = std::find_if(leaks.begin(), leaks.end(), [&](const VerifyLeak& l) { return l.alias == wanted.alias; });
  }
  return at == leaks.end() ? nullptr : &*at;
}

/// The other holder of a leak that was there before and is gone now, when it holds `leak`; else none.
const VerifyHolder* find_holder(const VerifySide& before, const VerifySide& after, const VerifyLeak& leak) {
  if (leak.place.empty()) {
    return nullptr;
  }
  for (const VerifyLeak& old : before.leaks) {
    const auto at = std::find_if(old.other_holders.begin(), old.other_holders.end(),
                                 [&](const VerifyHolder& holder) { return holder.place == leak.place; });
    if (at != old.other_holders.end() && find(after.leaks, old) == nullptr) {
      return &*at;
    }
  }
  return nullptr;
}

/// Makes a failed row one of a leak that another holder still holds; does nothing without a holder.
void set_holder(VerifyRow& row, const VerifyHolder* holder) {
  if (holder != nullptr && row.verdict == VerifyVerdict::fail) {
    row.cause = VerifyCause::still_held;
    row.held_by = holder->name;
  }
}

/// What a file is called in all builds. Of a package's file the folder belongs to it, as there are many index.js, and
/// not the name of the package, which a fork or an alias changes. Names that a bundler makes from the content
/// ("app-3f2a9c.js") change with each build.
std::string file_key(const std::string& script) {
  const std::string package = package_of(plain_script_name(script));
  const std::string stem = script_stem(script);
  if (package.empty()) {
    return fold_data(stem);
  }
  std::string path = plain_script_name(script);
  std::replace(path.begin(), path.end(), '\\', '/');
  const std::size_t root = path.rfind(package + "/") + package.size() + 1;
  const std::size_t name = path.find_last_of('/') + 1;
  if (name <= root + 1) {
    return fold_data(stem);  // at the package's root, only the package tells one index.js from another
  }
  const std::size_t folder = path.find_last_of('/', name - 2) + 1;
  return fold_data(path.substr(folder, name - folder) + stem.substr(stem.find_last_of('/') + 1));
}

/// The files in which the functions of a heap are written.
std::set<std::string> scripts_of(std::span<const Facts> facts) {
  std::set<std::string> scripts;
  for (const Facts& f : facts) {
    for (const auto& [literal, count] : f.closures) {
      const std::size_t tab = literal.find('\t');
      const std::string script = tab == std::string::npos ? "" : literal.substr(tab + 1, literal.rfind(':') - tab - 1);
      if (!script.empty() && !is_runtime_script(script)) {
        scripts.insert(file_key(script));
      }
    }
  }
  return scripts;
}

/// Whether the file of a leak is not there after the fix, and most others are not, either: then another program was
/// captured, or another part of it ran.
bool is_other_program(const VerifySide& before, const VerifySide& after, const VerifyLeak& leak) {
  if (leak.script.empty() || after.scripts.empty() || after.scripts.count(leak.script) != 0) {
    return false;
  }
  const auto kept = std::count_if(before.scripts.begin(), before.scripts.end(),
                                  [&](const std::string& script) { return after.scripts.count(script) != 0; });
  return 2 * static_cast<std::size_t>(kept) <= before.scripts.size();
}

void judge_absent(VerifyRow& row, const VerifyLeak& leak, const std::optional<double>& span, const VerifySide& before,
                  const VerifySide& after) {
  if (!leak.proven) {
    row.cause = VerifyCause::not_shown;
    return;
  }
  if (is_other_program(before, after, leak)) {
    row.cause = VerifyCause::not_loaded;
    return;
  }
  if (std::find(after.levelled_off.begin(), after.levelled_off.end(), row.signature) != after.levelled_off.end()) {
    row.verdict = VerifyVerdict::pass;
    row.cause = VerifyCause::levelled_off;
    return;
  }
  if (!row.before || !span) {
    row.cause = VerifyCause::no_scale;
    return;
  }
  row.expected_bytes = row.before->estimate * *span;
  const bool clear = row.expected_bytes >= kMinVisibleFactor * after.smallest_bytes;
  row.verdict = clear ? VerifyVerdict::pass : VerifyVerdict::inconclusive;
  row.cause = clear ? VerifyCause::gone : VerifyCause::too_short;
}

}  // namespace

VerifySide verify_side(const SeriesEvidence& series, std::span<const std::vector<Site>> sites,
                       std::span<const std::string> names) {
  const Findings& findings = *series.findings;
  VerifySide side;
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    const Suspect& found = findings.suspects[i];
    VerifyLeak leak;
    leak.signature = found.signature;
    leak.name = names[i];
    if (!sites[i].empty()) {
      const Site& site = sites[i].front();
      // An emitter by the name that reports have for it: its class is named otherwise by some versions of V8.
      leak.alias = fmt::format("{}|{}|{}|{}|{}|{}:{}", to_string(found.kind), found.constructor,
                               found.emitter.empty() ? found.holder : found.emitter, found.label, found.event,
                               site.file, site.line);
    }
    leak.place = found.place;
    const auto function = std::find_if(found.functions.begin(), found.functions.end(), [](const FunctionPosition& f) {
      return !f.script.empty() && !is_runtime_script(f.script);
    });
    leak.script = function == found.functions.end() ? std::string() : file_key(function->script);
    for (const OtherHolder& other : found.other_holders) {
      leak.other_holders.push_back(
          {other.label.empty() ? other.holder : fmt::format("{} \"{}\"", other.holder, other.label), other.place});
    }
    leak.proven = series.verdict->proven[i];
    leak.per_hour = found.rate;
    leak.per_operation = fit_rate(series.ops, found.levels);
    side.leaks.push_back(std::move(leak));
  }
  for (const Suspect& found : findings.dismissed) {
    side.levelled_off.push_back(found.signature);
  }
  if (!series.hours.empty() && series.hours.back() > 0) {
    side.hours = series.hours.back();
  }
  if (!series.ops.empty()) {
    side.operations = series.ops.back() - series.ops.front();
  }
  side.scripts = scripts_of(series.facts);
  side.smallest_bytes = findings.smallest_bytes;
  side.unexplained_growth = findings.suspects.empty() && findings.unexplained == Trajectory::steady;
  return side;
}

Verification verify(const VerifySide& before, const VerifySide& after) {
  Verification out;
  out.per_operation = before.operations && after.operations;
  const std::optional<double>& span = out.per_operation ? after.operations : after.hours;
  const bool shown =
      std::any_of(before.leaks.begin(), before.leaks.end(), [](const VerifyLeak& leak) { return leak.proven; });
  for (const VerifyLeak& leak : before.leaks) {
    const VerifyLeak* now = find(after.leaks, leak);
    // Where a leak is proven, a suspect that only grew matters only if it still grows after the fix.
    if (shown && !leak.proven && now == nullptr) {
      continue;
    }
    VerifyRow row;
    row.signature = leak.signature;
    row.name = leak.name;
    row.before = rate_of(leak, out.per_operation);
    if (now != nullptr) {
      row.after = rate_of(*now, out.per_operation);
      row.verdict = now->proven ? VerifyVerdict::fail : VerifyVerdict::inconclusive;
      row.cause = now->proven ? VerifyCause::still_grows : VerifyCause::may_grow;
      set_holder(row, find_holder(before, after, *now));
    } else {
      judge_absent(row, leak, span, before, after);
    }
    out.rows.push_back(std::move(row));
  }
  for (const VerifyLeak& leak : after.leaks) {
    if (find(before.leaks, leak) != nullptr) {
      continue;
    }
    VerifyRow row;
    row.signature = leak.signature;
    row.name = leak.name;
    row.after = rate_of(leak, out.per_operation);
    row.is_new = true;
    row.verdict = leak.proven ? VerifyVerdict::fail : VerifyVerdict::inconclusive;
    row.cause = leak.proven ? VerifyCause::new_leak : VerifyCause::may_grow;
    set_holder(row, find_holder(before, after, leak));
    out.rows.push_back(std::move(row));
  }
  if (after.unexplained_growth) {
    out.rows.push_back({"", "the heap", VerifyVerdict::inconclusive, VerifyCause::unexplained, {}, {}, 0, {}, false});
  }
  const auto rank = [](const VerifyRow& row) {
    return row.verdict == VerifyVerdict::fail ? 0 : row.verdict == VerifyVerdict::inconclusive ? 1 : 2;
  };
  std::stable_sort(out.rows.begin(), out.rows.end(),
                   [&](const VerifyRow& a, const VerifyRow& b) { return rank(a) < rank(b); });
  // Without a leak before the fix, there was nothing to fix.
  out.verdict = !out.rows.empty() ? out.rows.front().verdict : VerifyVerdict::inconclusive;
  if (!shown && out.verdict == VerifyVerdict::pass) {
    out.verdict = VerifyVerdict::inconclusive;
  }
  return out;
}

}  // namespace heapdiff
