// Heaps whose names, not their counts, cost memory and time; and what --max-memory holds to.

#include "support/measured_run.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using heapdiff::test::measured_run;
using heapdiff::test::MeasuredRun;
using heapdiff::test::SnapshotText;
using heapdiff_test::TemporaryFolder;

namespace {

constexpr std::size_t kMegabyte = 1'000'000;
/// What a process has before it reads anything, and the pages of its own file.
constexpr std::size_t kProgramBytes = 24 * kMegabyte;

SnapshotText with_root() {
  SnapshotText text;
  text.add_root();
  return text;
}

SnapshotText long_name(std::size_t bytes) {
  SnapshotText text = with_root();
  for (std::uint32_t i = 0; i < 20; ++i) {
    const auto node = text.add_node("object", std::string(bytes, 'A'), 100);
    text.add_edge(0, "element", i, node);
    text.add_location(node, i, 1, 1);  // twenty classes of one name
  }
  return text;
}

SnapshotText many_classes(std::uint32_t count) {
  SnapshotText text = with_root();
  for (std::uint32_t i = 0; i < count; ++i) {
    text.add_edge(0, "element", i, text.add_node("object", "Class" + std::to_string(i), 100));
  }
  return text;
}

SnapshotText many_strings(std::uint32_t count) {
  SnapshotText text = with_root();
  for (std::uint32_t i = 0; i < count; ++i) {
    text.add_edge(0, "element", i, text.add_node("string", "the text number " + std::to_string(i), 40));
  }
  return text;
}

SnapshotText wide_rows(std::uint32_t properties) {
  SnapshotText text = with_root();
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto object = text.add_node("object", "Object", 100);
    text.add_edge(0, "element", i, object);
    const auto value = text.add_node("number", "n", 16);
    for (std::uint32_t k = 0; k < properties; ++k) {
      text.add_edge(object, "property", "property" + std::to_string(k), value);
    }
  }
  return text;
}

SnapshotText long_properties(std::size_t bytes) {
  SnapshotText text = with_root();
  for (std::uint32_t i = 0; i < 200; ++i) {  // 200 shapes that share an endless name
    const auto object = text.add_node("object", "Object", 100);
    text.add_edge(0, "element", i, object);
    text.add_edge(object, "property", std::string(bytes, 'p'), text.add_node("number", "n", 16));
    text.add_edge(object, "property", "own" + std::to_string(i), text.add_node("number", "n", 16));
  }
  return text;
}

}  // namespace

TEST_CASE("a name of a megabyte costs its own size and not that of each table") {
  const TemporaryFolder folder;
  constexpr std::size_t kName = 4U << 20U;
  folder.write("long.heapsnapshot", long_name(kName).text());
  folder.write("properties.heapsnapshot", long_properties(kName / 4).text());
  for (const char* file : {"long.heapsnapshot", "properties.heapsnapshot"}) {
    const std::string path = (folder.path / file).string();
    for (const char* const command : {"summary", "summary --format json", "summary --top 0 --format csv", "analyze",
                                      "analyze --format html", "explain --constructor Object", "export"}) {
      const MeasuredRun run = measured_run(std::string(command) + " '" + path + "' -q");
      CAPTURE(command);
      CHECK((run.code == 0 || run.code == 2));  // there is no constructor of that name
      CHECK(run.peak_bytes < kProgramBytes + 8 * kName);
      CHECK(run.out_bytes < kName);
    }
  }
}

TEST_CASE("classes with endless names that differ at their ends stay apart") {
  const TemporaryFolder folder;
  SnapshotText text = with_root();
  for (const char* end : {"one", "two", "two"}) {
    text.add_edge(0, "element", 1, text.add_node("object", std::string(5000, 'x') + end, 100));
  }
  folder.write("a.heapsnapshot", text.text());
  const MeasuredRun run = measured_run("summary --format csv '" + (folder.path / "a.heapsnapshot").string() + "' -q");
  std::istringstream lines(run.out);
  std::size_t classes = 0;
  for (std::string line; std::getline(lines, line);) {
    classes += line.find("xxxx") != std::string::npos ? 1U : 0U;
  }
  CHECK(classes == 2);
  CHECK(run.out.find("(5003 bytes, ") != std::string::npos);
}

TEST_CASE("--max-memory bounds what a command holds, whatever the heap is made of") {
  const TemporaryFolder folder;
  folder.write("names.heapsnapshot", long_name(8U << 20U).text());
  folder.write("classes.heapsnapshot", many_classes(150'000).text());
  folder.write("strings.heapsnapshot", many_strings(200'000).text());
  folder.write("rows.heapsnapshot", wide_rows(50'000).text());
  std::size_t refused = 0;
  std::size_t answered = 0;
  for (const char* file : {"names", "classes", "strings", "rows"}) {
    const std::string path = (folder.path / file).string() + ".heapsnapshot";
    for (const char* const command : {"summary --top 0", "analyze", "export"}) {
      for (const std::size_t megabytes : std::vector<std::size_t>{12, 20, 30, 45, 300}) {
        const MeasuredRun run =
            measured_run(std::string(command) + " '" + path + "' -q --max-memory " + std::to_string(megabytes) + "MB");
        CAPTURE(file);
        CAPTURE(command);
        CAPTURE(megabytes);
        CHECK((run.code == 0 || run.code == 4));
        CHECK(run.peak_bytes < megabytes * kMegabyte + kProgramBytes);
        if (run.code == 4) {
          ++refused;
          CHECK((run.out.empty() || std::string(command) == "export"));  // which writes its rows as they come
          CHECK(run.errors.starts_with("heapdiff: "));
          CHECK(run.errors.find("memory") != std::string::npos);
        } else {
          ++answered;
        }
        CHECK((run.code == 0 || megabytes < 300));
      }
    }
  }
  CHECK(refused >= 12);
  CHECK(answered >= 12);
}

TEST_CASE("ten thousand small snapshots in a folder are one series") {
  const TemporaryFolder folder;
  constexpr std::uint32_t kFiles = 10'000;
  constexpr std::uint32_t kStable = 300;
  for (std::uint32_t file = 0; file < kFiles; ++file) {
    SnapshotText text = with_root();
    for (std::uint32_t i = 0; i < kStable; ++i) {
      text.add_edge(0, "element", i, text.add_node("object", "Kept", 100));
    }
    text.add_edge(0, "element", kStable, text.add_node("object", "Fresh", 50, 1001 + 2 * std::uint64_t{file}));
    folder.write("s-" + std::to_string(file) + ".heapsnapshot", text.text());
  }
  const MeasuredRun run = measured_run("'" + folder.path.string() + "' --interval 1m --format json");
  CHECK(run.code == 0);
  CHECK(run.out.find("over 10000 snapshots") != std::string::npos);
}
