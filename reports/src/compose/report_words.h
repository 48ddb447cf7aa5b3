#pragma once
// Words and judgements that several renderers share, so that all of them say the same.

#include "heapdiff/reports/rca_report.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::compose {

/// "7.8 MB to 11.3 MB, 49.9 MB/h": the heap and how fast it grows; of one file its size.
[[nodiscard]] std::string heap_words(const RcaReport& report);
/// "4 snapshots of Node.js 18.17.0".
[[nodiscard]] std::string program_words(const RcaReport& report);
/// The same with the first and the last file, and the times: ", a.heapsnapshot to d.heapsnapshot, taken ... to ...".
[[nodiscard]] std::string capture_words(const RcaReport& report);
/// "LEAK", "NO LEAK", "INCONCLUSIVE".
[[nodiscard]] const char* verdict_words(const RcaReport& report);
/// The title of a document: "Memory leak report: a leak was found".
[[nodiscard]] std::string title_words(const RcaReport& report);
/// Whether anything is known of growth: not of one file without ages.
[[nodiscard]] bool shows_growth(const RcaReport& report);
/// "Suspect", or "Accumulation" of one file.
[[nodiscard]] const char* suspect_word(const ReportSuspect& suspect);
/// "Memory leak", or "Accumulation" of one file, for annotations.
[[nodiscard]] const char* suspect_name(const ReportSuspect& suspect);
/// What `size_words` measures: "Growth" or "Keeps".
[[nodiscard]] const char* size_label(const ReportSuspect& suspect);
/// "3 MB, 12 MB/h (95 % ...)" of what grew; "3 MB" of what only is large.
[[nodiscard]] std::string size_words(const ReportSuspect& suspect);
/// The same as a sentence: "It grew by 3 MB, 12 MB/h.", "It keeps 3 MB.", "The new heap keeps 3 MB more there.".
[[nodiscard]] std::string size_sentence(const ReportSuspect& suspect);
/// What a step of a path is to the leak: "holds more at each snapshot", "new", "holds them", "one of them"; empty where
/// it is nothing.
[[nodiscard]] const char* role_words(const ReportPathStep& step, AgeSource ages);
/// The headline without "Leak: " before it, for formats that print the verdict next to it.
[[nodiscard]] std::string headline_words(const RcaReport& report);
/// Whether a note of the rate says that monitoring and the snapshots disagree.
[[nodiscard]] bool is_contradiction(const std::string& note);
/// Whether off-heap memory is reported: it is more than a twentieth of any snapshot.
[[nodiscard]] bool off_heap_matters(const RcaReport& report);
/// Whether a step goes through an object of the engine and not of the program.
[[nodiscard]] bool engine_step(const ReportPathStep& step);
/// Whether a leak was found with low confidence, so that another snapshot comes before the fix.
[[nodiscard]] bool is_uncertain(const RcaReport& report);
/// "third" to "sixth"; "further" for any other number.
[[nodiscard]] const char* ordinal(std::size_t number);
/// The command that says whether a fix holds, with the words that a person replaces.
inline constexpr std::string_view kVerifyCommand = "heapdiff verify --before OLD/ --after NEW/";

/// A place as a part of a sentence. Only a statement is "at" its line: "at a.js:5", "in read (a.js:5)", "in a.js, near
/// line 5".
[[nodiscard]] std::string place_phrase(std::string_view file, std::uint32_t line, std::string_view function,
                                       SitePrecision precision);
[[nodiscard]] std::string place_phrase(const ReportSite& site);
/// What to do where the first site is a package's: "The line is in package mem: try its newest version, or change how
/// load() at src/a.js:5 uses it." Empty where it is the program's own.
[[nodiscard]] std::string package_advice(const ReportSuspect& suspect);
/// What a site is called: "line" for a statement, "function", "file".
[[nodiscard]] const char* site_label(const ReportSite& site);
/// What the line of a site is when it is not known to be the statement; empty for a statement.
[[nodiscard]] std::string precision_words(const ReportSite& site);
/// What happens at a site, and how that was found: "adds to `pages` (found in the source)".
[[nodiscard]] std::string deed_words(const ReportSite& site);
/// All that is known of a site beside its place: how it was found, its package, what it was compiled to, why it was
/// chosen, and how sure it is.
[[nodiscard]] std::string site_words(const ReportSite& site);
/// The sites after the first, at most `most`.
[[nodiscard]] std::vector<const ReportSite*> other_sites(const ReportSuspect& suspect, std::size_t most);
/// The folder that all inputs lie in, with its slash; empty for one input or for several folders.
[[nodiscard]] std::string common_folder(const RcaReport& report);
/// "6.8 MB (zstd)"; only the size for a file that is not compressed.
[[nodiscard]] std::string file_size_words(const ReportSnapshot& snapshot);
/// The edge as a programmer writes it: "[67]", "inUse", "_idlePrev (× 1917)".
[[nodiscard]] std::string edge_words(const ReportPathStep& step);
/// The largest size of a suspect at any snapshot, in bytes: the unit for its other sizes.
[[nodiscard]] double largest_level(const ReportSuspect& suspect);
/// The retaining path as indented lines, for formats that preserve blanks: "  subscriber → Redis  @46211".
[[nodiscard]] std::string path_lines(const ReportSuspect& suspect);

/// "3 MB, 12 MB/h"; in a comparison "3 MB more than in the base".
[[nodiscard]] std::string growth_words(const ReportSuspect& suspect);
/// A row of a comparison: "Function held by Redis "_events message" (48 to 3,348)".
[[nodiscard]] std::string compare_words(const ReportCompareRow& row);
/// "src/cache.ts:53", the package, or nothing.
[[nodiscard]] std::string compare_place(const ReportCompareRow& row);
/// ", new", ", within the noise", or nothing.
[[nodiscard]] std::string compare_mark(const ReportCompareRow& row);
/// " (95 % +1 MB to +2 MB)", or nothing.
[[nodiscard]] std::string compare_interval(const ReportCompareRow& row);
/// The first `most`, and all others as one entry.
[[nodiscard]] std::vector<ReportCompareTotal> shown_totals(const std::vector<ReportCompareTotal>& totals,
                                                           std::size_t most);

}  // namespace heapdiff::compose
