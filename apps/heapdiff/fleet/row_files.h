#pragma once
// Where rows go: one stream, or files in folders that engines take for partitions.

#include "fleet/report_rows.h"
#include "heapdiff/reports/output_file.h"

#include <map>
#include <memory>
#include <string>

namespace heapdiff {

class RowWriter {
 public:
  RowWriter() = default;
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;
  virtual ~RowWriter() = default;
  virtual void write(const RowTable& table, const RowValues& values, const ReportOrigin& origin) = 0;
  /// To be called once, after the last row.
  virtual void finish() = 0;
};

enum class RowFormat { ndjson, sql };

/// One file, compressed when its name ends in .zst or .gz, or standard output for an empty path. `table`: rows of this
/// table only; empty: all, and each line of JSON begins with the name of its table. Statements of SQL are one
/// transaction.
[[nodiscard]] std::unique_ptr<RowWriter> one_file(const std::string& path, RowFormat format, const std::string& table,
                                                  OutputFile::Sync sync);

/// FOLDER/TABLE/dt=DAY/service=NAME/part-DIGEST.ndjson.zst. The digest is that of the rows, so that the same reports
/// give the same files, and other reports others beside them. Memory: at most 4 MB for each partition.
[[nodiscard]] std::unique_ptr<RowWriter> partitioned(const std::string& folder, const std::string& table,
                                                     OutputFile::Sync sync);

}  // namespace heapdiff
