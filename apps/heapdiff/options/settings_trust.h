#pragma once
// What the heapdiff.toml of a checkout may set. Whoever can propose a change to a repository can write that file, and
// CI reads it before anybody has read the change.

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

enum class SettingTrust {
  free,                  ///< changes how the answer looks
  judgement,             ///< changes what is judged: named beside the outcome of the gates
  judgement_in_project,  ///< the same, and names a file: one inside of the repository
  in_project,            ///< names a file or folder inside of the repository
  command_line,          ///< runs what it says: neither a file nor the environment may set it
  forbidden,             ///< writes, shows what is masked, or lets a gate pass
};

/// What a checkout may set of the option with this long name. Options that are not known here are forbidden.
[[nodiscard]] SettingTrust setting_trust(std::string_view option);

/// Throws Error{usage} unless all of `values` lie in `project`, when links are followed. `origin`: "heapdiff.toml,
/// line 3". Relative names count from the working directory, as on the command line.
void require_in_project(std::string_view option, const std::vector<std::string>& values, const std::string& project,
                        const std::string& origin);

}  // namespace heapdiff
