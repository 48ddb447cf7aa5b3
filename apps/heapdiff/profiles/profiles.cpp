#include "profiles/profiles.h"

#include "heapdiff/diff/quantity.h"
#include "heapdiff/reports/build_comparison.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/table_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::string_view kEnding = ".heapprofile";

Site site_of(SourceRoot& root, const FunctionPosition& position, bool no_excerpts) {
  if (position.script.empty()) {
    return {};
  }
  Site site = root.position(position);
  if (no_excerpts) {
    site.excerpt.clear();
  }
  return site;
}

std::string place_text(const Site& site) {
  return site.file.empty() ? std::string() : fmt::format("{}:{}", visible_text(site.file), site.line);
}

/// Puts the rows after the first `top` aside; 0 keeps all.
void cut(ReportTable& table, std::size_t top) {
  if (top != 0 && table.rows.size() > top) {
    table.rows_left_out = table.rows.size() - top;
    table.rows.resize(top);
  }
}

}  // namespace

bool is_profile(const std::string& path) {
  if (path.ends_with(kEnding)) {
    return true;
  }
  std::ifstream in(path, std::ios::binary);
  std::array<char, 64> first{};
  in.read(first.data(), first.size());
  std::string text(first.data(), static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return text.starts_with(R"({"head":{)");
}

RcaReport compare_profile_files(const std::string& base, const std::string& now, const SourceLocations& source,
                                ProfileComparison& comparison) {
  const HeapProfile old_profile = read_heap_profile(base);
  const HeapProfile new_profile = read_heap_profile(now);
  SourceRoot root(source.root, source.map);
  comparison = compare_profiles(old_profile, new_profile, [&](const FunctionPosition& position) {
    CodePlace place;
    place.script = position.script;
    place.line = position.line;
    place.column = position.column;
    return root.function_name(place, position.name);
  });
  ProfileReportInput input;
  input.comparison = &comparison;
  input.base_path = base;
  input.new_path = now;
  for (const ProfileRow& row : comparison.rows) {
    input.sites.push_back(site_of(root, row.position, source.no_excerpts));
  }
  input.warnings = root.warnings();
  input.tool_version = HEAPDIFF_VERSION;
  return build_profile_comparison(input);
}

TableReport summarize_profile(const std::string& path, const SourceLocations& source, std::size_t top) {
  const HeapProfile profile = read_heap_profile(path);
  SourceRoot root(source.root, source.map);
  TableReport report;
  report.command = "summary";
  report.title = "Sampling profile";
  report.tool_version = HEAPDIFF_VERSION;
  ReportSnapshot input;
  input.path = visible_text(path);
  input.captured_at_source = "none";
  input.compression = "none";
  input.self_size_bytes = profile.live_bytes;
  report.inputs.push_back(std::move(input));
  report.facts = {{"liveBytes", "Live bytes", CellKind::bytes, number(profile.live_bytes)},
                  {"samples", "Samples", CellKind::count, number(profile.samples)},
                  {"runtimeBytes", "Of the runtime alone", CellKind::bytes, number(profile.runtime.live_bytes)}};
  ReportTable functions;
  functions.key = "functions";
  functions.title = "Live bytes by function that allocated them";
  functions.columns = {{"bytes", "Live", CellKind::bytes},       {"share", "", CellKind::share},
                       {"error", "Error", CellKind::bytes},      {"samples", "Samples", CellKind::count, 100},
                       {"function", "Function", CellKind::text}, {"place", "Begins at", CellKind::text}};
  functions.when_empty = "No function of the program allocated anything that is alive.";
  const std::size_t rows = profile.functions.size() + 1;
  const double one =
      profile.samples == 0 ? 0 : static_cast<double>(profile.live_bytes) / static_cast<double>(profile.samples);
  std::map<std::string, std::uint64_t> packages;
  std::uint64_t rest = profile.live_bytes;
  const auto add = [&](const ProfiledFunction& f, const std::string& name, const std::string& place) {
    functions.rows.push_back({number(f.live_bytes), share(f.live_bytes, profile.live_bytes),
                              static_cast<std::int64_t>(sampling_error(f.squares, one * one, rows)), number(f.samples),
                              name, place});
    rest -= f.live_bytes;
  };
  for (const ProfiledFunction& f : profile.functions) {
    const Site site = root.position(f.position);
    packages[site.package.empty() ? "(application)" : visible_text(site.package, 120)] += f.live_bytes;
    add(f, site.function.empty() ? "(anonymous)" : visible_text(site.function, 120), place_text(site));
  }
  if (profile.runtime.live_bytes > 0) {
    packages["engine"] += profile.runtime.live_bytes;
    add(profile.runtime, "(runtime)", {});
  }
  std::stable_sort(functions.rows.begin(), functions.rows.end(), [](const auto& a, const auto& b) {
    return std::get<std::int64_t>(a[0]) > std::get<std::int64_t>(b[0]);
  });
  cut(functions, top);
  functions.notes.emplace_back(
      "The error is that of the sampling, 95 % for all rows together: a function holds so much more or less.");
  ReportTable owners;
  owners.key = "packages";
  owners.title = "Live bytes by package";
  owners.columns = {
      {"bytes", "Live", CellKind::bytes}, {"share", "", CellKind::share}, {"name", "Package", CellKind::text}};
  std::vector<std::pair<std::string, std::uint64_t>> by_size(packages.begin(), packages.end());
  std::stable_sort(by_size.begin(), by_size.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [name, bytes] : by_size) {
    owners.rows.push_back({number(bytes), share(bytes, profile.live_bytes), name});
  }
  cut(owners, top);
  report.tables = {std::move(functions), std::move(owners)};
  report.sentences = profile_limits();
  report.sentences.emplace_back(
      "To see what grew, compare it with a later one: `heapdiff compare A.heapprofile B.heapprofile`. To see what "
      "holds "
      "the objects, take a heap snapshot: `heapdiff FILE --heap-profile PROFILE`.");
  report.warnings = root.warnings();
  return report;
}

}  // namespace heapdiff
