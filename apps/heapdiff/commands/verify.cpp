// `heapdiff verify`: analyses the series before and after a fix, and compares them by the signatures of the leaks.

#include "heapdiff/diff/verify.h"

#include "commands/command.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/table_report.h"
#include "heapdiff/snapshot/error.h"
#include "io/console.h"
#include "io/progress.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "options/series_options.h"
#include "options/source_options.h"
#include "pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace heapdiff {

namespace {

struct VerifyOptions {
  explicit VerifyOptions(CLI::App& app)
      : series(app, SeriesUse::timed), console(app, {"text", "markdown", "json", "csv"}), source(app), memory(app) {
    begin_group(app, "The two series");
    add_option(app, "--before", before, "The series with the leak: snapshots, or folders of them")
        .required()
        .type_name("SERIES");
    add_option(app, "--after", after, "The series with the fix, under the same kind of load")
        .required()
        .type_name("SERIES");
    begin_group(app, "Other");
    add_flag(app, "--lenient", lenient, "Exit 0, not 6, when the evidence does not suffice");
    add_flag(app, "--force", force, "Go on when the snapshots of a series are of different processes");
  }
  SeriesOptions series;
  Console console;
  SourceOptions source;
  MemoryOption memory;
  std::vector<std::string> before;
  std::vector<std::string> after;
  bool lenient = false;
  bool force = false;
};

const char* verdict_name(VerifyVerdict verdict) {
  return verdict == VerifyVerdict::pass ? "PASS" : verdict == VerifyVerdict::fail ? "FAIL" : "INCONCLUSIVE";
}

/// What became of a leak, in capitals before its line.
const char* state_name(const VerifyRow& row) {
  if (row.verdict == VerifyVerdict::inconclusive) {
    return "NOT CLEAR";
  }
  return row.verdict == VerifyVerdict::pass ? "FIXED" : row.cause == VerifyCause::new_leak ? "NEW LEAK" : "NOT FIXED";
}

/// "21.9 MB/h"; what stands for a rate that could not be measured is no number, and never "none".
std::string rate_text(const std::optional<Rate>& rate, bool per_operation) {
  return rate ? format_bytes(rate->estimate) + (per_operation ? "/op" : "/h") : std::string("rate unknown");
}

/// Whether the cause says that nothing was seen after the fix.
bool is_absent(VerifyCause cause) {
  return cause == VerifyCause::gone || cause == VerifyCause::too_short || cause == VerifyCause::no_scale ||
         cause == VerifyCause::not_shown || cause == VerifyCause::not_loaded;
}

std::string before_text(const VerifyRow& row, bool per_operation) {
  return row.is_new ? "none" : row.cause == VerifyCause::unexplained ? "" : rate_text(row.before, per_operation);
}

std::string after_text(const VerifyRow& row, bool per_operation) {
  if (row.cause == VerifyCause::levelled_off) {
    return "levels off";
  }
  return is_absent(row.cause)                    ? "none"
         : row.cause == VerifyCause::unexplained ? ""
                                                 : rate_text(row.after, per_operation);
}

/// What a reader has to know beside the rates; empty where they say all.
std::string reason_of(const VerifyRow& row) {
  switch (row.cause) {
    case VerifyCause::gone:
      return fmt::format("at the old rate it would have added {}", format_bytes(row.expected_bytes));
    case VerifyCause::levelled_off:
    case VerifyCause::still_grows:
    case VerifyCause::new_leak:
      return {};
    case VerifyCause::still_held:
      return fmt::format("still held by {}, which held the same objects before", row.held_by);
    case VerifyCause::may_grow:
      return "this series cannot tell a leak from a warm-up: take more snapshots after the fix";
    case VerifyCause::too_short:
      return fmt::format(
          "at the old rate the series after the fix would show only {}, too little to be seen: take a longer one",
          format_bytes(row.expected_bytes));
    case VerifyCause::no_scale:
      return "neither times nor operations are known: give --interval, --at or --ops";
    case VerifyCause::not_shown:
      return "the series before the fix did not show that it leaks: take three snapshots or more there";
    case VerifyCause::not_loaded:
      return "its file has no function in the series after the fix, nor have most other files of the program: take the "
             "snapshots of the same program, under the same load";
    case VerifyCause::unexplained:
      return "it grows steadily after the fix, and no place was found that holds the growth";
  }
  return {};
}

/// "FIXED: listeners for "E" held by Redis at src/cache.ts:53, 21.9 MB/h before, none now."
std::string line_of(const VerifyRow& row, bool per_operation) {
  std::string line = fmt::format("{}: {}", state_name(row), mask_secrets(row.name));
  if (const std::string before = before_text(row, per_operation); !before.empty()) {
    line += fmt::format(", {} before, {} now", before, after_text(row, per_operation));
  }
  // A fixed leak is no worry: what the old rate would have added stands in JSON.
  const std::string reason = row.verdict == VerifyVerdict::pass ? std::string() : mask_secrets(reason_of(row));
  return line + (reason.empty() ? "." : "; " + reason + ".");
}

/// "1 leak not fixed, 1 new, 2 fixed": what the rows add up to, so that the headline cannot contradict them.
std::string headline_of(const Verification& result) {
  const std::vector<VerifyRow>& rows = result.rows;
  if (rows.empty()) {
    return "no leak was found before the fix";
  }
  const auto count = [&](std::string_view state) {
    return std::count_if(rows.begin(), rows.end(), [&](const VerifyRow& row) { return state == state_name(row); });
  };
  std::string text;
  static constexpr std::pair<std::string_view, std::string_view> kStates[] = {
      {"NOT FIXED", "not fixed"}, {"NEW LEAK", "new"}, {"NOT CLEAR", "not clear"}, {"FIXED", "fixed"}};
  for (const auto& [state, words] : kStates) {
    if (const auto n = count(state); n > 0) {
      text += fmt::format("{}{}{} {}", text.empty() ? "" : ", ", n, text.empty() ? (n == 1 ? " leak" : " leaks") : "",
                          words);
    }
  }
  return text;
}

TableReport describe(const Verification& result) {
  TableReport out;
  out.command = "verify";
  out.has_signatures = true;
  out.title = fmt::format("{}: {}", verdict_name(result.verdict), headline_of(result));
  out.facts = {{"verdict", "Verdict", CellKind::words, std::string(verdict_name(result.verdict))}};
  if (result.rows.empty()) {
    out.sentences.emplace_back(
        "Nothing could be fixed that was not there. Take a longer series of the program that leaks.");
  }
  constexpr unsigned kInDataOnly = 10'000;  // columns: no terminal has so many
  ReportTable table;
  table.key = "leaks";
  table.title = "The same leaks by signature";
  // The lines above have it all but the signature: the names come only where there is room.
  table.columns = {{"state", "State", CellKind::words},
                   {"before", "Before", CellKind::words},
                   {"after", "Now", CellKind::words},
                   {"signature", "Signature", CellKind::text},
                   {"verdict", "Verdict", CellKind::words, kInDataOnly},
                   {"leak", "Leak", CellKind::words, 110},
                   {"reason", "Reason", CellKind::words, kInDataOnly}};
  for (const VerifyRow& row : result.rows) {
    table.rows.push_back({std::string(state_name(row)), before_text(row, result.per_operation),
                          after_text(row, result.per_operation), row.signature, std::string(verdict_name(row.verdict)),
                          mask_secrets(row.name), mask_secrets(reason_of(row))});
    out.sentences.push_back(line_of(row, result.per_operation));
  }
  out.tables = {std::move(table)};
  return out;
}

int verify_fix(const VerifyOptions& options) {
  const std::vector<FoundSeries> all = options.series.find_all({options.before, options.after});
  TerminalProgress progress(options.console.quiet());
  const SeriesReadOptions read{options.memory.limit_bytes(), false, &progress};
  std::vector<VerifySide> sides;
  std::vector<ReportSnapshot> inputs;
  std::vector<std::string> warnings;
  for (const FoundSeries& series : all) {
    Analysis analysis = find_leaks(read_inputs(series, read), options.force);
    const Conclusions conclusions = conclude(analysis, options.source.locations);
    const RcaReport report = build_report(report_input(analysis, conclusions));
    std::vector<std::string> names;
    for (const SuspectLabel& label : conclusions.labels) {
      names.push_back(label.subject);
    }
    sides.push_back(verify_side(series_evidence(analysis, conclusions), conclusions.sites.sites, names));
    inputs.insert(inputs.end(), report.snapshots.begin(), report.snapshots.end());
    for (const std::string& warning : report.warnings) {  // most are about the program, so that both series have them
      if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
        warnings.push_back(warning);
      }
    }
  }
  progress.clear();
  const Verification result = verify(sides.front(), sides.back());
  TableReport report = describe(result);
  report.tool_version = HEAPDIFF_VERSION;
  report.inputs = std::move(inputs);
  report.warnings = std::move(warnings);
  options.console.write([&](const std::string& format, const RenderOptions& how) {
    return render_tables(options.console.without_people(report, format), format, how);
  });
  options.console.warn(fmt::format("verify: {}", verdict_name(result.verdict)));
  if (result.verdict == VerifyVerdict::fail) {
    return 1;
  }
  return result.verdict == VerifyVerdict::pass || options.lenient ? 0 : exit_code(ErrorKind::evidence);
}

}  // namespace

CommandRunner setup_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>(app);
  return [options](const Invocation&) {
    options->console.validate();
    options->source.validate();
    return verify_fix(*options);
  };
}

}  // namespace heapdiff
