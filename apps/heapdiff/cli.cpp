#include "cli.h"

#include "commands/command.h"
#include "heapdiff/diff/near_words.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "options/help_formatter.h"
#include "options/outputs_apart.h"
#include "options/settings.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

namespace {

constexpr const char* kDescription = R"(Finds memory leaks in V8 heap snapshots (Node.js, Chromium) of one process.

Examples:
  heapdiff before.heapsnapshot after.heapsnapshot
      what grew, how fast, and which line is to blame
  heapdiff snapshots/ --source-root . -o rca.md -o html=rca.html
      a folder, in time order, with lines from the source; as files
  heapdiff snapshots/ --ops 1000 --fail-on leak --fail-on 'growth>1kB/op'
      in CI: exit 1 when something leaks
  heapdiff verify --before old/ --after new/
      did the fix hold
  heapdiff explain one.heapsnapshot --id @12345
      what holds an object, and what cutting an edge would free
)";

constexpr std::array kCommands = {
    CommandInfo{"analyze", "Find what leaks in 1..N snapshots of one process (the default command)", setup_analyze,
                R"(  heapdiff Heap.20260302.010000.1.0.001.heapsnapshot
      one snapshot, as V8 writes it near the limit: what piles up, and where
  heapdiff snapshots/ --limit 4GB --observed 50MB/h
      the rate, the time to the limit, and whether monitoring agrees
  heapdiff snapshots/ --repo . --since 14d -o jira=bug.txt -o postmortem=pm.md
      with the commit that last changed the line, as a ticket and a post-mortem
  heapdiff snapshots/ --ops 1000 --fail-on 'listeners>0/op' -o sarif=leaks.sarif
      in CI; quote gates, a shell takes > for itself
  curl -s http://app/snapshot | heapdiff first.heapsnapshot - --interval 10m
      the second from a pipe, ten minutes after the first
  curl -u USER:TOKEN -H 'Content-Type: application/json' -d @comment.json \
      https://SITE/rest/api/3/issue/KEY/comment
      post what -o adf-body=comment.json wrote to a Jira issue
)"},
    CommandInfo{"summary", "One snapshot: accumulations, totals, constructors, strings, dominators", setup_summary,
                R"(  heapdiff summary one.heapsnapshot
  heapdiff summary one.heapsnapshot --by count --filter Socket
  heapdiff summary one.heapsnapshot --top 0 --format csv --table constructors
)"},
    CommandInfo{"diff", "Two snapshots: constructors, closures, listeners and objects that grew", setup_diff,
                R"(  heapdiff diff before.heapsnapshot after.heapsnapshot
  heapdiff diff before.heapsnapshot after.heapsnapshot --by count --top 50
)"},
    CommandInfo{"compare", "Two processes or builds: what the new one keeps more, and where", setup_compare,
                R"(  heapdiff compare release-41.heapsnapshot release-42.heapsnapshot
  heapdiff compare base/ new/ --base-ops 50000 --new-ops 80000
      folders with a series or with several runs of each; growth per operation
  heapdiff compare base/ new/ --repo . --base-rev v41 --new-rev v42
      with the commits between the two that touched the lines
  heapdiff compare a.heapsnapshot b.heapsnapshot --fail-on 'growth>1MB'
      in CI: exit 1 when the new build keeps more than 1 MB more
)"},
    CommandInfo{"explain", "One object, constructor or suspect: what holds it, and what a cut would free",
                setup_explain, R"(  heapdiff explain one.heapsnapshot --id @12345
  heapdiff explain one.heapsnapshot --constructor Socket --top 5
  heapdiff explain snapshots/ --suspect 1
  heapdiff explain one.heapsnapshot --id @12345 --format dot | dot -Tsvg > a.svg
)"},
    CommandInfo{"verify", "Did a fix hold: the series before and after it, leak by leak", setup_verify,
                R"(  heapdiff verify --before leaking/ --after fixed/
  heapdiff verify --before leaking/ --after fixed/ --ops 1000 --source-root .
)"},
    CommandInfo{"export", "Rows for SQL engines: of a snapshot, of two, or of many reports", setup_export,
                R"(  heapdiff export one.heapsnapshot > nodes.ndjson
  heapdiff export before.heapsnapshot after.heapsnapshot > classes.ndjson
  heapdiff export reports/ -o lake/
      suspects, series, classes, owners, by day and service, for DuckDB
  heapdiff export report.json --to sql | sqlite3 case.db
)"},
    CommandInfo{"capture", "Take the snapshots of a running process, and analyse them", setup_capture,
                R"(  heapdiff capture pid:4711
      four snapshots of a Node.js process, a minute apart, and what leaks
  heapdiff capture -- node server.js
      of a program that is started for it
  heapdiff capture localhost:9229 --before-each 'sh load.sh' --ops 1000
      an inspector that listens; as much load before each: growth per operation
  kubectl port-forward pod/app 9229 &
  heapdiff capture localhost:9229 --memory-limit 512MB
      of a pod, whose program listens with --inspect
  heapdiff capture pid:4711 --until-growth 20MB
      at even steps of the heap's growth, longer than a minute each
)"},
    CommandInfo{"redact", "A copy of a snapshot without its data: same graph, texts masked", setup_redact,
                R"(  heapdiff redact one.heapsnapshot -o safe.heapsnapshot.zst
  HEAPDIFF_REDACT_KEY=TEXT heapdiff redact a.heapsnapshot -o safe/a.heapsnapshot
      one key for all snapshots of a series, so that they still compare
)"},
    CommandInfo{"completion", "The completion script of a shell: bash, zsh or fish", setup_completion,
                R"(  heapdiff completion bash > ~/.local/share/bash-completion/completions/heapdiff
  heapdiff completion fish > ~/.config/fish/completions/heapdiff.fish
)",
                false},
    CommandInfo{"man", "The man page", setup_man, R"(  heapdiff man | man -l -
)",
                false},
};

bool is_command(std::string_view word) {
  return std::any_of(kCommands.begin(), kCommands.end(), [&](const CommandInfo& c) { return word == c.name; });
}

/// The arguments with the command first, which is `analyze` when none is given. Calls for help or the version, and
/// calls without arguments, have no command.
std::vector<std::string> with_command(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) {
    throw Error(
        ErrorKind::usage, "expected heap snapshots, a folder of them, or a command",
        "heapdiff before.heapsnapshot after.heapsnapshot says what leaks, and heapdiff one.heapsnapshot what one "
        "keeps; heapdiff --help shows the rest.");
  }
  if (words.front() == "help") {  // `heapdiff help COMMAND`
    words.erase(words.begin());
    words.resize(std::min<std::size_t>(words.size(), 1));
    words.emplace_back("--help");
  }
  static constexpr std::array<std::string_view, 4> kProgramFlags = {"-h", "--help", "--version", "--help-all"};
  const bool program = std::find(kProgramFlags.begin(), kProgramFlags.end(), words.front()) != kProgramFlags.end();
  if (program || is_command(words.front())) {
    return words;
  }
  std::error_code error;
  std::vector<std::string> names;
  names.reserve(kCommands.size());
  for (const CommandInfo& command : kCommands) {
    names.emplace_back(command.name);
  }
  const std::string meant = nearest_word(words.front(), names);
  if (!meant.empty() && !std::filesystem::exists(words.front(), error)) {
    throw Error(ErrorKind::usage, "no file and no command '" + visible_text(words.front()) + "'",
                "Did you mean heapdiff " + meant + "?");
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
    if (const std::string meant = nearest_word(flag, known); !meant.empty()) {
      return "Did you mean " + meant + "?";
    }
  }
  return {};
}

/// `heapdiff verify OLD NEW`: which is which has to be said.
std::string suggested_sides(const std::vector<std::string>& words) {
  const bool plain = words.size() == 3 && std::none_of(words.begin(), words.end(),
                                                       [](const std::string& word) { return word.starts_with('-'); });
  return plain && words.front() == "verify" ? fmt::format("Did you mean heapdiff verify --before {} --after {}?",
                                                          visible_text(words[1], 200), visible_text(words[2], 200))
                                            : std::string();
}

/// Adds to an error about an option that is not on the command line where it was set.
Error with_origin(const Error& error, const std::map<std::string, std::string>& origins) {
  const std::string option = error.message().substr(0, error.message().find_first_of(": "));
  const auto at = origins.find(option);
  if (error.kind() != ErrorKind::usage || at == origins.end()) {
    return error;
  }
  return {ErrorKind::usage, visible_text(at->second) + ": " + error.message(), error.advice()};
}

struct DeclaredCommand {
  const CommandInfo* info;
  CLI::App* app;
  CommandRunner run;  ///< empty until its options are declared
};

void declare_options(DeclaredCommand& command) {
  if (command.run) {
    return;
  }
  command.app->footer(command.info->examples);
  command.run = command.info->setup(*command.app);
  command.app->option_defaults()->group("Other");
  command.app->get_help_ptr()->group("Other");
  if (command.info->has_settings) {
    offer_settings(*command.app);
  }
}

}  // namespace

int run_program(int argc, char** argv) {
  CLI::App app(kDescription, "heapdiff");
  app.set_version_flag("--version", "heapdiff " HEAPDIFF_VERSION);
  app.require_subcommand(1);
  app.formatter(make_help_formatter());
  const std::vector<std::string> words = with_command(argc, argv);
  std::vector<DeclaredCommand> commands;
  commands.reserve(kCommands.size());
  for (const CommandInfo& info : kCommands) {
    commands.push_back({&info, app.add_subcommand(info.name, info.summary), {}});
  }
  // To declare the options of all commands takes as long as reading some MB. Only those of the given command are
  // needed.
  const auto wanted = std::find_if(commands.begin(), commands.end(), [&](const DeclaredCommand& c) {
    return c.info->has_settings && words.front() == c.info->name;
  });
  const auto declare_all = [&] { std::for_each(commands.begin(), commands.end(), declare_options); };
  if (wanted != commands.end()) {
    declare_options(*wanted);
  } else {
    declare_all();
  }
  AppliedSettings settings;
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 expects them in reverse order
    settings = apply_settings(app, declare_all);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return app.exit(e, std::cout, std::cerr);
    }
    std::string advice;
    for (const DeclaredCommand& command : commands) {
      if (command.app->parsed()) {
        advice = suggestion(*command.app, words);
      }
    }
    if (advice.empty()) {
      advice = suggested_sides(words);
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
  invocation.project_judgement = settings.judgement;
  if (const auto dashes = std::find(words.begin(), words.end(), "--"); dashes != words.end()) {
    invocation.after_dashes.assign(dashes + 1, words.end());
  }
  for (const DeclaredCommand& command : commands) {
    if (command.app->parsed()) {
      require_outputs_apart(*command.app);
      try {
        return command.run(invocation);
      } catch (const Error& e) {
        throw with_origin(e, settings.origins);
      }
    }
  }
  throw Error(ErrorKind::internal, "no command was run");
}

}  // namespace heapdiff
