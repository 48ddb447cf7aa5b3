#pragma once
// The command line, parsed and validated once.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heapdiff {

struct OutputRequest {
  std::string format;  ///< "text", "markdown", "json"
  std::string path;    ///< empty: standard output
};

struct Options {
  enum class Command { analyze, export_rows } command = Command::analyze;
  std::vector<std::string> inputs;                       ///< files, folders or "-", as given
  std::vector<OutputRequest> outputs;                    ///< at least one
  std::vector<std::pair<std::string, std::int64_t>> at;  ///< file -> nanoseconds since 1970
  std::optional<std::int64_t> interval_ns;
  std::string source_root;  ///< empty: none
  std::string source_map;
  bool force = false;
  bool quiet = false;
  bool color = false;  ///< of standard output
  std::string command_line;
};

/// What to do next: run with these options, or leave with this code (help, version, usage).
struct ParseResult {
  std::optional<Options> options;
  int exit_code = 0;
};

[[nodiscard]] ParseResult parse_command_line(int argc, char** argv);

}  // namespace heapdiff
