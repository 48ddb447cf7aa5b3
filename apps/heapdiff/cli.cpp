#include "cli.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace heapdiff {

namespace {

constexpr const char* kExamples = R"(Finds memory leaks in V8 heap snapshots of one process.

Examples:
  heapdiff before.heapsnapshot after.heapsnapshot     what grew, and which line is to blame
  heapdiff snapshots/                                 a folder: the whole series, in time order
  heapdiff snapshots/ --source-root . -o rca.md       the same as Markdown, with lines from the source
  heapdiff a.heapsnapshot.gz b.heapsnapshot.zst --interval 10m --format json
)";

std::string nearest_source_root() {
  std::error_code error;
  for (auto folder = std::filesystem::current_path(error); !error && !folder.empty(); folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / ".git", error) || std::filesystem::exists(folder / "package.json", error)) {
      return folder.string();
    }
    if (folder == folder.root_path()) {
      break;
    }
  }
  return {};
}

std::string format_of_path(const std::string& path) {
  const std::string suffix = std::filesystem::path(path).extension().string();
  return suffix == ".md" ? "markdown" : suffix == ".json" ? "json" : suffix == ".html" ? "html" : "text";
}

OutputRequest parse_output(const std::string& text, const std::string& format, bool format_given) {
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos && parse_format(text.substr(0, equals))) {
    return {text.substr(0, equals), text.substr(equals + 1)};
  }
  return {format_given ? format : format_of_path(text), text};
}

}  // namespace

ParseResult parse_command_line(int argc, char** argv) {
  CLI::App app(kExamples, "heapdiff");
  app.set_version_flag("--version", "heapdiff " HEAPDIFF_VERSION);
  app.get_formatter()->column_width(32);
  std::string format = "text";
  std::string to = "ndjson";
  std::string interval;
  std::string zone;
  std::string color = "auto";
  std::vector<std::string> outputs;
  std::vector<std::string> at;
  bool no_source = false;
  Options options;
  std::vector<std::string> words;
  app.add_option("SERIES", words,
                 "Snapshots (.heapsnapshot, .gz, .zst), folders of them, or - for standard input; the words `analyze` "
                 "(the default) and `export` may come first")
      ->required()
      ->type_name("");
  auto* format_option = app.add_option("--format", format, "text, markdown, json or html")->type_name("FORMAT");
  app.add_option("-o,--output", outputs, "Write to FILE (or FORMAT=FILE); may be repeated")
      ->type_name("[FORMAT=]FILE")
      ->allow_extra_args(false);
  app.add_option("--at", at, "Capture time of one input: FILE=2026-03-02T01:00:00Z; may be repeated")
      ->type_name("FILE=TIME")
      ->allow_extra_args(false);
  app.add_option("--interval", interval, "Time between snapshots: 30s, 10m, 2h")->type_name("DURATION");
  app.add_option("--tz", zone, "Zone of the times in file names (default: this machine's)")->type_name("ZONE");
  auto* root_option =
      app.add_option("--source-root", options.source_root,
                     "Folder of the program's source (default: the nearest one with .git or package.json)")
          ->type_name("DIR");
  app.add_option("--source-map", options.source_map, "A source map to use")->type_name("FILE");
  app.add_flag("--no-source", no_source, "Open no source files");
  app.add_option("--to", to, "export: ndjson")->type_name("FORMAT");
  app.add_flag("--force", options.force, "Go on when the snapshots are of different processes");
  app.add_option("--color", color, "auto, always or never")->type_name("WHEN");
  app.add_flag("-q,--quiet", options.quiet, "No progress and no warnings on stderr");
  app.footer(
      "Exit codes: 0 done, 2 usage, 3 unreadable or malformed input, 4 a limit, 5 output not written, 70 a bug.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e, std::cout, std::cerr);
    return {std::nullopt, code == 0 ? 0 : 2};
  }
  const auto usage = [](const std::string& message, const std::string& advice = "See heapdiff --help.") {
    return Error(ErrorKind::usage, message, advice);
  };
  if (words.front() == "analyze" || words.front() == "export") {
    options.command = words.front() == "export" ? Options::Command::export_rows : Options::Command::analyze;
    words.erase(words.begin());
  }
  if (words.empty()) {
    throw usage("no snapshot was named");
  }
  options.inputs = words;
  if (!parse_format(format)) {
    throw usage("--format: expected text, markdown, json or html, got '" + visible_text(format) + "'");
  }
  if (to != "ndjson") {
    throw usage("--to: expected ndjson, got '" + visible_text(to) + "'");
  }
  if (color != "auto" && color != "always" && color != "never") {
    throw usage("--color: expected auto, always or never, got '" + visible_text(color) + "'");
  }
  if (!zone.empty()) {
    setenv("TZ", zone.c_str(), 1);
    tzset();
  }
  for (const std::string& text : outputs) {
    options.outputs.push_back(parse_output(text, format, format_option->count() > 0));
  }
  if (outputs.empty()) {
    options.outputs.push_back({format, ""});
  }
  for (const std::string& text : at) {
    const std::size_t equals = text.rfind('=');
    const auto time =
        equals == std::string::npos ? std::nullopt : parse_time(std::string_view(text).substr(equals + 1));
    if (!time) {
      throw usage("--at: expected FILE=TIME with a time such as 2026-03-02T01:00:00Z, got '" + visible_text(text) +
                  "'");
    }
    options.at.push_back({text.substr(0, equals), *time});
  }
  if (!interval.empty()) {
    options.interval_ns = parse_duration(interval);
    if (!options.interval_ns) {
      throw usage("--interval: expected a duration such as 30s, 10m or 2h, got '" + visible_text(interval) + "'");
    }
  }
  if (no_source) {
    options.source_root.clear();
  } else if (root_option->count() == 0) {
    options.source_root = nearest_source_root();
  } else if (!std::filesystem::is_directory(options.source_root)) {
    throw usage("--source-root: no such folder: '" + visible_text(options.source_root) + "'");
  }
  const char* no_color = std::getenv("NO_COLOR");
  const bool terminal = isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
  options.color = color == "always" || (color == "auto" && terminal);
  options.command_line = "heapdiff";
  for (int i = 1; i < argc; ++i) {
    options.command_line += std::string(" ") + argv[i];
  }
  return {std::move(options), 0};
}

}  // namespace heapdiff
