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

namespace heapdiff {

namespace {

struct VerifyOptions {
  explicit VerifyOptions(CLI::App& app)
      : series(app, false), console(app, {"text", "markdown", "json", "csv"}), source(app), memory(app) {
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

std::string rate_text(const std::optional<Rate>& rate, bool per_operation) {
  return rate ? format_bytes(rate->estimate) + (per_operation ? "/op" : "/h") : std::string("none seen");
}

std::string reason_of(const VerifyRow& row) {
  switch (row.cause) {
    case VerifyCause::gone:
      return fmt::format("Gone: at the old rate it would have added {}.", format_bytes(row.expected_bytes));
    case VerifyCause::levelled_off:
      return "It grew, and levelled off.";
    case VerifyCause::still_grows:
      return "It still grows.";
    case VerifyCause::still_held:
      return fmt::format("Still held by {}, which held the same objects before.", row.held_by);
    case VerifyCause::new_leak:
      return "A new leak: it was not there before.";
    case VerifyCause::may_grow:
      return "It grew, but this series cannot tell a leak from a warm-up: take more snapshots after the fix.";
    case VerifyCause::too_short:
      return fmt::format(
          "At the old rate it would have added {} only, too little to be seen: take a longer series "
          "after the fix.",
          format_bytes(row.expected_bytes));
    case VerifyCause::no_scale:
      return "Not seen any more, but neither times nor operations are known: give --interval, --at or --ops.";
    case VerifyCause::not_shown:
      return "The series before the fix did not show that it leaks: take three snapshots or more there.";
    case VerifyCause::unexplained:
      return "The heap grows steadily after the fix, and no place was found that holds the growth.";
  }
  return {};
}

TableReport describe(const Verification& result) {
  TableReport out;
  out.command = "verify";
  out.title = fmt::format("Verification of a fix: {}", verdict_name(result.verdict));
  out.facts = {{"verdict", "Verdict", CellKind::words, std::string(verdict_name(result.verdict))}};
  if (result.rows.empty()) {
    out.sentences.emplace_back(
        "No leak was found before the fix: there is nothing that it could have mended. Take a longer series of the "
        "program that leaks.");
  }
  ReportTable table;
  table.key = "leaks";
  table.title = "Leaks by signature, rates side by side";
  // The table repeats the sentences where there is room.
  table.columns = {{"verdict", "Verdict", CellKind::words}, {"before", "Before", CellKind::words},
                   {"after", "After", CellKind::words},     {"signature", "Signature", CellKind::text},
                   {"leak", "Leak", CellKind::words, 110},  {"reason", "Reason", CellKind::words, 160}};
  for (const VerifyRow& row : result.rows) {
    const std::string name = mask_secrets(row.name);
    table.rows.push_back({std::string(verdict_name(row.verdict)), rate_text(row.before, result.per_operation),
                          rate_text(row.after, result.per_operation), row.signature, name,
                          mask_secrets(reason_of(row))});
    out.sentences.push_back(fmt::format("{}: {}. Before {}, after {}. {}", verdict_name(row.verdict), name,
                                        rate_text(row.before, result.per_operation),
                                        rate_text(row.after, result.per_operation), mask_secrets(reason_of(row))));
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
      names.push_back(label.name);
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
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) { return render_tables(report, format, how); });
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
