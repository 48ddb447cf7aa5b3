// One suspect in words: what grew, where, why, the evidence, and the fix.

#include "compose/fix_words.h"
#include "compose/report_parts.h"
#include "compose/report_words.h"
#include "compose/shown_places.h"
#include "heapdiff/diff/class_words.h"
#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/diff/series.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/repair_kit.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff::compose {

namespace {

/// Source text with blanks for its tabs: a report has no room for tabs of eight columns.
std::string without_tabs(std::string_view text) {
  constexpr std::size_t kTab = 2;
  std::string out;
  for (const char c : text) {
    if (c == '\t') {
      out.append(kTab - out.size() % kTab, ' ');
    } else {
      out += c;
    }
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

/// Which folder would give the text of a site; empty when it was found.
std::string missing_source(const Site& site) {
  if (site.missing_folder.empty()) {
    return {};
  }
  const std::string folder = visible_text(site.missing_folder, 200);
  return site.package.empty()
             ? fmt::format("Its text was not found: name the folder that was {} with --source-root.", folder)
             : fmt::format(
                   "Its text was not found: name the folder that holds node_modules, {} when the program ran, or one "
                   "below it, "
                   "with --source-root.",
                   folder);
}

/// `Map "registry"`.
std::string holder_text(const OtherHolder& other) {
  return other.label.empty() ? other.holder : fmt::format("{} \"{}\"", other.holder, other.label);
}

/// What a holder refers to, in a reader's words.
std::string content_words(const OtherHolder& other) {
  return other.content == "blink::RegisteredEventListener" ? "event listeners"
                                                           : class_noun(other.content, other.counts.back());
}

void set_holders(ReportSuspect& out, const Suspect& s) {
  for (const OtherHolder& other : s.other_holders) {
    if (out.ages == AgeSource::structure) {
      out.holders.push_back({other.holder,
                             other.label,
                             other.content,
                             other.holder_id,
                             {other.counts.back()},
                             other.must_be_cut,
                             other.place});
      out.other_holders.push_back(fmt::format(
          "{}: {} {}", other.label.empty() ? other.holder : fmt::format("{} ({})", other.label, other.holder),
          format_count(other.counts.back()), content_words(other)));
      continue;
    }
    out.holders.push_back(
        {other.holder, other.label, other.content, other.holder_id, other.counts, other.must_be_cut, other.place});
    // What it had at the first snapshot and has no more is not known.
    const std::int64_t newer = other.counts.back() - other.counts.front();
    out.other_holders.push_back(
        fmt::format("{}: {} {} at the end, {} newer than the first snapshot",
                    other.label.empty() ? other.holder : fmt::format("{} ({})", other.label, other.holder),
                    format_count(other.counts.back()), content_words(other),
                    newer == other.counts.back() ? std::string("all") : format_count(newer)));
  }
}

/// What has to be cut at once so that the objects are freed; empty where the suspect's own holders are enough.
std::string cut_together(const Suspect& s) {
  std::string holders;
  std::size_t count = 0;
  for (const OtherHolder& other : s.other_holders) {
    if (other.must_be_cut) {
      holders += (holders.empty() ? "" : " and ") + holder_text(other);
      ++count;
    }
  }
  if (count == 0) {
    return {};
  }
  return fmt::format("{} keep{} some of the same objects: cut together, {} holders free {}.", holders,
                     count == 1 ? "s" : "", count == 1 ? "both" : "all",
                     format_bytes(static_cast<double>(s.fix_frees_together_bytes)));
}

/// The class of the object that has the suspect's label as a property; empty when that is no class of the program.
std::string owner_of_label(const Suspect& s) {
  for (std::size_t i = 1; i < s.path.size(); ++i) {
    if (s.path[i].edge != s.label || s.path[i].edge_type != EdgeType::property) {
      continue;
    }
    const SuspectStep& owner = s.path[i - 1];
    const bool named = owner.node_type == NodeType::object && !owner.node.empty() &&
                       owner.node.find_first_of("({ /") == std::string::npos;
    return named && owner.node != "Object" ? owner.node : std::string();
  }
  return {};
}

LeakNames leak_names(const Suspect& s, const ReportSuspect& out, const std::vector<Site>& sites,
                     std::span<const Facts> facts) {
  LeakNames names;
  names.kind = to_string(s.kind);
  names.cause = s.cause;
  names.constructor = s.constructor;
  names.holder = s.holder;
  names.label = s.label;
  names.label_is_property = std::any_of(s.path.begin(), s.path.end(), [&](const SuspectStep& step) {
    return step.edge == s.label && step.edge_type == EdgeType::property;
  });
  if (s.object_count_growth > 0 && s.growth_bytes > 0) {
    names.bytes_per_object = static_cast<double>(s.growth_bytes) / static_cast<double>(s.object_count_growth);
  }
  names.emitter = s.emitter.empty() && !s.event.empty() ? s.holder : s.emitter;
  names.event = s.event;
  names.owner = owner_of_label(s);
  names.signature = s.signature;
  if (!out.sites.empty()) {
    const ReportSite& site = out.sites.front();
    names.module = site.generated_file.empty() ? site.file : site.generated_file;
    names.function = site.function;
    names.place = site.precision == SitePrecision::file ? site.file : fmt::format("{}:{}", site.file, site.line);
    names.repeats = std::any_of(site.excerpt.begin(), site.excerpt.end(), [](const ExcerptLine& line) {
      return line.marked && line.text.find("setInterval(") != std::string::npos;
    });
    if (site.precision == SitePrecision::statement) {
      names.statement = sites.front().statement;
    }
  }
  if (s.rate && facts.size() > 1) {
    names.bytes_per_hour = s.rate->estimate;
    // There is a rate, so the times are known and rise.
    const double hours = static_cast<double>(*facts.back().captured_ns - *facts.front().captured_ns) / 3.6e12;
    const bool counts = !out.counters.empty();
    const std::int64_t gained = counts      ? out.counters.front().values.back() - out.counters.front().values.front()
                                : s.counted ? std::llround(s.counted->value())
                                            : s.object_count_growth;
    if (gained > 0 && hours > 0) {
      names.count_per_hour = static_cast<double>(gained) / hours;
    }
  }
  return names;
}

ReportCommit report_commit(const CommitCandidate& commit) {
  return {visible_text(commit.id, 64), commit.author_date, visible_text(mask_secrets(commit.subject), 120),
          std::nullopt};
}

std::string commit_text(const ReportSuspect& s) {
  std::string text = "no candidate";
  if (s.commit) {
    text =
        fmt::format("candidate {} of {}, \"{}\"", s.commit->id.substr(0, 12), s.commit->author_date, s.commit->subject);
    if (s.commit->before_first_capture) {
      text += *s.commit->before_first_capture
                  ? "; written before the first capture"
                  : "; written after the first capture, so the program that ran may not have had it";
    }
  }
  for (const std::string& note : s.commit_notes) {
    text += "; " + note;
  }
  return text;
}

}  // namespace

ReportSite report_site(const Site& site) {
  constexpr std::size_t kMaxLine = 10'000;  // the part of a bundle's line in which secrets are looked for
  ReportSite out;
  out.file = visible_text(site.file);
  out.line = std::max<std::uint32_t>(site.line, 1);
  if (site.column && *site.column > 0) {
    out.column = site.column;
  }
  out.function = visible_text(site.function, 80);
  out.role = site.role;
  out.evidence = site.evidence;
  out.precision = site.precision;
  out.missing_source = missing_source(site);
  out.excerpt_is_generated = site.excerpt_is_generated;
  out.note = visible_text(site.note);
  out.package = visible_text(site.package, 120);
  out.generated_file = visible_text(site.generated_file);
  out.generated_line = site.generated_line;
  out.generated_column = site.generated_column;
  const std::uint32_t shown_line = site.excerpt_is_generated ? site.generated_line : site.line;
  for (const SourceLine& line : site.excerpt) {
    // Secrets are masked before the line is cut: half a secret has no form that could be recognised.
    const std::string code = mask_code(visible_text(without_tabs(line.text), kMaxLine));
    out.excerpt.push_back({line.line, visible_text(code, 160), line.line == shown_line});
  }
  return out;
}

void set_commits(ReportSuspect& out, const SuspectCommits& commits) {
  if (commits.commit) {
    out.commit = report_commit(*commits.commit);
    out.commit->before_first_capture = commits.before_first_capture;
  }
  for (const std::string& note : commits.notes) {
    out.commit_notes.push_back(visible_text(note));
  }
  out.commit_text = commit_text(out);
  for (const CommitCandidate& commit : commits.recent) {
    out.recent_commits.push_back(report_commit(commit));
  }
}

namespace {

void set_counters(ReportSuspect& out, const Suspect& s, std::span<const Facts> facts) {
  if (is_one_file(out.ages)) {
    for (const AlikeCount& alike : s.alike) {
      const char* of = alike.of == AlikeCount::Of::event      ? "registered for \"{}\""
                       : alike.of == AlikeCount::Of::function ? "with the function {}"
                                                              : "of class {}";
      out.counters.push_back({fmt::format(fmt::runtime(of), alike.name), {alike.count}});
    }
  } else if (!s.emitter.empty()) {
    ReportCounter counter;
    counter.label = fmt::format("listeners on {} for \"{}\"", s.emitter, s.event);
    counter.values = listener_counts(s, facts);
    out.counters.push_back(std::move(counter));
  }
}

std::string evidence_of_growth(const Suspect& s) {
  std::size_t growing = 0;
  for (std::size_t k = 1; k < s.levels.size(); ++k) {
    growing += s.levels[k] > s.levels[k - 1] ? 1U : 0U;
  }
  const std::size_t steps = s.levels.size() - 1;
  // Roots of the heap, and what the runtime numbers in each snapshot afresh, are not known to be the same.
  const bool old_holders = std::any_of(s.statements.begin(), s.statements.end(), [](const Statement& statement) {
    return std::any_of(statement.proofs.begin(), statement.proofs.end(),
                       [](const Fact& fact) { return fact.kind() == FactKind::holders; });
  });
  const std::string when = steps == 1         ? std::string("between the two snapshots")
                           : growing == steps ? std::string("in every step")
                                              : fmt::format("in {} of {} steps", growing, steps);
  return fmt::format("It grew {}, from {} to {} ({}). {} new objects hang under {}{}.", when,
                     format_bytes_beside(s.levels.front(), std::max(s.levels.front(), s.levels.back())),
                     format_bytes_beside(s.levels.back(), std::max(s.levels.front(), s.levels.back())),
                     s.levels_are_retained ? "retained size of the holders" : "new objects that are still alive",
                     format_count(s.new_objects),
                     s.holder_count == 1 ? std::string("one holder")
                                         : format_count(static_cast<std::int64_t>(s.holder_count)) + " holders",
                     old_holders ? " that existed before" : "");
}

std::string evidence_of_one_file(const Suspect& s, std::span<const Facts> facts) {
  const double share =
      static_cast<double>(s.retained_bytes) / static_cast<double>(std::max<std::uint64_t>(facts.back().total_bytes, 1));
  return fmt::format(
      "It keeps {}, {:.1f} % of the heap: {} objects of all kinds under {} holder{}. One file does not "
      "show whether it grows.",
      format_bytes(static_cast<double>(s.retained_bytes)), 100 * share, format_count(s.new_objects),
      format_count(static_cast<std::int64_t>(s.holder_count)), s.holder_count == 1 ? "" : "s");
}

}  // namespace

ReportSuspect report_suspect(const Suspect& s, const std::vector<Site>& sites, std::span<const Facts> facts,
                             AgeSource ages) {
  ReportSuspect out;
  out.ages = ages;
  out.shape_convicts = s.shape_convicts;
  out.retained_bytes = s.retained_bytes;
  out.kind = to_string(s.kind);
  out.constructor = s.constructor;
  out.signature = s.signature;
  out.object_count_growth = s.object_count_growth;
  out.growth_bytes = s.growth_bytes;
  if (s.rate) {
    out.rate = rate_value(*s.rate);
  }
  out.detectable_rate = s.detectable_rate;
  out.cause = s.cause;
  set_counters(out, s, facts);
  out.title = suspect_title(s, sites, facts);
  out.why = with_shown_places(s.why, sites);
  out.ruled_out = s.ruled_out;
  set_holders(out, s);
  out.off_heap_bytes = s.off_heap_bytes;
  out.evidence = ages == AgeSource::structure ? evidence_of_one_file(s, facts) : evidence_of_growth(s);
  if (ages == AgeSource::samples) {
    out.evidence = "By the times at which objects were allocated: " + out.evidence;
  }
  for (const std::string& sentence : s.ruled_out) {
    out.evidence += " " + sentence;
  }
  if (s.shape_convicts) {
    out.confidence = Confidence::medium;
  } else if (s.trajectory == Trajectory::steady) {
    out.confidence = s.levels.size() >= 4 ? Confidence::high : Confidence::medium;
  }
  for (std::size_t k = 0; k < s.levels.size(); ++k) {
    out.levels.push_back({std::nullopt, static_cast<std::int64_t>(std::llround(s.levels[k]))});
  }
  for (const SuspectStep& step : s.path) {
    const PathRole role = step.node_id == s.holder_id       ? (s.holder_gains ? PathRole::holder : PathRole::keeper)
                          : step.node_id == s.new_object_id ? PathRole::new_object
                                                            : PathRole::none;
    out.path.push_back({step.edge, step.edge_type, step.node, step.node_type_name, step.node_id, step.repeats, role});
  }
  for (const Site& site : sites) {
    out.sites.push_back(report_site(site));
  }
  out.fix = fix_words(s, out, sites);
  if (s.fix_frees_bytes > 0) {
    out.fix_frees_bytes = s.fix_frees_bytes;
    out.fix_frees_text = frees_words(s, sites, ages);
  }
  if (const std::string together = cut_together(s); !together.empty()) {
    out.fix_frees_text += (out.fix_frees_text.empty() ? "" : " ") + together;
  }
  out.kit = repair_kit(leak_names(s, out, sites, facts));
  return out;
}

}  // namespace heapdiff::compose
