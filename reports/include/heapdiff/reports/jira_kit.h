#pragma once
// A folder that is posted to Jira Cloud with its own script.

#include "heapdiff/reports/output_folder.h"
#include "heapdiff/reports/rca_report.h"

#include <string_view>
#include <vector>

namespace heapdiff {

/// What `-o jira-kit=DIR` is called.
inline constexpr std::string_view kJiraKit = "jira-kit";

/// What tells a folder of ours from others.
[[nodiscard]] const FolderMark& jira_kit_mark();

/// The files of the folder: issue.json (the fields of a new issue), comment.json (the body of a comment), report.html,
/// chart.svg where several snapshots make one, kit.json (the mark, and what post.sh has to know) and post.sh. Texts of
/// the heap are in the JSON files and the page only; post.sh is the same in each folder. Secrets have to be masked
/// already; absolute paths are masked here. Same report, same bytes.
[[nodiscard]] std::vector<FolderFile> jira_kit(const RcaReport& report);

}  // namespace heapdiff
