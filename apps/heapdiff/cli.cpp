#include "cli.h"

#include "commands/command.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "settings.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

namespace {

constexpr const char* kDescription = R"(Finds memory leaks in V8 heap snapshots of one process.

Examples:
  heapdiff before.heapsnapshot after.heapsnapshot     what grew, and which line is to blame
  heapdiff snapshots/                                 a folder: the whole series, in time order
  heapdiff snapshots/ --source-root . -o rca.md       the same as Markdown, with lines from the source
  heapdiff snapshots/ --fail-on leak --ops 1000       exit 1 when something leaks; per operation in CI
  heapdiff verify --before old/ --after new/          did the fix hold
  heapdiff summary one.heapsnapshot                   one snapshot: what the bytes are, and who holds them
  heapdiff diff before.heapsnapshot after.heapsnapshot
  heapdiff explain one.heapsnapshot --id @12345       what holds an object, and what cutting an edge would free
)";

constexpr std::array kCommands = {
    CommandInfo{"analyze", "Find what leaks in 2..N snapshots of one process (the default command)", setup_analyze},
    CommandInfo{"summary", "One snapshot: totals, statistics, constructors, repeated strings, dominators",
                setup_summary},
    CommandInfo{"diff", "Two snapshots: constructors, closures, listeners and objects that grew", setup_diff},
    CommandInfo{"explain", "One object, constructor or suspect: what holds it, and what a cut would free",
                setup_explain},
    CommandInfo{"verify", "Did a fix hold: the series before and after it, leak by leak", setup_verify},
    CommandInfo{"export", "Rows for SQL engines: every node and class, or the class diff of two snapshots",
                setup_export},
    CommandInfo{"redact", "A copy of a snapshot without its data: same graph, texts masked", setup_redact},
};

bool is_command(std::string_view word) {
  return std::any_of(kCommands.begin(), kCommands.end(), [&](const CommandInfo& c) { return word == c.name; });
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// A slip of the fingers, not another word.
bool near_enough(std::string_view a, std::string_view b) {
  return edit_distance(a, b) <= std::min(a.size(), b.size()) / 3;
}

/// The command stands first; without one it is `analyze`. The help, the version and nothing at all are the program's.
std::vector<std::string> with_command(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  static constexpr std::array<std::string_view, 4> kProgramFlags = {"-h", "--help", "--version", "--help-all"};
  const bool program =
      words.empty() || std::find(kProgramFlags.begin(), kProgramFlags.end(), words.front()) != kProgramFlags.end();
  if (program || is_command(words.front())) {
    return words;
  }
  std::error_code error;
  for (const CommandInfo& command : kCommands) {
    if (near_enough(command.name, words.front()) && !std::filesystem::exists(words.front(), error)) {
      throw Error(ErrorKind::usage, "no file and no command '" + visible_text(words.front()) + "'",
                  std::string("Did you mean heapdiff ") + command.name + "?");
    }
  }
  words.insert(words.begin(), "analyze");
  return words;
}

/// "Did you mean --format?" for the first flag that the command does not know; empty without a near one.
std::string suggestion(const CLI::App& command, const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      known.push_back("--" + name);
    }
  }
  for (const std::string& word : words) {
    const std::string flag = word.substr(0, word.find('='));
    if (!flag.starts_with("--") || std::find(known.begin(), known.end(), flag) != known.end()) {
      continue;
    }
    const auto nearest = std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
      return edit_distance(a, flag) < edit_distance(b, flag);
    });
    if (nearest != known.end() && near_enough(*nearest, flag)) {
      return "Did you mean " + *nearest + "?";
    }
  }
  return {};
}

}  // namespace

int run_program(int argc, char** argv) {
  CLI::App app(kDescription, "heapdiff");
  app.set_version_flag("--version", "heapdiff " HEAPDIFF_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(36);
  app.footer(
      "heapdiff COMMAND --help tells a command's options.\n"
      "Exit codes: 0 done, and every gate held; 1 a gate failed; 2 usage; 3 unreadable or malformed input; 4 a limit; "
      "5 output not written; 6 not enough evidence for a gate; 70 a bug.");
  std::vector<std::pair<CLI::App*, CommandRunner>> commands;
  for (const CommandInfo& info : kCommands) {
    CLI::App* command = app.add_subcommand(info.name, info.summary);
    commands.emplace_back(command, info.setup(*command));
    offer_settings(*command);
  }
  std::vector<std::string> words = with_command(argc, argv);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them last first
    apply_settings(app);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return app.exit(e, std::cout, std::cerr);
    }
    std::string advice;
    for (const auto& [command, runner] : commands) {
      if (command->parsed()) {
        advice = suggestion(*command, words);
      }
    }
    if (advice.empty()) {
      advice = "See heapdiff " + (words.empty() ? std::string() : words.front() + " ") + "--help.";
    }
    throw Error(ErrorKind::usage, e.what(), advice);
  }
  Invocation invocation;
  invocation.command_line = "heapdiff";
  for (int i = 1; i < argc; ++i) {
    invocation.command_line += std::string(" ") + argv[i];
  }
  for (const auto& [command, runner] : commands) {
    if (command->parsed()) {
      return runner(invocation);
    }
  }
  throw Error(ErrorKind::internal, "no command was run");
}

}  // namespace heapdiff
