#pragma once
// Where answers, progress and warnings go: shared by all commands.

#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/load.h"
#include "options/declare_options.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff {

/// One report to write.
struct OutputRequest {
  std::string format;  ///< a name that the command offers
  std::string path;    ///< empty: standard output
};

/// --format, -o, --color, -q, -v, --width: the same in every command that renders.
class Console {
 public:
  /// `formats`: what the command offers, the default first.
  Console(CLI::App& app, std::vector<std::string> formats);

  /// To be called once after parsing. Throws Error{usage} for an output of a format that is not offered.
  void validate();
  [[nodiscard]] bool quiet() const noexcept { return quiet_; }
  /// A line on standard error with -v: what was taken from where.
  void note(std::string_view text) const;
  /// A line on standard error, unless -q. `text` is made safe for a terminal.
  void warn(std::string_view text) const;
  /// Renders once per request and writes it; of several processes, `part` goes into the names of the files:
  /// "rca.md", "process-2" -> "rca.process-2.md". Throws Error{output}; Error{usage} for several documents on standard
  /// output in a format that holds one.
  void write(const std::function<std::string(const std::string& format, const RenderOptions&)>& render,
             const std::string& part = {}) const;
  /// Writes `text` to each file that was asked for in `format`: the answer that there is none.
  void write_files(const std::string& format, const std::string& text) const;

 private:
  std::vector<std::string> formats_;
  DeclaredOption format_option_;
  std::string format_;
  std::string color_ = "auto";
  std::vector<std::string> outputs_;
  std::vector<OutputRequest> requests_;
  unsigned width_ = 0;
  bool quiet_ = false;
  bool verbose_ = false;
};

/// Writes to standard output; a reader that closed the pipe has seen enough. Throws Error{output}.
void write_stdout(std::string_view text);

/// "FILE" as one input of a command, checked to be one.
void require_inputs(const std::vector<std::string>& inputs, std::size_t count, std::string_view command);

}  // namespace heapdiff
