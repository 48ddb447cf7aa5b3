#include "compose/missing_line.h"

#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

namespace {

/// A longer line was not written by hand.
constexpr std::uint32_t kBundledColumn = 500;

constexpr const char* kRecord =
    "Take the snapshots with allocation tracking (HeapProfiler.startTrackingHeapObjects with trackAllocations), or "
    "give "
    "a sampling profile of the same process with --heap-profile: either names the function that allocates.";

/// How to give the text of a package's file.
std::string source_folder_step(const Site& site, const char* purpose) {
  return fmt::format(
      "{}, name the folder that holds node_modules{}, or one below it, with --source-root: {} is in package {}.",
      purpose,
      site.missing_folder.empty() ? std::string()
                                  : fmt::format(" ({} when the program ran)", visible_text(site.missing_folder, 200)),
      visible_text(site.file, 200), visible_text(site.package, 120));
}

}  // namespace

void describe_missing_line(RcaReport& report, const std::vector<Site>& sites, bool traced) {
  const auto best =
      std::find_if(sites.begin(), sites.end(), [](const Site& site) { return !is_runtime_script(site.file); });
  if (best == sites.end()) {
    report.limits_of_evidence.push_back(
        "No function of the program lies on the first suspect's path, so no line of it can be named.");
    if (!report.suspects.empty() && !collection_words(report.suspects.front().cause).empty()) {
      report.next_steps.emplace_back("Search the program and its packages for the calls that the reason names.");
    }
    if (!traced) {
      report.next_steps.emplace_back(kRecord);
    }
    return;
  }
  const bool has_text = best->text_at_hand || best->evidence == SiteEvidence::source_text;
  if (has_text && best->precision == SitePrecision::statement) {
    return;
  }
  if (has_text) {
    // The statement may be in a file whose text was not found, as in the package that keeps the objects.
    const auto unread = std::find_if(sites.begin(), sites.end(), [](const Site& site) {
      return !site.text_at_hand && !site.package.empty() && !is_runtime_script(site.file);
    });
    if (unread != sites.end()) {
      report.next_steps.push_back(source_folder_step(*unread, "The line is not certain: to look for a better one"));
    }
    return;
  }
  const std::string file = visible_text(best->file, 200);
  const std::string function =
      best->function.empty() ? "the best function, which has no name," : visible_text(best->function, 80);
  report.limits_of_evidence.push_back(
      fmt::format("The source of {} was not found: line {} is where {} begins, not the statement that stores.", file,
                  best->line, function));
  const bool bundled = best->generated_file.empty() && best->column.value_or(0) > kBundledColumn;
  if (!best->package.empty()) {
    report.next_steps.push_back(source_folder_step(*best, "To get the line"));
  } else if (bundled) {
    report.next_steps.push_back(
        fmt::format("To get the line, name the folder with {} and its source map with --source-root, or the map alone "
                    "with --source-map: the file is a bundle.",
                    file));
  } else {
    report.next_steps.push_back(fmt::format(
        "To get the line, name the folder with {} as it ran, its source maps beside it, with --source-root.", file));
  }
}

}  // namespace heapdiff::compose
