#pragma once
// Every text of a report. Secrets are masked through this visitor and in no other way.
//
// Each function below names all members of its struct in a structured binding, so that a new member does not compile
// until somebody has decided here what it is. tests/reports/report_texts_test.cpp fails for a text that is not visited.

#include "heapdiff/reports/rca_report.h"

#include <cstddef>
#include <string>
#include <vector>

namespace heapdiff {

/// What a text may hold, and so how it is masked.
enum class TextKind {
  words,     ///< a sentence, a name, a path: mask_secrets()
  code,      ///< a line of source: mask_code()
  key,       ///< the name of a property or variable: mask_key()
  event,     ///< the name of an event: mask_secrets(), and data in it folded
  data_key,  ///< a key of a dictionary that grows: data whatever it looks like, shown as "*"
  fixed,  ///< written by heapdiff without any name of the heap (a digest, a date, a unit), or masked when made (kits)
};

namespace texts {

template <class Visit>
void visit_all(std::vector<std::string>& list, TextKind kind, Visit& visit) {
  for (std::string& text : list) {
    visit(text, kind);
  }
}

template <class Visit>
void visit_runtime(ReportRuntime& runtime, Visit& visit) {
  auto& [name, node_version] = runtime;
  visit(name, TextKind::fixed);
  visit(node_version, TextKind::words);
}

template <class Visit>
void visit_snapshot(ReportSnapshot& snapshot, Visit& visit) {
  auto& [path, captured_at, captured_at_source, node_count, edge_count, self_size_bytes, off_heap_bytes, file_bytes,
         stored_bytes, compression, digest, allocation_traces, runtime] = snapshot;
  visit(path, TextKind::words);
  if (captured_at) {
    visit(*captured_at, TextKind::fixed);
  }
  visit(captured_at_source, TextKind::fixed);
  visit(compression, TextKind::fixed);
  visit(digest, TextKind::fixed);
  if (runtime) {
    visit_runtime(*runtime, visit);
  }
}

template <class Visit>
void visit_excerpt_line(ExcerptLine& excerpt_line, Visit& visit) {
  auto& [line, text, marked] = excerpt_line;
  visit(text, TextKind::code);
}

template <class Visit>
void visit_site(ReportSite& site, Visit& visit) {
  auto& [file, line, column, function, role, evidence, precision, note, package, generated_file, generated_line,
         generated_column, excerpt, excerpt_is_generated, missing_source] = site;
  visit(file, TextKind::words);
  visit(function, TextKind::words);
  visit(note, TextKind::words);
  visit(package, TextKind::words);
  visit(generated_file, TextKind::words);
  visit(missing_source, TextKind::words);
  for (ExcerptLine& excerpt_line : excerpt) {
    visit_excerpt_line(excerpt_line, visit);
  }
}

template <class Visit>
void visit_path_step(ReportPathStep& step, TextKind edge_kind, Visit& visit) {
  auto& [edge, edge_type, node, node_type, node_id, repeats, role] = step;
  visit(edge, edge_kind);
  visit(node, TextKind::words);
  visit(node_type, TextKind::words);  // a type that only a newer V8 has is named by the file
}

template <class Visit>
void visit_counter(ReportCounter& counter, Visit& visit) {
  auto& [label, values] = counter;
  visit(label, TextKind::words);
}

template <class Visit>
void visit_commit(ReportCommit& commit, Visit& visit) {
  auto& [id, author_date, subject, before_first_capture] = commit;
  visit(id, TextKind::fixed);
  visit(author_date, TextKind::fixed);
  visit(subject, TextKind::words);
}

/// repair_kit() masks the names that it fills in. To mask the code again would break it.
template <class Visit>
void visit_kit(RepairKit& kit, Visit& visit) {
  auto& [pattern, before, after, test_file, test, metric, emit, prometheus_rules, datadog_monitor, datadog_dashboard,
         runbook] = kit;
  for (std::string* text : {&pattern, &before, &after, &test_file, &test, &metric, &emit, &prometheus_rules,
                            &datadog_monitor, &datadog_dashboard}) {
    visit(*text, TextKind::fixed);
  }
  visit_all(runbook, TextKind::fixed, visit);
}

/// Which step of the path is the edge that a key of a growing dictionary names; the length of the path when none is.
[[nodiscard]] std::size_t data_key_step(const ReportSuspect& suspect);

template <class Visit>
void visit_path(ReportSuspect& suspect, Visit& visit) {
  const std::size_t data_key = data_key_step(suspect);
  bool of_events = false;  // the step before leads to the table of an emitter's events
  for (std::size_t i = 0; i < suspect.path.size(); ++i) {
    const bool to_events = suspect.path[i].edge == "_events";
    visit_path_step(suspect.path[i],
                    i == data_key ? TextKind::data_key
                    : of_events   ? TextKind::event
                                  : TextKind::key,
                    visit);
    of_events = to_events;
  }
}

template <class Visit>
void visit_holder(ReportHolder& other, Visit& visit) {
  auto& [holder, label, content, node_id, counts, must_be_cut, place] = other;
  visit(holder, TextKind::words);
  visit(label, TextKind::key);
  visit(content, TextKind::words);
  visit(place, TextKind::fixed);
}

template <class Visit>
void visit_suspect(ReportSuspect& suspect, Visit& visit) {
  auto& [kind, cause, constructor, title, why, evidence, confidence, signature, proven, ages, shape_convicts,
         retained_bytes, object_count_growth, growth_bytes, rate, per_operation, per_step, detectable_rate, sites, path,
         ruled_out, off_heap_bytes, other_holders, holders, levels, counters, fix_frees_bytes, fix_frees_text, fix,
         commit, kit, commit_text, commit_notes, recent_commits] = suspect;
  visit_path(suspect, visit);
  visit(kind, TextKind::fixed);
  visit(signature, TextKind::fixed);
  for (std::string* text : {&constructor, &title, &why, &evidence, &fix_frees_text, &fix, &commit_text}) {
    visit(*text, TextKind::words);
  }
  for (ReportSite& site : sites) {
    visit_site(site, visit);
  }
  visit_all(ruled_out, TextKind::words, visit);
  visit_all(other_holders, TextKind::words, visit);
  for (ReportHolder& holder : holders) {
    visit_holder(holder, visit);
  }
  for (ReportCounter& counter : counters) {
    visit_counter(counter, visit);
  }
  if (commit) {
    visit_commit(*commit, visit);
  }
  if (kit) {
    visit_kit(*kit, visit);
  }
  visit_all(commit_notes, TextKind::words, visit);
  for (ReportCommit& recent : recent_commits) {
    visit_commit(recent, visit);
  }
}

template <class Visit>
void visit_growth_row(ReportGrowthRow& row, Visit& visit) {
  auto& [name, place, count_before, count_after, self_before, self_after, retained_before, retained_after] = row;
  visit(name, TextKind::words);
  visit(place, TextKind::words);
}

/// The tree has a few levels by construction, so that recursion is safe.
template <class Visit>
void visit_growth_node(ReportGrowthNode& node, Visit& visit) {  // NOLINT(misc-no-recursion)
  auto& [name, kind, bytes, children] = node;
  visit(name, TextKind::words);
  for (ReportGrowthNode& child : children) {
    visit_growth_node(child, visit);
  }
}

template <class Visit>
void visit_gate(ReportGate& gate, Visit& visit) {
  auto& [expression, status, reason, next_capture, measured, unit, tolerated] = gate;
  visit(expression, TextKind::words);
  visit(reason, TextKind::words);
  visit(next_capture, TextKind::words);
  visit(unit, TextKind::fixed);
}

template <class Visit>
void visit_known_leak(ReportKnownLeak& known, Visit& visit) {
  auto& [state, signature, text] = known;
  visit(signature, TextKind::fixed);
  visit(text, TextKind::words);
}

template <class Visit>
void visit_compare_row(ReportCompareRow& row, Visit& visit) {
  auto& [kind, base_bytes, new_bytes, base_objects, new_objects, constructor, holder, label, package, sites, path,
         per_operation, per_hour, low, high, is_noise, is_new, suspect] = row;
  visit(kind, TextKind::fixed);
  visit(constructor, TextKind::words);
  visit(holder, TextKind::words);
  visit(label, TextKind::key);
  visit(package, TextKind::words);
  for (ReportSite& site : sites) {
    visit_site(site, visit);
  }
  for (ReportPathStep& step : path) {
    visit_path_step(step, TextKind::key, visit);
  }
}

template <class Visit>
void visit_compare_total(ReportCompareTotal& total, Visit& visit) {
  auto& [name, version, base_bytes, new_bytes] = total;
  visit(name, TextKind::words);
  visit(version, TextKind::words);
}

template <class Visit>
void visit_memory_point(ReportMemoryPoint& point, Visit& visit) {
  auto& [at, rss, heap_total, heap_used, external, array_buffers] = point;
  if (at) {
    visit(*at, TextKind::fixed);
  }
}

template <class Visit>
void visit_comparison(ReportComparison& comparison, Visit& visit) {
  auto& [of_profiles, base_bytes, new_bytes, base, now, unexplained_bytes, noise_floor_bytes, engine_differs, rows,
         packages, lines, constructors] = comparison;
  for (std::vector<ReportSnapshot>* snapshots : {&base, &now}) {
    for (ReportSnapshot& snapshot : *snapshots) {
      visit_snapshot(snapshot, visit);
    }
  }
  for (ReportCompareRow& row : rows) {
    visit_compare_row(row, visit);
  }
  for (std::vector<ReportCompareTotal>* totals : {&packages, &lines, &constructors}) {
    for (ReportCompareTotal& total : *totals) {
      visit_compare_total(total, visit);
    }
  }
}

template <class Visit>
void visit_owner(ReportOwner& owner, Visit& visit) {
  auto& [name, version, bytes] = owner;
  visit(name, TextKind::words);
  visit(version, TextKind::words);
}

/// A step's edge is a key or an event. What is a key of a dictionary was made "*" when the explorer was made.
template <class Visit>
void visit_explorer(HeapExplorer& explorer, Visit& visit) {
  auto& [names, edges, steps, suspects, classes, cells, table, table_left_out] = explorer;
  visit_all(names, TextKind::words, visit);
  for (auto& [name, is_event] : edges) {
    visit(name, is_event ? TextKind::event : TextKind::key);
  }
}

}  // namespace texts

/// Calls `visit(std::string& text, TextKind kind)` once for every text of the report. The kinds are those of the texts
/// before the call: `visit` may change them. O(texts).
template <class Visit>
void for_each_text(RcaReport& report, Visit visit) {
  auto& [tool_version, command_line, part, verdict, ages, headline, cautions, order_source, reason, repository_prefix,
         gates, known_leaks, snapshots, growth_bytes, covered_ms, heap_rate, rate_reason, heap_per_step,
         heap_per_operation, off_heap_rate, detectable_rate, hours_to_limit, observed_bytes_per_hour,
         observed_contradicts, rate_method, rate_notes, suspects, ruled_out, artefact_bytes, unattributed_bytes,
         growth_tree, dismissed_bytes, constructors, closures, listeners, limits_of_evidence, next_steps, self_check,
         shared_id_agreement, warnings, owners, memory, comparison, explorer] = report;
  visit(tool_version, TextKind::fixed);
  visit(part, TextKind::fixed);
  for (std::string* text : {&command_line, &headline, &reason, &repository_prefix, &rate_method, &rate_reason}) {
    visit(*text, TextKind::words);
  }
  for (ReportGate& gate : gates) {
    texts::visit_gate(gate, visit);
  }
  for (ReportKnownLeak& known : known_leaks) {
    texts::visit_known_leak(known, visit);
  }
  for (ReportSnapshot& snapshot : snapshots) {
    texts::visit_snapshot(snapshot, visit);
  }
  for (std::vector<std::string>* list :
       {&cautions, &rate_notes, &ruled_out, &limits_of_evidence, &next_steps, &self_check, &warnings}) {
    texts::visit_all(*list, TextKind::words, visit);
  }
  for (ReportSuspect& suspect : suspects) {
    texts::visit_suspect(suspect, visit);
  }
  for (std::vector<ReportGrowthRow>* rows : {&constructors, &closures, &listeners}) {
    for (ReportGrowthRow& row : *rows) {
      texts::visit_growth_row(row, visit);
    }
  }
  texts::visit_growth_node(growth_tree, visit);
  for (ReportOwner& owner : owners) {
    texts::visit_owner(owner, visit);
  }
  if (memory) {
    for (ReportMemoryPoint& point : memory->points) {
      texts::visit_memory_point(point, visit);
    }
  }
  if (comparison) {
    texts::visit_comparison(*comparison, visit);
  }
  if (explorer) {
    texts::visit_explorer(*explorer, visit);
  }
}

}  // namespace heapdiff
