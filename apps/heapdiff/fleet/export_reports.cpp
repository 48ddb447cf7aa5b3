#include "fleet/export_reports.h"

#include "fleet/row_files.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

/// What was read to tell a report from a snapshot, and then the rest.
class PeekedSource final : public ByteSource {
 public:
  PeekedSource(std::string first, std::unique_ptr<ByteSource> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}
  std::size_t read(std::span<char> buffer) override {
    if (given_ == first_.size()) {
      return rest_->read(buffer);
    }
    const std::size_t n = std::min(buffer.size(), first_.size() - given_);
    std::copy_n(first_.data() + given_, n, buffer.data());
    given_ += n;
    return n;
  }
  [[nodiscard]] std::optional<std::uint64_t> size_bytes() const override { return rest_->size_bytes(); }
  [[nodiscard]] std::uint64_t stored_bytes_read() const override { return rest_->stored_bytes_read(); }
  [[nodiscard]] std::optional<std::uint64_t> stored_size_bytes() const override { return rest_->stored_size_bytes(); }
  void check_unchanged() const override { rest_->check_unchanged(); }

 private:
  std::string first_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

std::string read_all(ByteSource& source, const std::string& name) {
  constexpr std::size_t kMaxBytes = std::size_t{256} << 20U;  // the largest report of a test has 2 MB
  std::string text;
  std::array<char, 1U << 16U> block{};
  for (std::size_t n = 0; (n = source.read(block)) != 0;) {
    text.append(block.data(), n);
    if (text.size() > kMaxBytes) {
      throw Error(ErrorKind::limit, name, std::nullopt, "a report of more than 256 MiB");
    }
  }
  return text;
}

/// The value of a part `name=value` of a path: "reports/service=api/1.json".
std::string path_value(const std::string& path, const std::string& name) {
  for (const fs::path& part : fs::path(path)) {
    if (part.string().starts_with(name + "=")) {
      return mask_secrets(visible_text(part.string().substr(name.size() + 1), 200));
    }
  }
  return {};
}

class ReportExporter {
 public:
  ReportExporter(const ReportExport& request, RowWriter& writer) : request_(request), writer_(writer) {}

  /// `named`: by the caller, so that a file that is no report is an error.
  void add(OpenedInput input, const std::string& name, bool named) {
    const std::string text = read_all(*input.source, input.name);
    nlohmann::json report = nlohmann::json::parse(text, nullptr, false);
    try {
      if (report.is_discarded()) {
        throw Error(ErrorKind::input, input.name, std::nullopt, "expected a report of heapdiff analyze, got no JSON");
      }
      add_rows(report, name);
    } catch (const Error& e) {
      if (named || e.kind() != ErrorKind::input) {
        throw;
      }
      warn(e.what());
    }
  }

  void add_path(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      add(open_input(path), path, true);
      return;
    }
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      const std::string name = entry.path().filename().string();
      const bool is_json = name.ends_with(".json") || name.ends_with(".json.zst") || name.ends_with(".json.gz");
      if (is_json && entry.is_regular_file(error)) {
        files.push_back(entry.path().string());
      }
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) {
      throw Error(ErrorKind::input, path, std::nullopt, "no report (*.json, *.json.zst, *.json.gz) in this folder");
    }
    for (const std::string& file : files) {
      add(open_input(file, {}, 1), file, false);
    }
  }

 private:
  void add_rows(const nlohmann::json& report, const std::string& name) {
    ReportOrigin origin;
    origin.day = report.is_object() ? day_of(report) : std::string();
    origin.service = request_.service.empty() ? path_value(name, "service") : request_.service;
    origin.release = request_.release.empty() ? path_value(name, "release") : request_.release;
    origin.service = origin.service.empty() ? "unknown" : origin.service;
    origin.report = mask_secrets(visible_text(name, 1000));
    const auto rows = rows_of(report, origin);
    for (std::size_t t = 0; t < rows.size(); ++t) {
      for (const RowValues& row : rows[t]) {
        writer_.write(row_tables()[t], row, origin);
      }
    }
  }

  void warn(const std::string& text) const {
    if (!request_.quiet) {
      std::fputs(("heapdiff: left out: " + without_log_commands(mask_secrets(text)) + "\n").c_str(), stderr);
    }
  }

  const ReportExport& request_;
  RowWriter& writer_;
};

std::unique_ptr<RowWriter> writer_for(const ReportExport& request) {
  const RowFormat format = request.to == "sql" ? RowFormat::sql : RowFormat::ndjson;
  fs::path name = fs::path(request.output).filename();
  if (name.extension() == ".zst" || name.extension() == ".gz") {
    name = name.stem();
  }
  const std::string ending = name.extension().string();
  const bool is_file = request.output.empty() || request.output.starts_with("/dev/") || ending == ".ndjson" ||
                       ending == ".jsonl" || ending == ".sql";
  if (!is_file && format == RowFormat::sql) {
    throw Error(ErrorKind::usage, "--to sql writes one file: expected -o FILE.sql");
  }
  const OutputFile::Sync sync = request.durable ? OutputFile::Sync::durable : OutputFile::Sync::usual;
  return is_file ? one_file(request.output, format, request.table, sync)
                 : partitioned(request.output, request.table, sync);
}

void export_all(const ReportExport& request, std::optional<OpenedInput> first) {
  const auto writer = writer_for(request);
  ReportExporter exporter(request, *writer);
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    const std::string& path = request.inputs[i];
    if (i == 0 && first) {
      exporter.add(std::move(*first), path == "-" ? "<stdin>" : path, true);
    } else {
      exporter.add_path(path);
    }
  }
  writer->finish();
}

}  // namespace

bool begins_report(std::string_view bytes) noexcept {
  const auto skip = [&] { bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size())); };
  skip();
  if (!bytes.starts_with('{')) {
    return false;
  }
  bytes.remove_prefix(1);
  skip();
  return bytes.starts_with("\"schemaVersion\"");
}

OpenedInput open_and_tell(const std::string& path, bool& is_report) {
  OpenedInput input = open_input(path);
  std::string first(4096, '\0');
  std::size_t n = 0;
  while (n < first.size()) {
    const std::size_t more = input.source->read(std::span(first).subspan(n));
    if (more == 0) {
      break;
    }
    n += more;
  }
  first.resize(n);
  is_report = begins_report(first);
  input.source = std::make_unique<PeekedSource>(std::move(first), std::move(input.source));
  return input;
}

void export_reports(const ReportExport& request, OpenedInput first) { export_all(request, std::move(first)); }
void export_reports(const ReportExport& request) { export_all(request, std::nullopt); }

}  // namespace heapdiff
