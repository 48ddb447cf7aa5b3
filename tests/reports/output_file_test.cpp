#include "heapdiff/reports/output_file.h"

#include "heapdiff/snapshot/error.h"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::OutputFile;

namespace {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (fs::temp_directory_path() / "heapdiff-test.XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TempFolder() { fs::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
  }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

void write_whole(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

int shell(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const std::string kRun = "TZ=UTC " HEAPDIFF_BINARY " -q --no-source " HEAPDIFF_TESTDATA
                         "/snapshots/bug-892/Heap.20260302.010000.1.0.001.heapsnapshot.zst " HEAPDIFF_TESTDATA
                         "/snapshots/bug-892/Heap.20260302.010200.1.0.005.heapsnapshot.zst ";

}  // namespace

TEST_CASE("a report replaces a file only when it is whole, and leaves nothing beside it") {
  const TempFolder folder;
  put(folder / "rca.md", "old");
  {
    OutputFile file(folder / "rca.md");
    file.write("half");
    CHECK(content(folder / "rca.md") == "old");
  }
  CHECK(content(folder / "rca.md") == "old");
  write_whole(folder / "rca.md", "new");
  CHECK(content(folder / "rca.md") == "new");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a replaced file keeps its permissions and a new one gets the usual ones") {
  const TempFolder folder;
  put(folder / "old", "");
  fs::permissions(folder / "old", fs::perms(0640));
  write_whole(folder / "old", "x");
  CHECK(fs::status(folder / "old").permissions() == fs::perms(0640));
  write_whole(folder / "new", "x");
  put(folder / "plain", "");
  CHECK(fs::status(folder / "new").permissions() == fs::status(folder / "plain").permissions());
}

TEST_CASE("a link is followed to a regular file that exists and that only this user can exchange") {
  const TempFolder folder;
  fs::create_directory(folder / "reports");
  fs::create_symlink("reports/latest.md", folder / "rca.md");
  fs::create_symlink("rca.md", folder / "second");
  put(folder / "reports/latest.md", "old");
  write_whole(folder / "second", "first run");
  CHECK(fs::is_symlink(folder / "rca.md"));
  CHECK(fs::is_symlink(folder / "second"));
  CHECK(content(folder / "reports/latest.md") == "first run");
  write_whole(folder / "rca.md", "second run");
  CHECK(content(folder / "reports/latest.md") == "second run");
}

TEST_CASE("a link to nothing, to another user's file, to a device, or into an open folder is refused") {
  const TempFolder folder;
  fs::create_symlink("nothing", folder / "dangling");
  fs::create_symlink("/dev/null", folder / "device");
  fs::create_directory(folder / "open");
  put(folder / "open/file", "kept");
  fs::permissions(folder / "open", fs::perms(0777));
  fs::create_symlink("open/file", folder / "into-open");
  std::vector<std::pair<std::string, std::string>> cases = {{"dangling", "which does not exist"},
                                                            {"device", "which is no regular file"},
                                                            {"into-open", "in a folder that everybody can write to"}};
  if (::geteuid() == 0) {
    put(folder / "foreign", "kept");
    REQUIRE(::chown((folder / "foreign").c_str(), 12345, 12345) == 0);
    fs::create_symlink("foreign", folder / "to-foreign");
    cases.emplace_back("to-foreign", "which belongs to another user");
  }
  for (const auto& one : cases) {
    const std::string& name = one.first;
    const std::string& reason = one.second;
    CAPTURE(name);
    for (const bool only_asked : {true, false}) {
      try {
        if (only_asked) {
          heapdiff::require_writable(folder / name);
        } else {
          OutputFile file(folder / name);
        }
        FAIL("opened " << name);
      } catch (const heapdiff::Error& e) {
        CHECK(heapdiff::exit_code(e.kind()) == 5);
        CHECK(std::string(e.what()).starts_with(folder / name + ": is a link to '"));
        CHECK(std::string(e.what()).find(reason) != std::string::npos);
      }
    }
  }
  CHECK_FALSE(fs::exists(folder / "nothing"));
  CHECK(content(folder / "open/file") == "kept");
}

TEST_CASE("a durable file is written before it has its name, and its folder after that") {
  const TempFolder folder;
  put(folder / "rca.md", "old");
  OutputFile file(folder / "rca.md", OutputFile::Sync::durable);
  file.write("new");
  file.commit();
  CHECK(content(folder / "rca.md") == "new");
  CHECK(folder.entries() == 1);
}

TEST_CASE("links in a ring, a folder and a missing folder are named with the reason") {
  const TempFolder folder;
  fs::create_symlink("b", folder / "a");
  fs::create_symlink("a", folder / "b");
  fs::create_directory(folder / "c");
  for (const auto& [name, reason] : {std::pair{"a", "Too many levels of symbolic links"},
                                     {"c", "Is a directory"},
                                     {"missing/rca.md", "No such file or directory"}}) {
    try {
      OutputFile file(folder / name);
      FAIL("opened " << name);
    } catch (const heapdiff::Error& e) {
      CHECK(heapdiff::exit_code(e.kind()) == 5);
      CHECK(std::string(e.what()) == folder / name + ": " + reason);
    }
  }
}

TEST_CASE("an open descriptor is written to where it stands") {
  const TempFolder folder;
  put(folder / "log", "before\n");
  const int log = ::open((folder / "log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  REQUIRE(log >= 0);
  write_whole("/dev/fd/" + std::to_string(log), "one\n");
  write_whole("/proc/self/fd/" + std::to_string(log), "two\n");
  write_whole("/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(log), "three\n");
  ::close(log);
  CHECK(content(folder / "log") == "before\none\ntwo\nthree\n");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a named pipe is written to, and a reader that leaves is no error") {
  const TempFolder folder;
  const std::string pipe = folder / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::string got;
  std::thread reader([&] { got = content(pipe); });
  write_whole(pipe, "report");
  reader.join();
  CHECK(got == "report");
  CHECK(fs::is_fifo(pipe));
  const std::string large(1U << 20U, 'x');
  std::thread leaver([&] { ::close(::open(pipe.c_str(), O_RDONLY | O_CLOEXEC)); });
  const auto old = std::signal(SIGPIPE, SIG_IGN);
  CHECK_NOTHROW(write_whole(pipe, large));
  std::signal(SIGPIPE, old);
  leaver.join();
}

TEST_CASE("-o /dev/stdout appends where the shell appends") {
  const TempFolder folder;
  const std::string log = folder / "log";
  put(log, "kept\n");
  CHECK(shell(kRun + "-o text=/dev/stdout >> " + log) == 0);
  CHECK(content(log).starts_with("kept\n"));
  CHECK(content(log).find("LEAK") != std::string::npos);
  CHECK(folder.entries() == 1);
}

TEST_CASE("a full device ends with exit code 5, the path and the reason") {
  const TempFolder folder;
  CHECK(shell(kRun + "-o text=/dev/full 2> " + (folder / "err")) == 5);
  CHECK(content(folder / "err").find("/dev/full: No space left on device") != std::string::npos);
}
