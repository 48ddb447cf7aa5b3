#pragma once
// Runs the built program and measures what it took: its peak of memory, and what it wrote to which stream.

#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace heapdiff::test {

struct MeasuredRun {
  int code = -1;               ///< exit code; 128 + N for a signal
  std::string out;             ///< standard output
  std::string errors;          ///< standard error
  std::size_t out_bytes = 0;   ///< of standard output
  std::size_t peak_bytes = 0;  ///< the largest resident size; 0 where it is not measured (sanitizers)
  std::size_t allocations = 0;
  std::size_t reads = 0;  ///< of files that are not empty
  std::size_t writes = 0;
};

inline std::string whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

#ifdef HEAPDIFF_FAULT_SHIM
inline constexpr bool kHasFaultShim = true;
inline const std::string kFaultShim = HEAPDIFF_FAULT_SHIM;
#else
inline constexpr bool kHasFaultShim = false;
inline const std::string kFaultShim;
#endif

/// Runs `heapdiff ARGUMENTS` by a shell that becomes it. `setup`: shell commands before, such as "ulimit -v 100000;",
/// and variables for the fault shim, such as "export HEAPDIFF_FAIL_READ=3;". `folder`: where it runs.
///
/// The system's own measure of a child's peak begins with the memory of its parent, so the shim measures it.
inline MeasuredRun measured_run(const std::string& arguments, const std::string& setup = {},
                                const std::string& folder = ".") {
  const heapdiff_test::TemporaryFolder streams;
  const std::string out = (streams.path / "out").string();
  const std::string errors = (streams.path / "errors").string();
  const std::string command = "cd '" + folder + "' && " + setup + " exec env TZ=UTC " +
                              (kHasFaultShim ? "LD_PRELOAD='" + kFaultShim + "' HEAPDIFF_SHIM_RESULT='" +
                                                   (streams.path / "shim").string() + "' '"
                                             : "'") +
                              HEAPDIFF_BINARY "' " + arguments;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int to_out = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int to_errors = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ::dup2(to_out, STDOUT_FILENO);
    ::dup2(to_errors, STDERR_FILENO);
    ::execl("/bin/bash", "bash", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  MeasuredRun run;
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = whole_file(out);
  run.errors = whole_file(errors);
  run.out_bytes = run.out.size();
  std::ifstream(streams.path / "shim") >> run.allocations >> run.reads >> run.writes >> run.peak_bytes;
  return run;
}

}  // namespace heapdiff::test
