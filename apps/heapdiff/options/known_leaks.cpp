#include "options/known_leaks.h"

#include "heapdiff/diff/near_words.h"
#include "heapdiff/diff/signature_version.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "options/toml_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fnmatch.h>
#include <fstream>
#include <iterator>

namespace heapdiff {

namespace {

std::string rate_text(std::optional<double> rate) {
  return rate ? format_bytes(*rate) + "/h" : std::string("a rate that is not known");
}

bool matches(const Suppression& entry, const Suspect& suspect, const SuspectLabel& label) {
  if (!entry.signature.empty()) {
    return entry.signature == suspect.signature;
  }
  return fnmatch(("*" + entry.pattern + "*").c_str(), label.name.c_str(), FNM_CASEFOLD) == 0;
}

/// "signature 4f3a... (line 3; ticket 17)".
std::string entry_text(const Suppression& entry) {
  const std::string name =
      entry.signature.empty() ? "pattern " + visible_text(entry.pattern) : "signature " + visible_text(entry.signature);
  return fmt::format("{} (line {}; {})", name, entry.line, entry.reason);
}

/// "line 3, column 14": the position of a byte in a file.
std::string place_of(const std::string& text, std::size_t byte) {
  const std::size_t end = std::min(byte == 0 ? 0 : byte - 1, text.size());
  const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
  const std::size_t start = text.rfind('\n', end == 0 ? 0 : end - 1);
  return fmt::format("line {}, column {}", lines + 1,
                     end - (start == std::string::npos || lines == 0 ? 0 : start + 1) + 1);
}

bool is_signature(const std::string& text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Whether `text` is a day of the calendar, as "2026-12-31".
bool is_date(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  char rest = 0;
  if (text.size() != 10 || std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &rest) != 3) {
    return false;
  }
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)).ok();
}

/// Throws Error{usage} for signatures that cannot match: all that a reader would see is that nothing is known any more.
/// `version` is what the file says, `kind` what it is.
void require_signature_version(const std::string& path, const std::string& version, const char* kind,
                               const std::string& advice) {
  if (version != fmt::format("{}", kSignatureVersion)) {
    throw Error(ErrorKind::usage, path, std::nullopt,
                fmt::format("the signatures in this {} are of version {}, and this heapdiff makes those of version {}: "
                            "they would match nothing",
                            kind, visible_text(version, 20), kSignatureVersion),
                advice);
  }
}

std::string text_of(const toml::table& table, const char* key) { return table[key].value_or(std::string()); }

}  // namespace

std::vector<BaselineLeak> read_baseline(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(ErrorKind::input, path, std::nullopt, "expected a report of heapdiff, it cannot be opened");
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  static constexpr const char* kAdvice = "Write one with heapdiff SERIES -o json=FILE.";
  const auto fail = [&](const std::string& what) { throw Error(ErrorKind::input, path, std::nullopt, what, kAdvice); };
  std::vector<BaselineLeak> leaks;
  std::size_t number = 0;
  try {
    const nlohmann::json report = nlohmann::json::parse(text);
    if (!report.is_object() || !report.contains("schemaVersion")) {
      fail("expected a report of heapdiff, got JSON without schemaVersion");
    }
    if (report["schemaVersion"] != 1) {
      fail("expected a report with schemaVersion 1, got " + visible_text(report["schemaVersion"].dump(), 40));
    }
    if (!report.contains("suspects")) {
      fail("expected a report of heapdiff analyze, got one without suspects");
    }
    if (!report["suspects"].empty()) {
      require_signature_version(path, report.value("signatureVersion", nlohmann::json(1)).dump(), "report",
                                fmt::format("Analyse the snapshots of the baseline with this heapdiff once more: "
                                            "heapdiff SERIES -o json={}.",
                                            path));
    }
    for (const auto& suspect : report["suspects"]) {
      ++number;
      BaselineLeak leak;
      leak.signature = suspect.at("signature").get<std::string>();
      leak.title = visible_text(suspect.value("title", suspect.value("kind", std::string("leak"))));
      const auto rate = suspect.find("rateBytesPerHour");
      if (rate != suspect.end() && rate->is_object()) {
        leak.bytes_per_hour = rate->at("estimate").get<double>();
        if (rate->contains("high") && rate->at("high").is_number()) {
          leak.highest = rate->at("high").get<double>();
        }
      }
      leaks.push_back(std::move(leak));
    }
  } catch (const nlohmann::json::parse_error& e) {
    fail(place_of(text, e.byte) + ": expected JSON");
  } catch (const nlohmann::json::exception&) {
    fail(fmt::format("suspect {}: expected a signature and a rate, as the report of this version has them", number));
  }
  return leaks;
}

std::vector<Suppression> read_suppressions(const std::string& path) {
  static constexpr std::string_view kVersionKey = "signature-version";
  std::vector<Suppression> list;
  const auto fail = [&](std::uint32_t line, const std::string& what) -> void {
    throw Error(ErrorKind::input, path, std::nullopt, fmt::format("line {}: {}", line, what));
  };
  const toml::table file = read_toml(path, "a list of suppressions");
  for (const auto& [key, value] : file) {
    if (key.str() == kVersionKey) {
      continue;
    }
    if (key.str() != "suppress" || !value.is_array_of_tables()) {
      fail(key.source().begin.line,
           fmt::format("expected [[suppress]] tables and {}, got '{}'", kVersionKey, visible_text(key.str())));
    }
    for (const auto& node : *value.as_array()) {
      const toml::table& table = *node.as_table();
      Suppression entry;
      entry.line = table.source().begin.line;
      for (const auto& [name, content] : table) {
        static constexpr std::string_view kNames[] = {"signature", "pattern", "reason", "until"};
        if (std::find(std::begin(kNames), std::end(kNames), name.str()) == std::end(kNames)) {
          const std::string meant = nearest_word(name.str(), {std::begin(kNames), std::end(kNames)});
          fail(name.source().begin.line,
               fmt::format("expected signature, pattern, reason or until, got '{}'{}", visible_text(name.str()),
                           meant.empty() ? "" : "; did you mean " + meant + "?"));
        }
        if (!content.is_string() && !(name.str() == "until" && content.is_date())) {
          fail(name.source().begin.line, fmt::format("expected a text in quotes for {}", name.str()));
        }
      }
      entry.signature = text_of(table, "signature");
      entry.pattern = text_of(table, "pattern");
      entry.reason = visible_text(text_of(table, "reason"));
      entry.until = text_of(table, "until");
      if (const auto date = table["until"].value<toml::date>()) {
        entry.until = fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day);
      }
      if (entry.signature.empty() == entry.pattern.empty()) {
        fail(entry.line, "expected either a signature or a pattern");
      }
      if (entry.reason.empty()) {
        fail(entry.line, "expected a reason: who will know later why this leak is let through?");
      }
      if (!entry.signature.empty() && !is_signature(entry.signature)) {
        fail(table["signature"].node()->source().begin.line,
             fmt::format("expected a signature of 16 hexadecimal digits, as reports print it, got '{}'",
                         visible_text(entry.signature, 60)));
      }
      if (!entry.until.empty() && !is_date(entry.until)) {
        fail(table["until"].node()->source().begin.line,
             fmt::format("expected a day such as until = 2026-12-31, got '{}'", visible_text(entry.until, 60)));
      }
      list.push_back(std::move(entry));
    }
  }
  const bool has_signatures =
      std::any_of(list.begin(), list.end(), [](const Suppression& entry) { return !entry.signature.empty(); });
  if (has_signatures) {
    const toml::node* const node = file.get(kVersionKey);
    const std::string version =
        node == nullptr ? "1" : fmt::format("{}", node->value<std::int64_t>().value_or(std::int64_t{0}));
    require_signature_version(
        path, version, "list",
        fmt::format("Replace them by the signatures that a report of this heapdiff prints, and write {} = {} at the "
                    "top of the list.",
                    kVersionKey, kSignatureVersion));
  }
  return list;
}

void compare_with_baseline(const LabelledSuspects& found, const std::vector<BaselineLeak>& baseline,
                           std::vector<bool>& seen, std::vector<ReportKnownLeak>& out) {
  // Where the baseline has no interval, a rate that is higher by a quarter is worse.
  constexpr double kMinWorseFactor = 1.25;
  for (std::size_t i = 0; i < found.suspects.size(); ++i) {
    const Suspect& suspect = found.suspects[i];
    const std::string& title = found.labels[i].title;
    const auto old = std::find_if(baseline.begin(), baseline.end(),
                                  [&](const BaselineLeak& b) { return b.signature == suspect.signature; });
    const std::optional<double> now = suspect.rate ? std::optional(suspect.rate->estimate) : std::nullopt;
    if (old == baseline.end()) {
      out.push_back({KnownLeakState::new_leak, suspect.signature, fmt::format("{}, {}", title, rate_text(now))});
      continue;
    }
    seen[static_cast<std::size_t>(old - baseline.begin())] = true;
    bool worse = false;
    if (now && old->bytes_per_hour) {
      const double before = old->highest.value_or(kMinWorseFactor * *old->bytes_per_hour);
      worse = suspect.rate->low.value_or(*now) > before;
    }
    out.push_back({worse ? KnownLeakState::worse : KnownLeakState::known, suspect.signature,
                   fmt::format("{}, {} (baseline: {})", title, rate_text(now), rate_text(old->bytes_per_hour))});
  }
}

std::vector<ReportKnownLeak> unseen(const std::vector<BaselineLeak>& baseline, const std::vector<bool>& seen) {
  std::vector<ReportKnownLeak> out;
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    if (!seen[i]) {
      out.push_back({KnownLeakState::fixed, baseline[i].signature,
                     fmt::format("{}: not among the suspects any more (baseline: {})", baseline[i].title,
                                 rate_text(baseline[i].bytes_per_hour))});
    }
  }
  return out;
}

std::vector<bool> suppress(const LabelledSuspects& found, const std::vector<Suppression>& list,
                           const std::string& today, std::vector<bool>& used, std::vector<ReportKnownLeak>& out) {
  std::vector<bool> suppressed(found.suspects.size(), false);
  for (std::size_t e = 0; e < list.size(); ++e) {
    const Suppression& entry = list[e];
    if (!entry.until.empty() && entry.until < today) {
      used[e] = true;
      out.push_back(
          {KnownLeakState::expired, entry.signature, fmt::format("{} ended on {}", entry_text(entry), entry.until)});
      continue;
    }
    for (std::size_t i = 0; i < found.suspects.size(); ++i) {
      if (!matches(entry, found.suspects[i], found.labels[i])) {
        continue;
      }
      used[e] = true;
      if (!suppressed[i]) {
        out.push_back({KnownLeakState::suppressed, found.suspects[i].signature,
                       fmt::format("{}: {}", found.labels[i].title, entry_text(entry))});
      }
      suppressed[i] = true;
    }
  }
  return suppressed;
}

std::vector<ReportKnownLeak> unused(const std::vector<Suppression>& list, const std::vector<bool>& used) {
  std::vector<ReportKnownLeak> out;
  for (std::size_t e = 0; e < list.size(); ++e) {
    if (!used[e]) {
      out.push_back({KnownLeakState::stale, list[e].signature, entry_text(list[e]) + " matches no suspect"});
    }
  }
  return out;
}

}  // namespace heapdiff
