// `heapdiff capture`: takes the snapshots of a running process, and analyses them.

#include "capture/capture_run.h"
#include "capture/folder_store.h"
#include "capture/stream_store.h"
#include "commands/command.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/diff/units.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/guard.h"
#include "io/progress.h"
#include "options/analyze_options.h"
#include "options/declare_options.h"
#include "pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>

namespace heapdiff {

namespace {

struct CaptureCommandOptions {
  explicit CaptureCommandOptions(CLI::App& app) {
    add_option(app, "TARGET", target,
               "HOST:PORT or ws://HOST:PORT/PATH of an inspector, pid:N, signal:N, or -- COMMAND to start a program")
        .required()
        .type_name("");
    begin_group(app, "Which snapshots");
    add_option(app, "--count", count, "Number of snapshots").capture_default_str().type_name("N");
    add_option(app, "--every", every,
               "From the end of one to the beginning of the next (default: 1m; 0s after --before-each)")
        .type_name("DURATION");
    add_option(app, "--warm-up", warm_up, "Wait before the first (default: 5s for a program that is started)")
        .type_name("DURATION");
    add_option(app, "--until-growth", until_growth,
               "Take them at even steps of growth of the heap, the last at this much; look each --every (10s)")
        .type_name("20MB");
    add_option(app, "--for", longest, "With --until-growth: at most so long (default: 1h)").type_name("DURATION");
    add_option(
        app, "--before-each", before_each,
        "Run this shell command before each snapshot, to drive load; --ops counts its operations. On the command "
        "line only")
        .type_name("COMMAND");
    add_option(app, "--page", page, "Which page of a browser: a part of its title or URL").type_name("TEXT");
    add_flag(app, "--track-allocations", track_allocations,
             "Record allocation stacks: slower, and names the line better");
    add_flag(app, "--sampling", sampling,
             "Record a sampling profile: a .heapprofile beside the snapshots, which the analysis uses");
    begin_group(app, "Safety");
    add_option(app, "--max-pause", max_pause, "Stop waiting for a snapshot after this, and take no further one")
        .type_name("DURATION");
    add_option(app, "--memory-limit", memory_limit, "Memory that the process may use, where its limit cannot be seen")
        .type_name("512MB");
    add_flag(app, "--force", force,
             "Take a snapshot that may exceed the memory, or signal a process that may not be Node");
    add_flag(app, "--allow-remote", allow_remote, "Connect to an address that is not this machine's loopback");
    begin_group(app, "Where");
    add_option(app, "--out", out, "Folder for the snapshots and capture.json (default: heapdiff-DATE-TIME)")
        .type_name("DIR");
    add_flag(app, "--no-files", no_files, "Analyse the snapshots while they arrive, and write nothing to the disk");
    add_flag(app, "--analyze,!--no-analyze", analyze_after, "Analyse them at the end (default), or not");
    analyze = std::make_unique<AnalyzeOptions>(app, SeriesUse::captured);
  }
  std::vector<std::string> target;
  unsigned count = 4;
  std::string every;
  std::string warm_up;
  std::string until_growth;
  std::string longest;
  std::string before_each;
  std::string page;
  std::string max_pause;
  std::string memory_limit;
  std::string out;
  bool track_allocations = false;
  bool sampling = false;
  bool force = false;
  bool allow_remote = false;
  bool no_files = false;
  bool analyze_after = true;
  std::unique_ptr<AnalyzeOptions> analyze;
};

std::optional<std::chrono::nanoseconds> duration_of(const char* option, const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  if (text == "0" || text == "0s") {
    return std::chrono::nanoseconds(0);
  }
  const auto ns = parse_duration(text);
  if (!ns || *ns > 30LL * 86'400 * 1'000'000'000) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: expected a duration such as 30s, 10m or 2h, got '{}'", option, visible_text(text)));
  }
  return std::chrono::nanoseconds(*ns);
}

std::optional<std::uint64_t> size_of(const char* option, const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes <= 0) {
    throw Error(ErrorKind::usage,
                fmt::format("{}: expected a size such as 20MB, got '{}'", option, visible_text(text)));
  }
  return static_cast<std::uint64_t>(*bytes);
}

std::string folder_of_now() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return fmt::format("heapdiff-{:04}{:02}{:02}-{:02}{:02}{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                     local.tm_hour, local.tm_min, local.tm_sec);
}

capture::Target target_of(const CaptureCommandOptions& options, const Invocation& invocation) {
  if (!invocation.after_dashes.empty()) {
    if (options.target.size() != invocation.after_dashes.size()) {
      throw Error(ErrorKind::usage, "expected one target: a process, or a command behind --");
    }
    return capture::CommandTarget{invocation.after_dashes};
  }
  if (options.target.size() != 1) {
    throw Error(ErrorKind::usage, "expected one target", "A command to be started follows after --.");
  }
  return capture::parse_target(options.target.front());
}

/// What --no-files contradicts.
void require_files_unwanted(const CaptureCommandOptions& options, const capture::Target& target) {
  if (!options.out.empty()) {
    throw Error(ErrorKind::usage, "--no-files and --out contradict each other");
  }
  if (!options.analyze_after) {
    throw Error(ErrorKind::usage, "--no-files and --no-analyze leave nothing to do");
  }
  if (std::holds_alternative<capture::SignalTarget>(target)) {
    throw Error(ErrorKind::usage, "--no-files: at a signal the process itself writes a file",
                "pid:N opens its inspector, which needs none.");
  }
}

capture::CaptureOptions capture_options(const CaptureCommandOptions& options, const Invocation& invocation) {
  using namespace std::chrono_literals;
  capture::CaptureOptions how;
  how.target = target_of(options, invocation);
  if (options.no_files) {
    require_files_unwanted(options, how.target);
  }
  const bool starts = std::holds_alternative<capture::CommandTarget>(how.target);
  const bool grows = !options.until_growth.empty();
  if (options.count == 0 || options.count > 1000) {
    throw Error(ErrorKind::usage, "--count: expected 1 to 1000");
  }
  if (grows && options.count < 2) {
    throw Error(ErrorKind::usage, "--until-growth needs --count 2 or more");
  }
  capture::ScheduleOptions& when = how.schedule;
  when.count = options.count;
  const std::chrono::nanoseconds usual = grows ? 10s : options.before_each.empty() ? 60s : 0s;
  when.every = duration_of("--every", options.every).value_or(usual);
  when.warm_up = duration_of("--warm-up", options.warm_up).value_or(starts ? 5s : 0s);
  when.until_growth = size_of("--until-growth", options.until_growth);
  when.longest = duration_of("--for", options.longest).value_or(1h);
  how.before_each = options.before_each;
  how.operations_per_step = options.analyze->series.operations_per_step();
  if (const auto pause = duration_of("--max-pause", options.max_pause)) {
    how.max_pause = std::chrono::duration_cast<std::chrono::milliseconds>(*pause);
  }
  how.memory_limit_bytes = size_of("--memory-limit", options.memory_limit);
  how.page = options.page;
  how.track_allocations = options.track_allocations;
  how.sampling = options.sampling;
  how.allow_remote = options.allow_remote;
  how.force = options.force;
  return how;
}

int code_of(const capture::CaptureResult& result) {
  return result.signal != 0 ? 128 + result.signal : result.error ? exit_code(result.error->kind()) : 0;
}

/// One capture, and what is said of it meanwhile.
class CaptureCommand {
 public:
  CaptureCommand(CaptureCommandOptions& options, const Invocation& invocation)
      : options_(options),
        invocation_(invocation),
        how_(capture_options(options, invocation)),
        progress_(options.analyze->console.quiet()) {}

  int into_files() {
    const std::string folder = options_.out.empty() ? folder_of_now() : options_.out;
    capture::FolderStore store(folder, options_.analyze->console.sync());
    const capture::CaptureResult result = run(store, " in " + folder);
    if (result.record.snapshots.empty()) {
      return code_of(result);
    }
    if (!options_.analyze_after) {
      std::string text;
      for (const capture::CapturedSnapshot& snapshot : result.record.snapshots) {
        text += visible_text(folder + "/" + snapshot.file) + "\n";
      }
      write_stdout(text);
      return code_of(result);
    }
    use_profile(store.profile_path());
    options_.analyze->series.set_inputs({folder});
    const int judged = analyze(*options_.analyze, invocation_);
    return code_of(result) != 0 ? code_of(result) : judged;
  }

  int without_files() {
    const SeriesReadOptions read{options_.analyze->memory.limit_bytes(), false, nullptr};
    capture::StreamStore store(read, options_.count);
    const capture::CaptureResult result = run(store, ", none in a file");
    if (result.record.snapshots.empty()) {
      return code_of(result);
    }
    use_profile(store.profile_path());
    int judged = 0;
    try {
      judged = analyze_series(store.finish(), *options_.analyze, invocation_);
    } catch (const Error& e) {
      if (code_of(result) == 0) {
        throw;
      }
      say(e.what());  // the reason why the capture ended early says more
    }
    return code_of(result) != 0 ? code_of(result) : judged;
  }

 private:
  void say(const std::string& text) {
    progress_.clear();
    options_.analyze->console.warn(mask_secrets(text));
    print_warnings(stderr);  // a capture takes minutes, and says before each snapshot that the process stands still
  }

  capture::CaptureResult run(capture::SnapshotStore& store, const std::string& place) {
    const auto voice = [this](const std::string& text) { say(text); };
    capture::CaptureResult result = capture::run_capture(how_, store, HEAPDIFF_VERSION, {voice, voice, &progress_});
    progress_.clear();
    if (result.error) {
      say(result.error->what());
    }
    if (const std::size_t taken = result.record.snapshots.size(); taken != 0) {
      say(fmt::format("{} snapshot{}{}", taken, taken == 1 ? "" : "s", place));
    }
    return result;
  }

  /// A profile that the caller names is preferred.
  void use_profile(const std::string& path) {
    std::string& profile = options_.analyze->source.locations.heap_profile;
    profile = profile.empty() ? path : profile;
  }

  CaptureCommandOptions& options_;
  const Invocation& invocation_;
  capture::CaptureOptions how_;
  TerminalProgress progress_;
};

}  // namespace

CommandRunner setup_capture(CLI::App& app) {
  auto options = std::make_shared<CaptureCommandOptions>(app);
  return [options](const Invocation& invocation) {
    AnalyzeOptions& analyze = *options->analyze;
    analyze.console.validate();
    analyze.source.validate();
    analyze.gates.validate(analyze.series.counts_operations());
    analyze.outlook.validate();
    CaptureCommand command(*options, invocation);
    return options->no_files ? command.without_files() : command.into_files();
  };
}

}  // namespace heapdiff
