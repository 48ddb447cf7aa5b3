// The contract of exit codes, one by one.

#include "heapdiff/reports/output_file.h"
#include "heapdiff/snapshot/error.h"
#include "io/guard.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;

namespace {

const std::string kData = HEAPDIFF_TESTDATA "/snapshots/";

std::string series(const std::string& name) { return "'" + kData + name + "' -q --no-source "; }

int code(const std::string& arguments) { return run_cli(arguments).code; }

/// `heapdiff ARGUMENTS` in bash with `rest` behind it: what bash prints.
std::string in_bash(const std::string& arguments, const std::string& rest) {
  const std::string command = "bash -c \"'" HEAPDIFF_BINARY "' " + arguments + " 2>/dev/null " + rest + "\"";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) {
    text += static_cast<char>(c);
  }
  pclose(pipe);
  return text;
}

/// Starts an analysis that waits for the second snapshot, ends it by `signal`, and returns how it ended.
int end_by(int signal, const TemporaryFolder& folder) {
  const std::string first = kData + "bug-892-ci/Heap.20260302.010000.1.0.001.heapsnapshot.zst";
  const std::string fifo = (folder.path / "b.heapsnapshot").string();
  const std::string out = "json=" + (folder.path / "report.json").string();
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::execl(HEAPDIFF_BINARY, "heapdiff", first.c_str(), fifo.c_str(), "-q", "--interval", "1m", "-o", out.c_str(),
            nullptr);
    ::_exit(99);
  }
  // Opened once the program waits for it.
  const int writer = ::open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
  CHECK(writer >= 0);
  CHECK(::kill(child, signal) == 0);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  ::close(writer);
  return status;
}

}  // namespace

TEST_CASE("exit code 0: done, and every gate held") {
  CHECK(code("--help") == 0);
  CHECK(code("--version") == 0);
  CHECK(code("analyze --help") == 0);
  CHECK(code(series("bug-892-ci")) == 0);  // findings alone change nothing
  CHECK(code(series("bug-892-fixed") + "--fail-on leak --fail-on 'rate>5MB/h' --fail-on 'listeners>0/h'") == 0);
}

TEST_CASE("exit code 1: a gate failed, also beside one that is open") {
  CHECK(code(series("bug-892-ci") + "--fail-on leak") == 1);
  CHECK(code(series("two-snapshots") + "--fail-on 'growth>1MB' --fail-on leak") == 1);
}

TEST_CASE("exit code 2: usage") {
  CHECK(code("--no-such-option") == 2);
  CHECK(code(series("bug-892-ci") + "--fail-on 'rate>5'") == 2);
  CHECK(code(series("bug-892-ci") + "--ops 0") == 2);
  const std::string one = "'" + kData + "bug-892-ci/Heap.20260302.010000.1.0.001.heapsnapshot.zst'";
  CHECK(code("verify --before " + one + " --after " + one + " -q") == 2);
}

TEST_CASE("exit code 3: input that cannot be read, is malformed, or is not of one process") {
  const TemporaryFolder folder;
  folder.write("cut.heapsnapshot", "{\"snapshot\":{");
  folder.write("cut2.heapsnapshot", "{\"snapshot\":{");
  CHECK(code("/no/such/file.heapsnapshot /no/such/other.heapsnapshot -q") == 3);
  CHECK(code("'" + folder.path.string() + "' -q") == 3);
  std::filesystem::create_directory(folder.path / "empty");
  CHECK(code("'" + (folder.path / "empty").string() + "' -q") == 3);
  CHECK(code("-q '" + kData + "bug-892-ci/Heap.20260302.010000.1.0.001.heapsnapshot.zst' '" + kData +
             "healthy-lru/Heap.20260302.010000.1.0.001.heapsnapshot.zst'") == 3);
}

TEST_CASE("exit code 4: memory") { CHECK(code(series("bug-892-ci") + "--max-memory 1MB") == 4); }

TEST_CASE("exit code 5: a report that cannot be written, wherever it goes") {
  CHECK(code(series("bug-892-ci") + "-o /no/such/folder/report.md") == 5);
  CHECK(code(series("bug-892-ci") + ">/dev/full") == 5);
  CHECK(code(series("bug-892-ci") + "--fail-on leak -o json=/no/such/report.json") == 5);
}

TEST_CASE("exit code 6: not enough evidence for a gate; --lenient makes it 0") {
  CHECK(code(series("two-snapshots") + "--fail-on 'growth>1MB'") == 6);
  CHECK(code(series("two-snapshots") + "--fail-on 'growth>1MB' --lenient") == 0);
  CHECK(code("verify -q --no-source --before '" + kData + "bug-892-fixed' --after '" + kData + "bug-892-fixed'") == 6);
}

TEST_CASE("exit code 70: a bug, and what else can be thrown") {
  std::FILE* errors = std::tmpfile();
  REQUIRE(errors != nullptr);
  using heapdiff::guarded;
  CHECK(guarded([]() -> int { throw std::logic_error("impossible"); }, errors) == 70);
  CHECK(guarded([]() -> int { throw heapdiff::Error(heapdiff::ErrorKind::internal, "impossible"); }, errors) == 70);
  CHECK(guarded([]() -> int { throw std::bad_alloc(); }, errors) == 4);
  CHECK(guarded([]() -> int { throw heapdiff::Error(heapdiff::ErrorKind::evidence, "thin"); }, errors) == 6);
  CHECK(guarded([] { return 1; }, errors) == 1);
  std::rewind(errors);
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), errors));
  std::fclose(errors);
  CHECK(text.find("internal error: ") != std::string::npos);
  CHECK(text.find("internal error: impossible") == std::string::npos);  // a library may quote what was read
  CHECK(text.find("heapdiff: thin\n") != std::string::npos);
}

TEST_CASE("interrupted and terminated: a shell sees 130 and 143, and no file is left") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    const int status = end_by(signal, folder);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path)) {
      ++files;
    }
    CHECK(files == 1);  // the pipe
  }
}

TEST_CASE("a file that is being written when a signal comes is taken away") {
  const TemporaryFolder folder;
  folder.write("report.md", "of before");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    heapdiff::remove_unfinished_file_on_signals();
    heapdiff::OutputFile file((folder.path / "report.md").string());
    file.write("half of a report");
    ::raise(SIGTERM);
    ::_exit(99);
  }
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path)) {
    ++files;
  }
  CHECK(files == 1);
  std::string text;
  std::getline(std::ifstream(folder.path / "report.md"), text);
  CHECK(text == "of before");
}

TEST_CASE("a reader that closes the pipe is no error") {
  const std::string file = "'" + kData + "bug-892-ci/Heap.20260302.010000.1.0.001.heapsnapshot.zst'";
  CHECK(in_bash("export " + file, "| head -n 1 >/dev/null; echo \\${PIPESTATUS[0]}") == "0\n");
  CHECK(in_bash(series("bug-892-ci") + "--format html", "| head -c 1 >/dev/null; echo \\${PIPESTATUS[0]}") == "0\n");
  CHECK(in_bash(series("bug-892-ci") + "--fail-on leak --format html",
                "| head -c 1 >/dev/null; echo \\${PIPESTATUS[0]}") == "1\n");
}
