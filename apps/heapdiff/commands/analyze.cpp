// `heapdiff analyze`: its options, and what is left for CI when it ends with an error. The analysis is in pipeline.cpp.

#include "commands/command.h"
#include "heapdiff/reports/error_text.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "options/analyze_options.h"
#include "pipeline.h"

#include <memory>

namespace heapdiff {

CommandRunner setup_analyze(CLI::App& app) {
  auto options = std::make_shared<AnalyzeOptions>(app);
  return [options](const Invocation& invocation) {
    options->console.validate();
    options->source.validate();
    options->gates.validate(options->series.counts_operations());
    options->outlook.validate();
    try {
      return analyze(*options, invocation);
    } catch (const Error& e) {
      // A test report of an earlier run must not be taken for that of this run.
      if (e.kind() != ErrorKind::output && e.kind() != ErrorKind::usage) {
        options->console.write_files("junit", junit_of_error(options->gates.expressions(), mask_error(e)));
      }
      throw;
    }
  };
}

}  // namespace heapdiff
