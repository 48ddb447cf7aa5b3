#pragma once
// Output of all commands: reports, files, and lines on standard error.

#include "heapdiff/reports/output_file.h"
#include "heapdiff/reports/output_folder.h"
#include "heapdiff/reports/personal.h"
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
  /// What a command prints on standard output in its format "text".
  enum class Text {
    whole,
    brief,  ///< the short answer, unless --full is given; files always get the whole text
  };
  /// `formats`: what the command offers, the default first. Whoever offers Text::brief also offers a folder for Jira
  /// (-o jira-kit=DIR).
  Console(CLI::App& app, std::vector<std::string> formats, Text text = Text::whole);

  /// To be called once after parsing. Throws Error{usage} for an output of a format that is not offered, and
  /// Error{output} for a file that cannot be written or a folder that heapdiff did not write.
  void validate();
  [[nodiscard]] bool quiet() const noexcept { return quiet_; }
  /// What --durable asks of every file.
  [[nodiscard]] OutputFile::Sync sync() const noexcept {
    return durable_ ? OutputFile::Sync::durable : OutputFile::Sync::usual;
  }
  /// Whether write() writes a report in this format: what only that format shows need not be computed for others.
  [[nodiscard]] bool writes(std::string_view format) const;
  /// `report` as an output in `format` may show it: without data of people for formats that are posted, or where the
  /// caller asked for that. The result lives until the end of the expression.
  template <class Report>
  [[nodiscard]] const Report& without_people(const Report& report, std::string_view format, Report&& copy = {}) const {
    return hides_people(format) ? copy = without_personal_data(report) : report;
  }
  /// Prints a line on standard error with -v: where a value comes from.
  void note(std::string_view text) const;
  /// A line for standard error; empty with -q. `text` is made safe for a terminal.
  [[nodiscard]] std::string warning(std::string_view text) const;
  /// Prints a line on standard error, unless -q is given: when the report is written, or behind the error that ends the
  /// run (guard.h). `text` is made safe for a terminal.
  void warn(std::string_view text) const;
  /// Renders and writes each requested output. `part` is the process where there are several, and becomes a part of
  /// file names: "rca.md", "process-2" -> "rca.process-2.md". `jira_kit` makes the files of a folder for Jira. Throws
  /// Error{output}; Error{usage} for several documents on standard output in a format that holds one.
  void write(const std::function<std::string(const std::string& format, const RenderOptions&)>& render,
             const std::string& part = {}, const std::function<std::vector<FolderFile>()>& jira_kit = {}) const;
  /// `verdict` and the names of the files that write() writes, for standard output; empty where something else is
  /// printed there, and with -q.
  [[nodiscard]] std::string listing(const std::string& verdict, const std::string& part = {}) const;
  /// Writes `text` to each file that was requested in `format`, in place of a report that could not be made.
  void write_files(const std::string& format, const std::string& text) const;

 private:
  [[nodiscard]] bool hides_people(std::string_view format) const;
  [[nodiscard]] std::string file_of(const OutputRequest& request, const std::string& part) const;

  std::vector<std::string> formats_;
  DeclaredOption format_option_;
  std::string format_;
  std::string color_ = "auto";
  std::string redact_;
  std::vector<std::string> outputs_;
  std::vector<OutputRequest> requests_;
  unsigned width_ = 0;
  Text text_ = Text::whole;
  bool full_ = false;
  bool quiet_ = false;
  bool durable_ = false;
  bool verbose_ = false;
};

/// Writes to standard output. It is no error when the reader has closed the pipe. Throws Error{output}.
void write_stdout(std::string_view text);

/// Throws Error{usage} unless a command got `count` inputs.
void require_inputs(const std::vector<std::string>& inputs, std::size_t count, std::string_view command);

}  // namespace heapdiff
