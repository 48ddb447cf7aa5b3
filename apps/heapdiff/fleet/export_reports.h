#pragma once
// `heapdiff export` of reports: files, folders of them, or one on standard input.

#include "heapdiff/snapshot/byte_source.h"

#include <string>
#include <vector>

namespace heapdiff {

struct ReportExport {
  std::vector<std::string> inputs;
  std::string to = "ndjson";  ///< or "sql"
  std::string output;         ///< empty: standard output; a folder, or a file by its ending
  std::string table;          ///< empty: all
  std::string service;        ///< empty: from a part "service=..." of the report's path
  std::string release;        ///< the same
  bool durable = false;       ///< waits until the files and their names are on the disk
  bool quiet = false;
};

/// Whether these are the first bytes of a report and not of a snapshot.
[[nodiscard]] bool begins_report(std::string_view bytes) noexcept;

/// Opens `path`; `is_report` tells what it holds. The source still gives all bytes.
[[nodiscard]] OpenedInput open_and_tell(const std::string& path, bool& is_report);

/// Writes the rows of all reports, those of a folder in the order of their paths. A file of a folder that is no report
/// is left out with a warning; one that was named is an error. `first` is the input that open_and_tell() opened.
void export_reports(const ReportExport& request, OpenedInput first);
/// The same for inputs of which the first is a folder.
void export_reports(const ReportExport& request);

}  // namespace heapdiff
