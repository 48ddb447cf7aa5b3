#include "heapdiff/reports/output_folder.h"

#include "heapdiff/reports/output_file.h"
#include "heapdiff/snapshot/error.h"
#include "model/unfinished.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::FolderFile;
using heapdiff::FolderMark;
using heapdiff::write_folder;
using heapdiff_test::TemporaryFolder;

namespace {

const FolderMark kTestMark{"mark.json", "{\"kind\": \"test\"", {"mark.json", "a.txt", "b.txt", "run.sh"}};

std::vector<FolderFile> test_files(const std::string& text) {
  return {{"mark.json", "{\"kind\": \"test\", \"more\": 1}"}, {"a.txt", text}, {"run.sh", "#!/bin/sh\n", true}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

std::string text_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The reason why `path` is refused; empty when it is not.
std::string refusal(const fs::path& path) {
  try {
    write_folder(path.string(), test_files("new"), kTestMark);
  } catch (const heapdiff::Error& e) {
    CHECK(heapdiff::exit_code(e.kind()) == 5);
    CHECK(e.file() == path.string());
    CHECK_THROWS_AS(heapdiff::require_own_folder(path.string(), kTestMark), heapdiff::Error);
    return e.message();
  }
  return {};
}

}  // namespace

TEST_CASE("a folder is written as a whole, and nothing else is left") {
  const TemporaryFolder folder;
  heapdiff::require_own_folder((folder.path / "kit").string(), kTestMark);
  write_folder((folder.path / "kit/").string(), test_files("first"), kTestMark);
  CHECK(names_in(folder.path) == std::set<std::string>{"kit"});
  CHECK(names_in(folder.path / "kit") == std::set<std::string>{"mark.json", "a.txt", "run.sh"});
  CHECK(text_in(folder.path / "kit/a.txt") == "first");
  const auto run = fs::status(folder.path / "kit/run.sh").permissions();
  CHECK((run & fs::perms::owner_exec) != fs::perms::none);
  folder.write("usual", "");
  fs::create_directory(folder.path / "usual-folder");
  CHECK(fs::status(folder.path / "kit/a.txt").permissions() == fs::status(folder.path / "usual").permissions());
  CHECK(fs::status(folder.path / "kit").permissions() == fs::status(folder.path / "usual-folder").permissions());
}

TEST_CASE("a folder of an earlier run is replaced with all its files") {
  const TemporaryFolder folder;
  std::vector<FolderFile> files = test_files("first");
  files.push_back({"b.txt", "only in the first"});
  write_folder((folder.path / "kit").string(), files, kTestMark);
  write_folder((folder.path / "kit").string(), test_files("second"), kTestMark);
  CHECK(names_in(folder.path) == std::set<std::string>{"kit"});
  CHECK(names_in(folder.path / "kit") == std::set<std::string>{"mark.json", "a.txt", "run.sh"});
  CHECK(text_in(folder.path / "kit/a.txt") == "second");
}

TEST_CASE("a folder that heapdiff did not write is refused and left as it is") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path / "empty");
  folder.write("other/a.txt", "mine");
  folder.write("mark-of-others/mark.json", "{\"kind\": \"other\"");
  folder.write("short/mark.json", "{");
  folder.write("file", "mine");
  folder.write("linked/real.json", "{\"kind\": \"test\"");
  fs::create_symlink("real.json", folder.path / "linked/mark.json");
  write_folder((folder.path / "added").string(), test_files("first"), kTestMark);
  folder.write("added/notes.txt", "mine");
  write_folder((folder.path / "below").string(), test_files("first"), kTestMark);
  fs::remove(folder.path / "below/a.txt");
  folder.write("below/a.txt/mine", "mine");
  for (const char* name : {"empty", "other", "mark-of-others", "short", "linked"}) {
    CHECK_MESSAGE(refusal(folder.path / name).find("heapdiff did not write") != std::string::npos, name);
  }
  CHECK(refusal(folder.path / "file") == "is not a folder");
  CHECK(refusal(folder.path / "added").starts_with("holds 'notes.txt'"));
  CHECK(refusal(folder.path / "below").starts_with("holds 'a.txt'"));
  CHECK(refusal(folder.path / "missing/kit") == "No such file or directory");
  CHECK(fs::is_empty(folder.path / "empty"));
  CHECK(text_in(folder.path / "other/a.txt") == "mine");
  CHECK(text_in(folder.path / "added/a.txt") == "first");
  CHECK(names_in(folder.path).size() == 8);
}

TEST_CASE("a link to a folder is followed") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path / "kits");
  fs::create_symlink("kits/today", folder.path / "latest");
  write_folder((folder.path / "latest").string(), test_files("first"), kTestMark);
  write_folder((folder.path / "latest").string(), test_files("second"), kTestMark);
  CHECK(fs::is_symlink(folder.path / "latest"));
  CHECK(text_in(folder.path / "kits/today/a.txt") == "second");
  CHECK(names_in(folder.path / "kits") == std::set<std::string>{"today"});
}

TEST_CASE("a folder that cannot be written whole leaves nothing") {
  const TemporaryFolder folder;
  std::vector<FolderFile> files = test_files("first");
  files.push_back({"missing/b.txt", "x"});
  CHECK_THROWS_AS(write_folder((folder.path / "kit").string(), files, kTestMark), heapdiff::Error);
  CHECK(fs::is_empty(folder.path));
}

TEST_CASE("a signal removes a folder that is not complete") {
  const TemporaryFolder folder;
  const fs::path aside = folder.path / "kit.0123";
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    heapdiff::remove_unfinished_file_on_signals();
    heapdiff::model::set_unfinished_folder(aside.string(), kTestMark.names);
    ::mkdir(aside.c_str(), 0700);
    std::ofstream(aside / "a.txt") << "half";
    std::raise(SIGTERM);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(fs::is_empty(folder.path));
}
