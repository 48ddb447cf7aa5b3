#pragma once
// Defaults of a project: heapdiff.toml and HEAPDIFF_* variables. The command line overrides the environment, and the
// environment overrides the file.

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

/// Declares --config and --no-config on a command.
void offer_settings(CLI::App& command);

/// Where the values of options came from that the command line left out.
struct AppliedSettings {
  std::map<std::string, std::string> origins;  ///< {"--fail-on", "heapdiff.toml, line 2"}
  /// Options of a checkout's file that change what the gates judge: "--ops (heapdiff.toml, line 3)".
  std::vector<std::string> judgement;
};

/// Sets the options that the command line left out. The value comes from the variable HEAPDIFF_NAME
/// ("HEAPDIFF_FAIL_ON"; several values are separated by ';') or else from a file. Keys of a file are names of options;
/// a table with the name of a command applies to that command only. The file is --config or HEAPDIFF_CONFIG, which is
/// trusted because a person named it. Without them it is the heapdiff.toml nearest to the working directory, up to the
/// root of its repository, which may set only what setting_trust() allows; and then the user's own,
/// $XDG_CONFIG_HOME/heapdiff/heapdiff.toml (~/.config), for what that one leaves out.
///
/// `declare_all` is called before a file is read, because its keys may belong to any command. Throws Error{usage} for a
/// key that no command knows, that a checkout may not set, and for a value that the option refuses; Error{input} for a
/// file that is not TOML.
AppliedSettings apply_settings(CLI::App& program, const std::function<void()>& declare_all);

}  // namespace heapdiff
