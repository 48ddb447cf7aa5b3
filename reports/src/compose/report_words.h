#pragma once
// Words and judgements that several renderers share, so that no two of them say it differently.

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <vector>

namespace heapdiff {

/// "LEAK", "NO LEAK", "INCONCLUSIVE".
[[nodiscard]] const char* verdict_words(const RcaReport& report);
/// The title of a document: "Memory leak report: a leak was found".
[[nodiscard]] std::string title_words(const RcaReport& report);
/// The headline without "Leak: " before it, for where the verdict stands beside it.
[[nodiscard]] std::string headline_words(const RcaReport& report);
/// Whether a note of the rate says that monitoring and the snapshots disagree.
[[nodiscard]] bool is_contradiction(const std::string& note);
/// Whether off-heap memory is worth a word: more than a twentieth of any snapshot, or of the growth.
[[nodiscard]] bool off_heap_matters(const RcaReport& report);
/// A step through the engine's own objects, not the program's.
[[nodiscard]] bool engine_step(const ReportPathStep& step);
/// Where a site comes from, in words: "the source text", "the retaining path".
[[nodiscard]] const char* evidence_words(SiteEvidence evidence);
/// The sites behind the first, `most` of them; those in Node.js itself only where nothing else is known.
[[nodiscard]] std::vector<const ReportSite*> other_sites(const ReportSuspect& suspect, std::size_t most);
/// The folder that all inputs lie in, with its slash; empty for one input or for several folders.
[[nodiscard]] std::string common_folder(const RcaReport& report);
/// "6.8 MB (zstd)"; of a plain file the size alone.
[[nodiscard]] std::string file_size_words(const ReportSnapshot& snapshot);
/// The edge as people write it: "[67]", "inUse", "_idlePrev (× 1917)".
[[nodiscard]] std::string edge_words(const ReportPathStep& step);
/// The retaining path as indented lines, for formats that keep blanks: "  subscriber → Redis  @46211".
[[nodiscard]] std::string path_lines(const ReportSuspect& suspect);

}  // namespace heapdiff
