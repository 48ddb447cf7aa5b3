#include "fleet/row_files.h"

#include "heapdiff/reports/sync_folder.h"
#include "heapdiff/snapshot/compress.h"
#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

class OutputSink final : public ByteSink {
 public:
  OutputSink(const std::string& path, OutputFile::Sync sync) : file_(path.empty() ? "/dev/stdout" : path, sync) {}
  void write(std::string_view bytes) override { file_.write(bytes); }
  void commit() { file_.commit(); }

 private:
  OutputFile file_;
};

class OneFile final : public RowWriter {
 public:
  OneFile(const std::string& path, RowFormat format, std::string table, OutputFile::Sync sync)
      : sink_(path, sync), stream_(compressing_sink(path, sink_)), format_(format), table_(std::move(table)) {
    if (format_ == RowFormat::sql) {
      stream_->write("BEGIN;\n" + sql_schema());
    }
  }
  void write(const RowTable& table, const RowValues& values, const ReportOrigin&) override {
    if (table_.empty() || table_ == table.name) {
      stream_->write(format_ == RowFormat::sql ? sql_insert(table, values) : json_line(table, values, table_.empty()));
    }
  }
  void finish() override {
    if (format_ == RowFormat::sql) {
      stream_->write("COMMIT;\n");
    }
    stream_->finish();
    sink_.commit();
  }

 private:
  OutputSink sink_;
  std::unique_ptr<CompressingSink> stream_;
  RowFormat format_;
  std::string table_;
};

/// Adds to the end of a file.
class AppendSink final : public ByteSink {
 public:
  explicit AppendSink(fs::path path) : path_(std::move(path)), file_(path_, std::ios::binary | std::ios::app) {}
  void write(std::string_view bytes) override { file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); }
  void close() {
    file_.close();
    if (!file_) {
      throw Error(ErrorKind::output, path_.string(), std::nullopt, "cannot write");
    }
  }

 private:
  fs::path path_;
  std::ofstream file_;
};

/// Waits until what was written to `path` is on the disk.
void sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const int reason = file < 0 || ::fsync(file) != 0 ? errno : 0;
  if (file >= 0) {
    ::close(file);
  }
  if (reason != 0) {
    throw Error(ErrorKind::output, path.string(), std::nullopt, std::strerror(reason));
  }
}

/// The same for `folder`, its content, and the folders around it that were made for `top`.
void sync_folders(const fs::path& folder, const fs::path& top) {
  for (fs::path at = folder;; at = at.parent_path()) {
    if (const int reason = sync_folder(at.empty() ? "." : at.string())) {
      throw Error(ErrorKind::output, at.string(), std::nullopt, std::strerror(reason));
    }
    if (at == top || at.empty()) {
      return;
    }
  }
}

/// A part of a path that cannot lead elsewhere.
std::string path_part(const std::string& text) {
  std::string part;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    part += plain ? c : '_';
  }
  return part.empty() || part.front() == '.' ? "_" + part : part;
}

/// One file while it is made: rows that are not yet written, and the digest of all.
class Partition {
 public:
  explicit Partition(fs::path folder) : folder_(std::move(folder)), state_(XXH3_createState()) {
    XXH3_64bits_reset(state_.get());
    std::error_code error;
    fs::create_directories(folder_, error);
    fs::remove(aside(), error);
  }
  void write(std::string_view line) {
    constexpr std::size_t kFlushAt = std::size_t{4} << 20U;
    XXH3_64bits_update(state_.get(), line.data(), line.size());
    rows_ += line;
    if (rows_.size() >= kFlushAt) {
      flush();
    }
  }
  void finish(OutputFile::Sync sync) {
    flush();
    if (sync == OutputFile::Sync::durable) {
      sync_file(aside());
    }
    const fs::path target = folder_ / fmt::format("part-{:016x}.ndjson.zst", XXH3_64bits_digest(state_.get()));
    std::error_code error;
    fs::rename(aside(), target, error);
    if (error) {
      throw Error(ErrorKind::output, target.string(), std::nullopt, "cannot write: " + error.message());
    }
  }

 private:
  struct FreeState {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  [[nodiscard]] fs::path aside() const { return folder_ / ".part.unfinished.zst"; }
  /// Frames of zstd may follow one another, so that no file stays open between flushes.
  void flush() {
    AppendSink sink(aside());
    const auto stream = compressing_sink(".zst", sink);
    stream->write(rows_);
    stream->finish();
    sink.close();
    rows_.clear();
  }

  fs::path folder_;
  std::string rows_;
  std::unique_ptr<XXH3_state_t, FreeState> state_;
};

class Partitioned final : public RowWriter {
 public:
  Partitioned(fs::path folder, std::string table, OutputFile::Sync sync)
      : folder_(std::move(folder)), table_(std::move(table)), sync_(sync) {}
  void write(const RowTable& table, const RowValues& values, const ReportOrigin& origin) override {
    if (!table_.empty() && table_ != table.name) {
      return;
    }
    const std::string where =
        fmt::format("{}/dt={}/service={}", table.name, path_part(origin.day), path_part(origin.service));
    auto found = partitions_.find(where);
    if (found == partitions_.end()) {
      found = partitions_.emplace(where, std::make_unique<Partition>(folder_ / where)).first;
    }
    found->second->write(json_line(table, values, false));
  }
  void finish() override {
    for (auto& [where, partition] : partitions_) {
      partition->finish(sync_);
      if (sync_ == OutputFile::Sync::durable) {
        sync_folders(folder_ / where, (folder_ / "").parent_path().parent_path());
      }
    }
  }

 private:
  fs::path folder_;
  std::string table_;
  OutputFile::Sync sync_;
  std::map<std::string, std::unique_ptr<Partition>> partitions_;
};

}  // namespace

std::unique_ptr<RowWriter> one_file(const std::string& path, RowFormat format, const std::string& table,
                                    OutputFile::Sync sync) {
  return std::make_unique<OneFile>(path, format, table, sync);
}

std::unique_ptr<RowWriter> partitioned(const std::string& folder, const std::string& table, OutputFile::Sync sync) {
  return std::make_unique<Partitioned>(folder, table, sync);
}

}  // namespace heapdiff
