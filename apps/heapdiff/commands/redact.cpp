// `heapdiff redact`: a snapshot that can be attached to a ticket.

#include "commands/command.h"
#include "heapdiff/reports/output_file.h"
#include "heapdiff/snapshot/compress.h"
#include "heapdiff/snapshot/error.h"
#include "io/keyed_mask.h"
#include "io/progress.h"
#include "io/spool.h"
#include "options/declare_options.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace heapdiff {

namespace {

struct RedactOptions {
  std::string input;
  std::string output;
  std::string key;
  bool unlinkable = false;
  bool quiet = false;
};

class FileSink : public ByteSink {
 public:
  explicit FileSink(OutputFile& file) : file_(file) {}
  void write(std::string_view bytes) override { file_.write(bytes); }

 private:
  OutputFile& file_;
};

int redact_file(const RedactOptions& options) {
  require_writable(options.output);
  TerminalProgress progress(options.quiet);
  if (options.unlinkable && !options.key.empty()) {
    throw Error(ErrorKind::usage, "--unlinkable: a key links equal texts of several snapshots",
                "Leave out --key and HEAPDIFF_REDACT_KEY, or leave out --unlinkable.");
  }
  const KeyedMask mask(options.key, options.unlinkable ? KeyedMask::Equal::unlinkable : KeyedMask::Equal::linked);
  OutputFile file(options.output, OutputFile::Sync::durable);
  FileSink sink(file);
  const std::unique_ptr<CompressingSink> compressed = compressing_sink(options.output, sink);
  const Limits limits;
  std::optional<Spool> spool;
  if (is_stream(options.input)) {
    const std::string folder = std::filesystem::path(options.output).parent_path().string();
    spool.emplace(options.input, folder.empty() ? "." : folder, limits);
  }
  const auto open = [&] { return spool ? spool->open(limits) : open_input(options.input, limits, 2); };
  redact_snapshot(open, limits, mask, *compressed, &progress);
  compressed->finish();
  progress.clear();
  file.commit();
  return 0;
}

}  // namespace

CommandRunner setup_redact(CLI::App& app) {
  auto options = std::make_shared<RedactOptions>();
  add_option(app, "FILE", options->input, "A snapshot (.heapsnapshot, .gz, .zst), or - for standard input")
      .required()
      .type_name("");
  add_option(app, "-o,--output", options->output, "The file to write; .gz and .zst are compressed")
      .required()
      .type_name("FILE");
  add_option(app, "--key", options->key,
             "Secret that the masks are made with: give the snapshots of one series the same one, and tell it "
             "nobody (default: a random one)")
      .type_name("TEXT")
      .envname("HEAPDIFF_REDACT_KEY");
  add_flag(app, "--unlinkable", options->unlinkable,
           "All texts of strings look alike, so that nobody can tell which were equal");
  add_flag(app, "-q,--quiet", options->quiet, "No progress on stderr");
  return [options](const Invocation&) { return redact_file(*options); };
}

}  // namespace heapdiff
