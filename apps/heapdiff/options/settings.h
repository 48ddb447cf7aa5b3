#pragma once
// Defaults of a project: heapdiff.toml and HEAPDIFF_* variables. The command line overrides the environment, and the
// environment overrides the file.

#include <functional>
#include <map>
#include <string>

namespace CLI {
class App;
}

namespace heapdiff {

/// Declares --config and --no-config on a command.
void offer_settings(CLI::App& command);

/// Sets the options that the command line left out. The value comes from the variable HEAPDIFF_NAME
/// ("HEAPDIFF_FAIL_ON"; several values are separated by ';') or else from the file. Keys of the file are names of
/// options; a table with the name of a command applies to that command only. The file is --config, HEAPDIFF_CONFIG, or
/// the heapdiff.toml nearest to the working directory, up to the root of its repository.
///
/// `declare_all` is called before a file is read, because its keys may belong to any command. Returns where each value
/// came from, by option: {"--fail-on", "heapdiff.toml, line 2"}. Throws Error{usage} for a key that no command knows
/// and for a value that the option refuses, Error{input} for a file that is not TOML.
std::map<std::string, std::string> apply_settings(CLI::App& program, const std::function<void()>& declare_all);

}  // namespace heapdiff
