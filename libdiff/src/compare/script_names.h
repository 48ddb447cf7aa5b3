#pragma once
// Names of scripts that are the same in all builds and on all machines.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::compare {

/// The scripts of one process. An application may lie in another folder in each build, so a script is known by its last
/// part; by its last two where several scripts of the process end alike ("routes/index.js").
class ScriptNames {
 public:
  ScriptNames() = default;
  explicit ScriptNames(const std::vector<std::string>& scripts);

  /// "express/lib/router/index.js" of a package, "cache.js" of the application, the whole name of a runtime's script;
  /// data folded.
  [[nodiscard]] std::string name_of(std::string_view script) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> ends_;  ///< last part to the number of scripts
};

}  // namespace heapdiff::compare
