// Nothing that a snapshot, a map or a folder names is opened outside the source root, and nothing there stops the run.
//
// Opens are seen by inotify: every file beside the root is watched, and no event may come.

#include "heapdiff/diff/heap_profile.h"
#include "heapdiff/diff/site.h"
#include "heapdiff/snapshot/error.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <string>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace heapdiff;
using heapdiff_test::TemporaryFolder;
namespace fs = std::filesystem;

/// Counts opens of files and folders.
class OpenWatch {
 public:
  OpenWatch() : queue_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) { REQUIRE(queue_ >= 0); }
  ~OpenWatch() { ::close(queue_); }
  OpenWatch(const OpenWatch&) = delete;
  OpenWatch& operator=(const OpenWatch&) = delete;
  void add(const fs::path& path) const { REQUIRE(::inotify_add_watch(queue_, path.c_str(), IN_OPEN) >= 0); }
  [[nodiscard]] bool opened() const {
    std::array<char, 4096> events{};
    return ::read(queue_, events.data(), events.size()) > 0;
  }

 private:
  int queue_;
};

FunctionPosition position_in(const std::string& script) {
  FunctionPosition position;
  position.script = script;
  position.line = 1;
  position.column = 1;
  return position;
}

std::string map_of(const std::string& source) {
  return R"({"version":3,"sources":[")" + source + R"("],"mappings":"AAAA"})";
}

}  // namespace

TEST_CASE("hostile names open nothing outside the source root") {
  const TemporaryFolder folder;
  folder.write("outside/secret.js", "x.on('e', f); // LEAKED\n");
  folder.write("outside/secret.js.map", map_of("secret.ts"));
  folder.write("outside/secret.ts", "LEAKED\n");
  const std::string outside = (folder.path / "outside").string();
  folder.write("root/plain.js", "x.on('e', f);\n");
  folder.write("root/up.js", "x.on('e', f);\n//# sourceMappingURL=../outside/secret.js.map\n");
  folder.write("root/whole.js", "x.on('e', f);\n//# sourceMappingURL=" + outside + "/secret.js.map\n");
  folder.write("root/by_url.js", "x.on('e', f);\n//# sourceMappingURL=file://" + outside + "/secret.js.map\n");
  int number = 0;
  for (const std::string& source :
       {std::string("../outside/secret.ts"), outside + "/secret.ts", "file://" + outside + "/secret.ts",
        std::string("webpack://a/../../outside/secret.ts"), std::string("\\\\\\\\server\\\\share\\\\secret.ts"),
        std::string("//server/share/secret.ts")}) {
    const std::string name = "root/map" + std::to_string(number++) + ".js";
    folder.write(name, "x.on('e', f);\n");
    folder.write(name + ".map", map_of(source));
  }
  fs::create_symlink("../outside/secret.js", folder.path / "root" / "link.js");
  fs::create_directory_symlink("../outside", folder.path / "root" / "folder");
  fs::create_symlink("/dev/zero", folder.path / "root" / "zero.js");
  REQUIRE(::mkfifo((folder.path / "root" / "pipe.js").c_str(), 0600) == 0);
  // Sparse: 5 GB that take no room.
  folder.write("root/large.js", "x.on('e', f);\n");
  folder.write("root/large.js.map", "");
  REQUIRE(::truncate((folder.path / "root" / "large.js.map").c_str(), off_t{5'000'000'000}) == 0);

  OpenWatch watch;
  for (const char* name : {"outside", "outside/secret.js", "outside/secret.js.map", "outside/secret.ts", "root/pipe.js",
                           "root/large.js.map"}) {
    watch.add(folder.path / name);
  }
  watch.add("/dev/zero");
  SourceRoot root((folder.path / "root").string(), "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  std::vector<std::string> scripts = {"../outside/secret.js",
                                      outside + "/secret.js",
                                      "file://" + outside + "/secret.js",
                                      "file:///..//outside/secret.js",
                                      "\\\\server\\share\\secret.js",
                                      "//server/share/secret.js",
                                      "folder/secret.js",
                                      "C:\\outside\\secret.js",
                                      "/proc/self/root" + outside + "/secret.js",
                                      std::string("plain.js\0../outside/secret.js", 29),
                                      "link.js",
                                      "pipe.js",
                                      "zero.js",
                                      "/dev/zero",
                                      "large.js",
                                      "up.js",
                                      "whole.js",
                                      "by_url.js"};
  for (int i = 0; i < number; ++i) {
    scripts.push_back("map" + std::to_string(i) + ".js");
  }
  for (const std::string& script : scripts) {
    CAPTURE(script);
    const auto found = root.sites({position_in(script)}, hint);
    REQUIRE(!found.empty());
    for (const Site& site : found) {
      for (const SourceLine& line : site.excerpt) {
        CHECK(line.text.find("LEAKED") == std::string::npos);
      }
    }
    CHECK_FALSE(watch.opened());
  }
  CHECK(root.sites({position_in("plain.js")}, hint)[0].excerpt.size() == 1);

  // The watch itself works: it must not pass because it sees nothing.
  CHECK(fs::file_size(folder.path / "outside/secret.ts") == 7);
  std::ifstream(folder.path / "outside/secret.ts").get();
  CHECK(watch.opened());
}

TEST_CASE("maps and profiles given by name that are no files are refused without waiting") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
  folder.write("large", "");
  REQUIRE(::truncate((folder.path / "large").c_str(), off_t{5'000'000'000}) == 0);
  folder.write("text", "no profile");
  for (const std::string& name : {(folder.path / "pipe").string(), (folder.path / "large").string(),
                                  std::string("/dev/zero"), folder.path.string(), std::string("/absent")}) {
    CAPTURE(name);
    SourceRoot root(folder.path.string(), name);
    CHECK(root.warnings().size() == 1);
    CHECK_THROWS_AS((void)read_heap_profile(name), Error);
  }
  CHECK_THROWS_AS((void)read_heap_profile((folder.path / "text").string()), Error);
}
