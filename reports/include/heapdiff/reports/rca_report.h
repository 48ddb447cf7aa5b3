#pragma once
// The root-cause analysis as plain values. Renderers read nothing else: there is no graph here, so that they cannot
// analyse.
//
// Texts are valid UTF-8 without control characters (visible_text()), and secrets in them are masked. Renderers escape
// for their own format. Sizes are bytes, rates bytes per hour, lines and columns 1-based, times RFC 3339 in UTC.

#include "heapdiff/diff/age_source.h"
#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/heap_explorer.h"
#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/diff/series_order.h"
#include "heapdiff/diff/site.h"
#include "heapdiff/diff/verdict.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

/// A rate with its confidence interval.
struct RateValue {
  double estimate = 0;        ///< bytes per hour
  std::optional<double> low;  ///< both or neither: two snapshots give no interval
  std::optional<double> high;
  double confidence_level = 0.95;
};

/// What ran the program: runtime_of() of libdiff.
struct ReportRuntime {
  std::string name;          ///< "Node.js"
  std::string node_version;  ///< "18.17.0"; of another runtime the version of Node.js that it claims to be
};

struct ReportSnapshot {
  std::string path;
  std::optional<std::string> captured_at;
  std::string captured_at_source;  ///< "option", "file-name", "modification-time", "none"
  std::uint64_t node_count = 0;
  std::uint64_t edge_count = 0;
  std::uint64_t self_size_bytes = 0;
  std::uint64_t off_heap_bytes = 0;  ///< native memory, part of self_size_bytes
  std::uint64_t file_bytes = 0;      ///< uncompressed
  std::uint64_t stored_bytes = 0;    ///< as stored: the size of the file
  std::string compression;           ///< "none", "gzip", "zstd"
  std::string digest;                ///< XXH3-128
  bool allocation_traces = false;
  std::optional<ReportRuntime> runtime;  ///< none: the snapshot does not say
};

struct ExcerptLine {
  std::uint32_t line = 0;
  std::string text;
  bool marked = false;
};

struct ReportSite {
  std::string file;
  std::uint32_t line = 0;
  std::optional<std::uint32_t> column;
  std::string function;  ///< empty when not known
  SiteRole role = SiteRole::definition;
  SiteEvidence evidence = SiteEvidence::closure;
  SitePrecision precision = SitePrecision::file;
  std::string note;            ///< why this place was chosen; may be empty
  std::string package;         ///< "name version" of the dependency it lies in; empty for the program's own
  std::string generated_file;  ///< empty when no source map was applied
  std::uint32_t generated_line = 0;
  std::optional<std::uint32_t> generated_column;
  std::vector<ExcerptLine> excerpt;
  bool excerpt_is_generated = false;  ///< the original was not found: the excerpt is of `generated_file`
  std::string missing_source;         ///< one sentence: which folder would give the text; empty when it was found
};

enum class PathRole {
  none,
  holder,      ///< existed before, and refers to more and more new objects
  keeper,      ///< existed before, and keeps the new objects, which hang from one another
  new_object,  ///< the first object of those that it accumulates
};

struct ReportPathStep {
  std::string edge;
  EdgeType edge_type = EdgeType::property;
  std::string node;
  std::string node_type;
  std::uint64_t node_id = 0;
  std::uint32_t repeats = 1;
  PathRole role = PathRole::none;
};

/// What a suspect held at one snapshot.
struct ReportLevel {
  std::optional<std::int64_t> count;
  std::int64_t bytes = 0;
};

/// A count that a reader can check at each snapshot: "listeners on Redis for "subscribe"".
struct ReportCounter {
  std::string label;
  std::vector<std::int64_t> values;  ///< one per snapshot
};

/// A commit that may have brought the leak. Always a candidate: Git knows who wrote a line, not who is to blame.
struct ReportCommit {
  std::string id;
  std::string author_date;
  std::string subject;
  std::optional<bool> before_first_capture = std::nullopt;  ///< none when the capture time is unknown
};

/// What keeps this leak from coming back: code and configuration with the names of this leak, ready to paste.
struct RepairKit {
  std::string pattern;            ///< the idiom in one sentence
  std::string before;             ///< the program's statement that leaks, in its own words; empty when it is not known
  std::string after;              ///< its fix, or the usual one where it is not known
  std::string test_file;          ///< name of the regression test
  std::string test;               ///< JavaScript for node:test: fails before the fix, passes after
  std::string metric;             ///< name of the Prometheus metric that shows such a leak
  std::string emit;               ///< JavaScript that emits the metrics
  std::string prometheus_rules;   ///< YAML
  std::string datadog_monitor;    ///< JSON
  std::string datadog_dashboard;  ///< JSON
  std::vector<std::string> runbook;
};

enum class Confidence { high, medium, low };

/// Another object that existed before and keeps the new objects of a suspect.
struct ReportHolder {
  std::string holder;   ///< class
  std::string label;    ///< property or variable that it is reached by; may be empty
  std::string content;  ///< class of the objects that it refers to
  std::uint64_t node_id = 0;
  std::vector<std::int64_t> counts;  ///< objects of that class, one entry per snapshot
  bool must_be_cut = false;          ///< without it the fix frees less
  std::string place;                 ///< 16 hex digits: the same in all runs
};

struct ReportSuspect {
  std::string kind;  ///< as in the schema
  LeakCause cause = LeakCause::none;
  std::string constructor;
  std::string title;     ///< one line
  std::string why;       ///< why it leaks, in words
  std::string evidence;  ///< what the finding is based on, in words
  Confidence confidence = Confidence::low;
  std::string signature;  ///< 16 hex digits
  bool proven = false;    ///< shown to leak, by its growth or by the number of its listeners; false: it only grew
  AgeSource ages = AgeSource::snapshots;  ///< what "new" means; of one file the suspect is an accumulation
  bool shape_convicts = false;            ///< of one file: a likely leak, by the number of its objects alone
  std::int64_t retained_bytes = 0;        ///< of one file: what the accumulation keeps
  std::int64_t object_count_growth = 0;
  std::int64_t growth_bytes = 0;
  std::optional<RateValue> rate;
  std::optional<RateValue> per_operation;  ///< bytes per operation, not per hour
  std::optional<RateValue> per_step;       ///< bytes per snapshot; where there is no rate per hour
  std::optional<double>
      detectable_rate;  ///< bytes per hour: the smallest rate that this suspect's levels could have shown
  std::vector<ReportSite> sites;
  std::vector<ReportPathStep> path;
  std::vector<std::string> ruled_out;      ///< what this suspect is not, and how that is known
  std::int64_t off_heap_bytes = 0;         ///< memory of the new objects outside the JavaScript heap
  std::vector<std::string> other_holders;  ///< one sentence for each of `holders`
  std::vector<ReportHolder> holders;       ///< other objects that existed before and keep the new ones
  std::vector<ReportLevel> levels;
  std::vector<ReportCounter> counters;
  std::optional<std::uint64_t> fix_frees_bytes;  ///< what becomes unreachable without the suspect's edges
  std::string fix_frees_text;
  std::string fix;  ///< the usual fix for this kind of leak
  std::optional<ReportCommit> commit;
  std::optional<RepairKit> kit;
  std::string commit_text;                   ///< commit, date and notes in one sentence; empty without --repo
  std::vector<std::string> commit_notes;     ///< why no commit is named, or why it is uncertain
  std::vector<ReportCommit> recent_commits;  ///< with --since: touched the suspect's files, newest first
};

/// A row of a table of what grew: constructors, closures or listeners.
struct ReportGrowthRow {
  std::string name;
  std::string place;  ///< "file:line" or empty
  std::int64_t count_before = 0, count_after = 0;
  std::int64_t self_before = 0, self_after = 0;
  std::int64_t retained_before = 0, retained_after = 0;
};

enum class GrowthKind { all, leak, suspect, step, levelled_off, artefact, other };

/// Where the memory of new objects went, as a tree. Below the root are the suspects, what levelled off, warm-up and the
/// rest; below a suspect is its growth by the snapshot that first shows it. The children of a node have at most its
/// size together.
struct ReportGrowthNode {  // NOLINT(misc-no-recursion): a tree of three levels
  std::string name;
  GrowthKind kind = GrowthKind::all;
  std::int64_t bytes = 0;
  std::vector<ReportGrowthNode> children;
};

/// A gate that the caller set, and its outcome.
struct ReportGate {
  std::string expression;
  GateStatus status = GateStatus::not_enough;
  std::string reason;        ///< one sentence
  std::string next_capture;  ///< the snapshots that would settle it; empty unless the evidence does not suffice
  std::optional<RateValue> measured;
  std::string unit;        ///< unit of `measured`: "bytes/hour", "bytes/operation", "listeners/hour", ...
  bool tolerated = false;  ///< the evidence does not suffice, and --lenient lets it pass
};

enum class KnownLeakState {
  new_leak,    ///< not in the baseline
  known,       ///< in the baseline
  worse,       ///< in the baseline, and growing faster now
  fixed,       ///< in the baseline, and not among the suspects
  suppressed,  ///< a suspect that a suppression covers
  stale,       ///< a suppression that covers no suspect
  expired,     ///< a suppression past its last day
};

/// One comparison of the suspects with a baseline or a list of suppressions.
struct ReportKnownLeak {
  KnownLeakState state = KnownLeakState::known;
  std::string signature;  ///< empty for a pattern
  std::string text;       ///< one sentence
};

/// One row of a comparison of two heaps or of two sampling profiles.
struct ReportCompareRow {
  std::string kind;  ///< that of the suspect where there is one; "place", "engine", "scattered" or "function"
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;
  std::int64_t base_objects = 0;
  std::int64_t new_objects = 0;
  std::string constructor;
  std::string holder;
  std::string label;
  std::string package;  ///< "name version", or the file that a row without a package belongs to
  std::vector<ReportSite> sites;
  std::vector<ReportPathStep> path;
  std::optional<double> per_operation;  ///< bytes per operation more than in the base
  std::optional<double> per_hour;       ///< bytes per hour more than in the base
  std::optional<double> low;            ///< 95 % interval of the difference; both or neither
  std::optional<double> high;
  bool is_noise = false;
  bool is_new = false;                 ///< the base keeps nothing there
  std::optional<std::size_t> suspect;  ///< position in RcaReport::suspects

  [[nodiscard]] std::int64_t difference() const noexcept { return new_bytes - base_bytes; }
};

/// Bytes of one package, line or class on both sides. The differences of one list add up to that of the heaps.
struct ReportCompareTotal {
  std::string name;
  std::string version;
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;

  [[nodiscard]] std::int64_t difference() const noexcept { return new_bytes - base_bytes; }
};

/// Two heaps, or two sampling profiles, of any processes or builds.
struct ReportComparison {
  bool of_profiles = false;
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;
  std::vector<ReportSnapshot> base;  ///< oldest first; the last one is compared
  std::vector<ReportSnapshot> now;
  std::int64_t unexplained_bytes = 0;
  std::int64_t noise_floor_bytes = 0;
  bool engine_differs = false;
  std::vector<ReportCompareRow> rows;  ///< largest difference first
  std::vector<ReportCompareTotal> packages;
  std::vector<ReportCompareTotal> lines;  ///< by file and line; what has no line is one entry
  std::vector<ReportCompareTotal> constructors;

  [[nodiscard]] std::int64_t difference() const noexcept { return new_bytes - base_bytes; }
};

/// Bytes of a heap by who made the code: a package, a folder of the application, a team, "shared" or "engine".
struct ReportOwner {
  std::string name;
  std::string version;  ///< empty where it is not known
  std::int64_t bytes = 0;
};

/// The memory of the process at one time. Bytes.
struct ReportMemoryPoint {
  std::optional<std::string> at;
  std::optional<std::uint64_t> rss;
  std::optional<std::uint64_t> heap_total;
  std::optional<std::uint64_t> heap_used;
  std::optional<std::uint64_t> external;
  std::optional<std::uint64_t> array_buffers;
};

/// The memory of the whole process, beside that of its JavaScript heap.
struct ReportProcessMemory {
  std::vector<ReportMemoryPoint> points;             ///< in the order of time, without the cost of taking snapshots
  std::optional<std::int64_t> outside_growth_bytes;  ///< of memory that is neither heap nor external memory
  std::optional<RateValue> outside_rate;
  bool outside_grows = false;
};

struct RcaReport {
  std::string tool_version;
  std::string command_line;
  std::string part;  ///< "process-2" where the inputs hold several processes; or empty
  Verdict verdict = Verdict::inconclusive;
  AgeSource ages = AgeSource::snapshots;  ///< what "new" means
  std::string headline;                   ///< one sentence, with the number that matters
  std::vector<std::string> cautions;      ///< what changes how to read the report; shown right below the verdict
  OrderSource order_source = OrderSource::arguments;
  std::string reason;                        ///< why this verdict
  std::string repository_prefix;             ///< from the repository's root to the files of sites: "service/"; or empty
  std::vector<ReportGate> gates;             ///< in the caller's order
  std::vector<ReportKnownLeak> known_leaks;  ///< against a baseline and a list of suppressions
  std::vector<ReportSnapshot> snapshots;
  std::int64_t growth_bytes = 0;
  std::optional<double> covered_ms;  ///< from the first capture to the last, in milliseconds
  std::optional<RateValue> heap_rate;
  std::string rate_reason;                      ///< why there is no rate per hour; empty where there is one
  std::optional<RateValue> heap_per_step;       ///< bytes per snapshot; where there is no rate per hour
  std::optional<RateValue> heap_per_operation;  ///< bytes per operation, not per hour
  std::optional<RateValue> off_heap_rate;       ///< native memory alone; part of heap_rate
  std::optional<double> detectable_rate;        ///< bytes per hour: the smallest rate that this series could have shown
  std::optional<double> hours_to_limit;         ///< from the last snapshot on
  std::optional<double> observed_bytes_per_hour;  ///< as given by the user
  bool observed_contradicts = false;              ///< the snapshots do not explain the observed rate; see rate_notes
  std::string rate_method;
  std::vector<std::string> rate_notes;  ///< contradictions, the smallest rate that can be shown, time to the limit
  std::vector<ReportSuspect> suspects;
  std::vector<std::string> ruled_out;
  std::int64_t artefact_bytes = 0;  ///< compiled code, feedback, hidden classes: warm-up, not a leak
  std::int64_t unattributed_bytes = 0;
  ReportGrowthNode growth_tree;
  std::int64_t dismissed_bytes = 0;  ///< in groups that levelled off or went up and down; named in ruled_out
  std::vector<ReportGrowthRow> constructors;
  std::vector<ReportGrowthRow> closures;
  std::vector<ReportGrowthRow> listeners;  ///< counts are numbers of listeners; sizes may be 0
  std::vector<std::string> limits_of_evidence;
  std::vector<std::string> next_steps;
  std::vector<std::string> self_check;
  /// Share of the ids in two neighbouring snapshots that name an object of the same type and name; the least of all
  /// neighbours. None: not checked.
  std::optional<double> shared_id_agreement;
  std::vector<std::string> warnings;
  std::vector<ReportOwner> owners;             ///< of the last snapshot, largest first; they add up to its size
  std::optional<ReportProcessMemory> memory;   ///< where the capture recorded it, or --memory-usage gave it
  std::optional<ReportComparison> comparison;  ///< `heapdiff compare`; then there is no verdict and no rate
  std::optional<HeapExplorer> explorer;        ///< of the last snapshot; only where a page is written
};

}  // namespace heapdiff
