#pragma once
// A command of the program: its options, and the function that runs it.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

/// What a command needs besides its own options.
struct Invocation {
  std::string command_line;  ///< as typed, for the report
  /// Options that a checkout's settings gave and that change what is judged: "--ops (heapdiff.toml, line 3)".
  std::vector<std::string> project_judgement;
  std::vector<std::string> after_dashes = {};  ///< the arguments behind "--"
};

/// Runs the command after parsing and returns the exit code. Throws Error.
using CommandRunner = std::function<int(const Invocation&)>;

/// Declares the options on `app` (a subcommand) and returns the function that runs the command. That function also
/// validates what the parser cannot.
using CommandSetup = CommandRunner (*)(CLI::App& app);

struct CommandInfo {
  const char* name;
  const char* summary;  ///< one line of --help
  CommandSetup setup;
  const char* examples;      ///< lines of --help, each indented by two blanks
  bool has_settings = true;  ///< reads heapdiff.toml and HEAPDIFF_*
};

[[nodiscard]] CommandRunner setup_analyze(CLI::App& app);
[[nodiscard]] CommandRunner setup_capture(CLI::App& app);
[[nodiscard]] CommandRunner setup_summary(CLI::App& app);
[[nodiscard]] CommandRunner setup_diff(CLI::App& app);
[[nodiscard]] CommandRunner setup_compare(CLI::App& app);
[[nodiscard]] CommandRunner setup_explain(CLI::App& app);
[[nodiscard]] CommandRunner setup_export(CLI::App& app);
[[nodiscard]] CommandRunner setup_verify(CLI::App& app);
[[nodiscard]] CommandRunner setup_redact(CLI::App& app);
[[nodiscard]] CommandRunner setup_completion(CLI::App& app);
[[nodiscard]] CommandRunner setup_man(CLI::App& app);

}  // namespace heapdiff
