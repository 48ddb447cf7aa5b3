#pragma once
// Defaults of a project: heapdiff.toml and HEAPDIFF_* variables. A flag beats the environment beats the file.

#include <functional>
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace heapdiff {

/// Declares --config and --no-config on a command.
void offer_settings(CLI::App& command);

/// Gives the options of the command that was parsed, where the command line left them out, the value of the variable
/// HEAPDIFF_NAME ("HEAPDIFF_FAIL_ON"; several values with ';' between), or else of the file: keys are option names,
/// those in a table named like a command are for it alone. The file is --config, HEAPDIFF_CONFIG, or the heapdiff.toml
/// nearest to the working directory, up to the root of its repository.
/// Returns where each value came from, by option: {"--fail-on", "heapdiff.toml, line 2"}.
/// `declare_all` is called before a file is read: its keys may be those of any command.
/// Throws Error{usage} for a key that no command knows and for a value that the option refuses, Error{input} for what
/// is no TOML.
std::map<std::string, std::string> apply_settings(CLI::App& program, const std::function<void()>& declare_all);

}  // namespace heapdiff
