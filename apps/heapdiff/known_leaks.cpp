#include "known_leaks.h"

#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fnmatch.h>
#include <fstream>
#include <toml++/toml.h>

namespace heapdiff {

namespace {

std::string rate_text(std::optional<double> rate) {
  return rate ? format_bytes(*rate) + "/h" : std::string("a rate that is not known");
}

bool matches(const Suppression& entry, const ReportSuspect& suspect) {
  if (!entry.signature.empty()) {
    return entry.signature == suspect.signature;
  }
  return fnmatch(("*" + entry.pattern + "*").c_str(), suspect.title.c_str(), FNM_CASEFOLD) == 0;
}

std::string text_of(const toml::table& table, const char* key) { return table[key].value_or(std::string()); }

}  // namespace

std::vector<BaselineLeak> read_baseline(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(ErrorKind::input, path, std::nullopt, "expected a report of heapdiff, it cannot be opened");
  }
  std::vector<BaselineLeak> leaks;
  try {
    const nlohmann::json report = nlohmann::json::parse(file);
    if (!report.is_object() || report.value("schemaVersion", 0) != 1 || !report.contains("suspects")) {
      throw Error(ErrorKind::input, path, std::nullopt,
                  "expected a report of heapdiff with schemaVersion 1 and suspects",
                  "Write one with heapdiff SERIES -o json=FILE.");
    }
    for (const auto& suspect : report["suspects"]) {
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
    throw Error(ErrorKind::input, path, e.byte, "expected JSON");
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::input, path, std::nullopt, "expected each suspect to have a signature and a rate");
  }
  return leaks;
}

std::vector<Suppression> read_suppressions(const std::string& path) {
  std::vector<Suppression> list;
  const auto fail = [&](std::uint32_t line, const std::string& what) -> void {
    throw Error(ErrorKind::input, path, std::nullopt, fmt::format("line {}: {}", line, what));
  };
  try {
    const toml::table file = toml::parse_file(path);
    for (const auto& [key, value] : file) {
      if (key.str() != "suppress" || !value.is_array_of_tables()) {
        fail(key.source().begin.line, fmt::format("expected [[suppress]] tables, got '{}'", visible_text(key.str())));
      }
      for (const auto& node : *value.as_array()) {
        const toml::table& table = *node.as_table();
        Suppression entry;
        entry.line = table.source().begin.line;
        for (const auto& [name, content] : table) {
          static constexpr std::string_view kNames[] = {"signature", "pattern", "reason", "until"};
          if (std::find(std::begin(kNames), std::end(kNames), name.str()) == std::end(kNames)) {
            fail(name.source().begin.line,
                 fmt::format("expected signature, pattern, reason or until, got '{}'", visible_text(name.str())));
          }
          if (!content.is_string() && !(name.str() == "until" && content.is_date())) {
            fail(name.source().begin.line, fmt::format("expected a text for {}", name.str()));
          }
        }
        entry.signature = text_of(table, "signature");
        entry.pattern = text_of(table, "pattern");
        entry.reason = visible_text(text_of(table, "reason"));
        entry.until = text_of(table, "until");
        if (const auto date = table["until"].value<toml::date>()) {
          entry.until = fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day);
        }
        const bool dated =
            entry.until.empty() || fnmatch("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]", entry.until.c_str(), 0) == 0;
        if (entry.signature.empty() == entry.pattern.empty()) {
          fail(entry.line, "expected either a signature or a pattern");
        }
        if (entry.reason.empty()) {
          fail(entry.line, "expected a reason: who will know later why this leak is let through?");
        }
        if (!dated) {
          fail(entry.line, fmt::format("expected until = 2026-12-31, got '{}'", visible_text(entry.until)));
        }
        list.push_back(std::move(entry));
      }
    }
  } catch (const toml::parse_error& e) {
    fail(e.source().begin.line, std::string(e.description()));
  }
  return list;
}

void compare_with_baseline(RcaReport& report, const std::vector<BaselineLeak>& baseline) {
  // Without an interval in the baseline, a quarter more is worse.
  constexpr double kClearlyMore = 1.25;
  for (const ReportSuspect& suspect : report.suspects) {
    const auto old = std::find_if(baseline.begin(), baseline.end(),
                                  [&](const BaselineLeak& b) { return b.signature == suspect.signature; });
    const std::optional<double> now = suspect.rate ? std::optional(suspect.rate->estimate) : std::nullopt;
    if (old == baseline.end()) {
      report.known_leaks.push_back({"new", suspect.signature, fmt::format("{}, {}", suspect.title, rate_text(now))});
      continue;
    }
    bool worse = false;
    if (now && old->bytes_per_hour) {
      const double before = old->highest.value_or(kClearlyMore * *old->bytes_per_hour);
      worse = suspect.rate->low.value_or(*now) > before;
    }
    report.known_leaks.push_back(
        {worse ? "worse" : "known", suspect.signature,
         fmt::format("{}, {} (baseline: {})", suspect.title, rate_text(now), rate_text(old->bytes_per_hour))});
  }
  for (const BaselineLeak& old : baseline) {
    const bool there = std::any_of(report.suspects.begin(), report.suspects.end(),
                                   [&](const ReportSuspect& s) { return s.signature == old.signature; });
    if (!there) {
      report.known_leaks.push_back({"fixed", old.signature,
                                    fmt::format("{}: not among the suspects any more (baseline: {})", old.title,
                                                rate_text(old.bytes_per_hour))});
    }
  }
}

std::vector<bool> suppress(RcaReport& report, const std::vector<Suppression>& list, const std::string& today) {
  std::vector<bool> suppressed(report.suspects.size(), false);
  for (const Suppression& entry : list) {
    const std::string name = entry.signature.empty() ? "pattern " + visible_text(entry.pattern)
                                                     : "signature " + visible_text(entry.signature);
    const std::string reason = fmt::format("{} (line {}; {})", name, entry.line, entry.reason);
    if (!entry.until.empty() && entry.until < today) {
      report.known_leaks.push_back({"expired", entry.signature, fmt::format("{} ended on {}", reason, entry.until)});
      continue;
    }
    bool used = false;
    for (std::size_t i = 0; i < report.suspects.size(); ++i) {
      if (matches(entry, report.suspects[i])) {
        used = true;
        if (!suppressed[i]) {
          report.known_leaks.push_back(
              {"suppressed", report.suspects[i].signature, fmt::format("{}: {}", report.suspects[i].title, reason)});
        }
        suppressed[i] = true;
      }
    }
    if (!used) {
      report.known_leaks.push_back({"stale", entry.signature, reason + " matches no suspect"});
    }
  }
  return suppressed;
}

}  // namespace heapdiff
