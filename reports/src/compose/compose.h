#pragma once
#include "heapdiff/reports/rca_report.h"
#include "model/document.h"

#include <cstddef>
#include <string>

namespace heapdiff::compose {

/// The whole report in the order of a reader's questions: what, how fast, where and why, what is ruled out, what to do.
[[nodiscard]] model::Document compose_report(const RcaReport& report);
/// A post-mortem with the same evidence, and with blanks for what only people know.
[[nodiscard]] model::Document compose_postmortem(const RcaReport& report);

/// A ticket on one screen: at most 40 lines of Jira's markup for one suspect. Folders of machines are left out.
/// `attached`: the name of the report that is attached to the ticket; empty when none is.
[[nodiscard]] model::Document compose_ticket(const RcaReport& report, const std::string& attached = {});

/// Gates and suspects on one page. A step summary may have 1 MB; this is much less.
[[nodiscard]] model::Document compose_summary(const RcaReport& report);

/// Parts that several documents use.
/// The tables of `heapdiff compare`: at most `most` rows by holder.
void compose_owners(model::Document& out, const RcaReport& report, unsigned level);
void compose_comparison(model::Document& out, const RcaReport& report, std::size_t most, unsigned level,
                        bool totals = true);
void compose_gates(model::Document& out, const RcaReport& report, unsigned level);
void compose_heap(model::Document& out, const RcaReport& report);  ///< a table of the snapshots
void compose_verdict(model::Document& out, const RcaReport& report);
void compose_rates(model::Document& out, const RcaReport& report);
/// The first site and its source: the marked line with at most `neighbours` on each side.
void compose_line(model::Document& out, const ReportSuspect& suspect, std::size_t neighbours = 8);
void compose_evidence(model::Document& out, const ReportSuspect& suspect);  ///< growth, counts, commit, fix, signature
void compose_other_lines(model::Document& out, const ReportSuspect& suspect, unsigned level);
/// "2026-03-02 01:00:00" of a time in UTC, for tables that people read.
[[nodiscard]] std::string time_words(const std::string& time);
/// A table with the heap, what the suspect held, and its count, at `most_rows` snapshots at most.
void compose_growth(model::Document& out, const RcaReport& report, const ReportSuspect& suspect, std::size_t most_rows);
/// At most seven steps of the path: what holds the holder, and what it holds.
void compose_path_around_holder(model::Document& out, const ReportSuspect& suspect);
void compose_path(model::Document& out, const ReportSuspect& suspect, unsigned level);
void compose_tables(model::Document& out, const RcaReport& report, unsigned level);
void compose_fix_pattern(model::Document& out, const RepairKit& kit, unsigned level);
void compose_test(model::Document& out, const RepairKit& kit, unsigned level);
void compose_monitoring(model::Document& out, const RepairKit& kit, unsigned level);
void compose_dashboard(model::Document& out, const RepairKit& kit);
void compose_runbook(model::Document& out, const RepairKit& kit, unsigned level);
/// All of the above parts of a kit.
void compose_kit(model::Document& out, const RepairKit& kit, unsigned level);
void compose_inputs(model::Document& out, const RcaReport& report);
/// The place of a site with as much confidence as there is: "a.js:5", "in read (a.js:41)", "in a.js, near line 5".
[[nodiscard]] model::Spans place_spans(const ReportSite& site);
/// The advice, with words between backticks as code.
[[nodiscard]] model::Spans fix_spans(const ReportSuspect& suspect);
[[nodiscard]] std::vector<model::Spans> lines_of(const std::vector<std::string>& texts);
[[nodiscard]] std::string arrows(const std::vector<std::int64_t>& values);

}  // namespace heapdiff::compose
