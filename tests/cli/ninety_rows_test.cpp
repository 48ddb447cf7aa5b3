// The ninety rows of the list of bad inputs in the documentation of reliability, through the program itself: exit code,
// first line of standard error, empty standard output, unchanged folder.
//
// Rows that are one file are in bad_inputs(), and every command reads each of them. Rows about several files, outputs
// and names have a test case each, here or where the last case says. A row that needs a huge file has a small one here.

#include "support/measured_run.h"
#include "support/run_cli.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::test::kMetaText;
using heapdiff::test::measured_run;
using heapdiff::test::MeasuredRun;
using heapdiff_test::TemporaryFolder;
using namespace std::string_literals;

namespace {

struct BadInput {
  std::string row;                    ///< "48b" is a second file of row 48
  std::string text;                   ///< the file
  int code = 0;                       ///< of every command that reads it
  std::string expected;               ///< part of the first line of standard error; with `code` 0, of the warnings
  std::optional<std::uint64_t> byte;  ///< which the error names
};

/// A snapshot of 153 nodes: enough for two files of it to be of one process. `kept` changes the size of some objects,
/// so that the files differ.
std::string good_snapshot(int kept = 100) {
  constexpr int kObjects = 150;
  std::string nodes = "9,0,1,0,152,0,0\n,3,1,3,16,1,0,0\n,2,2,5,24,0,0,0\n";
  std::string edges = "1,1,7\n,1,2,14\n";
  for (int i = 0; i < kObjects; ++i) {
    nodes += fmt::format(",3,4,{},{},0,0,0\n", 2 * i + 7, kept);
    edges += fmt::format(",1,{},{}\n", i + 3, 7 * (i + 3));
  }
  edges += ",2,3,14\n";
  return "{\"snapshot\":{\"meta\":" + std::string(kMetaText) +
         ",\"node_count\":153,\"edge_count\":153,\"trace_function_count\":0},\n\"nodes\":[" + nodes +
         "],\n\"edges\":[" + edges +
         "],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[7,10,3,4],\n" +
         "\"strings\":[\"<dummy>\",\n\"Foo\",\n\"text\",\n\"field\",\n\"Kept\"]}";
}

std::string gzip(std::string in) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(in.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class BadInputs {
 public:
  void raw(const std::string& row, std::string text, int code, const std::string& expected,
           std::optional<std::uint64_t> byte = std::nullopt) {
    list_.push_back({row, std::move(text), code, expected, byte});
  }
  /// The good snapshot with the first occurrence of `from` replaced. An '@' in `to` is removed again and marks the byte
  /// that the error has to name.
  void edited(const std::string& row, const std::string& from, const std::string& to, int code,
              const std::string& expected) {
    BadInput input{row, good_snapshot(), code, expected, std::nullopt};
    const std::size_t at = input.text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, row, ": ", from);
    input.text.replace(at, from.size(), to);
    if (const std::size_t mark = input.text.find('@'); mark != std::string::npos) {
      input.byte = mark;
      input.text.erase(mark, 1);
    }
    list_.push_back(std::move(input));
  }
  /// The good snapshot up to `text`, and `tail` in place of the rest.
  void cut(const std::string& row, const std::string& text, const std::string& tail, const std::string& expected) {
    const std::string good = good_snapshot();
    const std::string start = good.substr(0, good.find(text)) + tail;
    list_.push_back({row, start, 3, expected, start.size()});
  }
  /// The same edit for several values in place of "3,1,3,16" in the first row of an object.
  void in_nodes(const std::string& row, const std::vector<std::string>& rows, const std::string& expected) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      edited(row + std::string(i == 0 ? "" : std::string(1, static_cast<char>('a' + i))), ",3,1,3,16,1,0,0", rows[i], 3,
             expected);
    }
  }
  std::vector<BadInput> list_;
};

std::vector<BadInput> bad_inputs() {
  BadInputs in;
  const std::string good = good_snapshot();
  const std::string meta(kMetaText);
  const std::string fields =
      R"("node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"])";
  in.raw("1", "", 3, "expected", 0);
  in.raw("2", " \n\r\n  ", 3, "expected", 6);
  in.raw("4", "\xff\xfe{\0"s, 3, "UTF-16", 0);
  in.raw("5", "\xef\xbb\xbf" + good, 0, "byte order mark");
  in.raw("6", "\x7f"s + "ELF\x02\x01\x01", 3, "expected", 0);
  in.raw("6b", "\x89PNG\r\n", 3, "expected", 0);
  in.raw("7", "<!DOCTYPE html><p>502", 3, "'<'", 0);
  in.raw("8", R"({"nodes":[{"id":1,"callFrame":{}}],"startTime":1})", 3, "expected");
  in.raw("9", "[1,2]", 3, "expected", 0);
  in.raw("9b", "17", 3, "expected", 0);
  in.edited("10", "\"Kept\"]}", "\"Kept\"]}\n@x", 3, "expected end of file");
  in.raw("11", good + good, 3, "snapshot", good.size());
  in.raw("12", good + std::string(64, '\0'), 3, "expected end of file", good.size());
  in.edited("13", ",3,1,3,16", ",3,1@"s + "\0"s + ",3,16", 3, "expected");
  in.cut("14", "\"edge_types\"", "", "end of file");
  in.cut("15", ",2,2,5,24", ",2,2,5", "end of file");
  in.cut("16", ",\n\"edges\":", "", "edges");
  in.cut("17", "Kept", "\\u12", "end of file");
  in.cut("18", "Kept", "\xe2\x82", "end of file");
  in.raw("19", good.substr(0, good.size() - 1), 3, "expected", good.size() - 1);
  in.raw("20", "{" + good.substr(good.find("\"nodes\"")), 3, "snapshot", 1);
  const std::size_t nodes_at = good.find("\"nodes\"");
  const std::size_t edges_at = good.find("\"edges\":");
  in.raw("21", "{" + good.substr(nodes_at, edges_at - nodes_at) + good.substr(1, nodes_at - 1) + good.substr(edges_at),
         3, "snapshot", 1);
  in.edited("22", "\"meta\":" + meta + ",", "", 3, "meta");
  in.edited("22b", "\"meta\":" + meta, "\"meta\":@\"x\"", 3, "meta");
  for (const char* field : {"type", "name", "id", "self_size", "edge_count"}) {
    std::string without = fields;
    const std::string quoted = "\"" + std::string(field) + "\",";
    without.erase(without.find(quoted), quoted.size());
    in.edited(std::string("23 ") + field, fields, without, 3, field);
  }
  in.edited("24", fields, "\"node_fields\":[]", 3, "expected");
  in.edited("25", "\"trace_node_id\"", "@\"id\"", 3, "id");
  std::string many;
  for (int i = 0; i < 10'000; ++i) {
    many += fmt::format(",\"f{}\"", i);
  }
  in.edited("26", ",\"detachedness\"]", many + "]", 4, "64");
  in.edited(
      "27",
      R"("node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic",)"
      R"("concatenated string","sliced string","symbol","bigint"],)",
      "\"node_types\":[\"x\",", 3, "expected");
  in.edited("28", "\"bigint\"", "\"novel\"", 0, "");
  in.edited("29", "\"trace_node_id\"", "\"extra\"", 0, "");
  in.edited("30", "\"to_node\"", "\"elsewhere\"", 3, "to_node");
  in.edited("31", "\"shortcut\"", "\"novel\"", 0, "");
  in.edited("31b", "\"node_count\":153,\"edge_count\":153,", "", 0, "node_count");
  for (const char* count : {"\"12\"", "-1", "1.5", "null"}) {
    in.edited(std::string("32 ") + count, "\"node_count\":153", "\"node_count\":" + std::string(count), 3, "expected");
  }
  in.edited("33", "\"node_count\":153", "\"node_count\":154", 3, "154");
  in.edited("34", "\"node_count\":153", "\"node_count\":152", 3, "152");
  in.edited("34b", "\"node_count\":153", "\"node_count\":0", 0, "node_count");
  in.edited("35", "\"node_count\":153", "\"node_count\":4294967295", 3, "4294967295");
  in.edited("36", "\"edge_count\":153", "\"edge_count\":152", 3, "152");
  in.edited("37", "\n\"edges\":[", "@\"nodes\":[],\n\"edges\":[", 3, "nodes");
  in.edited("38", "\n\"nodes\":[", "@\"snapshot\":{},\n\"nodes\":[", 3, "snapshot");
  in.edited("38b", "\"Kept\"]", "\"Kept\"],@\"strings\":[]", 3, "strings");
  in.edited("39", "\n\"nodes\":[", "\"novel\":" + std::string(1'000'000, '[') + ",\n\"nodes\":[", 4, "512");
  in.edited("40", ",3,1,3,16,1,0,0", ",3,1,3,16,1,0", 3, "expected");
  in.in_nodes("41", {",3,1,3,@-16,1,0,0"}, "expected");
  in.edited("41b", "[7,10,3,4]", "[7,10,-3,4]", 0, "");  // V8 13.6 and later: before the first line of a script
  in.edited("41c", "[7,10,3,4]", "[@-7,10,3,4]", 3, "expected");
  in.edited("41d", "[7,10,3,4]", "[7,10,@-2147483649,4]", 3, "expected");
  in.in_nodes("42", {",3,1,3,1@.5,1,0,0", ",3,1,3,1@e3,1,0,0"}, "expected");
  in.in_nodes("43", {",3,1,3,@18446744073709551616,1,0,0"}, "18446744073709551615");
  in.in_nodes("44", {",3,1,3,@" + std::string(4000, '9') + ",1,0,0"}, "18446744073709551615");
  in.in_nodes("45", {",3,1,3,@007,1,0,0", ",3,1,3,@+1,1,0,0", ",3,1,3,0@x10,1,0,0"}, "expected");
  in.in_nodes(
      "46", {",3,1,3,@\"7\",1,0,0", ",3,1,3,@null,1,0,0", ",3,1,3,@true,1,0,0", ",3,1,3,@{},1,0,0", ",3,1,3,@[],1,0,0"},
      "expected");
  in.in_nodes("47", {",3,1,@,3,16,1,0,0", ",3,1 @3,16,1,0,0"}, "expected");
  in.edited("47c", "\"nodes\":[9", "\"nodes\":[@,9", 3, "expected");
  in.edited("47d", "[7,10,3,4]", "[7,10,3,4,@]", 3, "expected");
  in.edited("48", ",3,1,3,16,1,0,0", ",14,1,3,16,1,0,0", 0, "");
  in.in_nodes("48b", {",256,1,3,16,1,0,0"}, "expected");
  in.in_nodes("49", {",3,5,3,16,1,0,0"}, "string");
  in.edited("50", ",3,1,3,16,1,0,0", ",3,1,5,16,1,0,0", 0, "two nodes have one id");
  in.edited("51", "\n,2,2,5,24,0,0,0\n,3,4,7,100", "\n,2,2,5,18446744073709551615,0,0,0\n,3,4,7,18446744073709551615",
            3, "size");
  in.edited("52", ",3,1,3,16,1,0,0", ",3,1,3,16,1,0,7", 0, "detachedness");
  const std::string all_nodes = good.substr(nodes_at + 9, good.find("],\n\"edges\"") - nodes_at - 9);
  in.edited("53", all_nodes, "", 3, "expected");
  in.in_nodes("54", {",3,1,3,16,2,0,0"}, "edge");
  in.in_nodes("55", {",3,1,3,16,0,0,0"}, "edge");
  in.in_nodes("56", {",3,1,3,16,18446744073709551615,0,0"}, "edge");
  in.edited("57", ",2,3,14", ",2,3,15", 3, "15");
  in.edited("58", ",2,3,14", ",2,3,1071", 3, "1071");
  in.edited("59", ",2,3,14", ",7,3,14", 3, "type");
  in.edited("60", ",2,3,14", ",2,5,14", 3, "string");
  std::string unreached = good;  // everything hangs on a node that nothing reaches
  unreached.replace(unreached.find("9,0,1,0,152,"), 12, "9,0,1,0,0,");
  unreached.replace(unreached.find(",3,1,3,16,1,"), 12, ",3,1,3,16,153,");
  in.raw("61", unreached, 0, "no retaining edge leads from the root");
  in.raw("62", good.substr(0, good.find(",\n\"strings\"")) + "}", 3, "strings");
  in.edited("63", "\"Kept\"]", "@7]", 3, "expected");
  in.edited("63b", "\"Kept\"]", "@null]", 3, "expected");
  in.edited("64", "\"Kept\"]", "\"Ke@\x01pt\"]", 3, "expected");
  in.edited("65", "\"Kept\"]", "\"Ke\\@x41pt\"]", 3, "expected");
  in.edited("65b", "\"Kept\"]", "\"Ke\\u12@G4pt\"]", 3, "expected");
  in.edited("66", "\"field\"", "\"fi\\ud800eld\"", 0, "surrogate");
  in.edited("67", "\"field\"", "\"fi\xc3(eld\"", 0, "UTF-8");
  in.edited("68", "\"field\"", "\"fi\\u0000eld\"", 0, "");
  in.edited("69", "\"field\"", "\"" + std::string(16U << 20U, 'K') + "\"", 0, "");  // of 1 GiB in the list
  std::string deep;
  for (int i = 0; i < 20'000; ++i) {
    deep += "1,1,1,1,[";
  }
  in.edited("70", "\"trace_tree\":[]", "\"trace_tree\":[" + deep + "]", 4, "10000");
  in.edited("71", "\"trace_function_infos\":[]", "\"trace_function_infos\":[1,2,3]", 3, "expected");
  in.edited("72", ",3,1,3,16,1,0,0", ",3,1,3,16,1,99,0", 0, "trace_node_id");
  in.edited("73", "[7,10,3,4]", "[8,10,3,4]", 3, "location");
  in.edited("73b", "[7,10,3,4]", "[7000,10,3,4]", 3, "location");
  in.edited("74", "[7,10,3,4]", "[7,10,4294967295,4294967295]", 0, "");
  const std::string packed = gzip(good);
  in.raw("75", packed.substr(0, packed.size() / 2), 3, "gzip");
  std::string damaged = packed;
  damaged[damaged.size() - 8] = static_cast<char>(damaged[damaged.size() - 8] ^ 1);
  in.raw("75b", damaged, 3, "");
  damaged = packed;
  damaged[damaged.size() - 4] = static_cast<char>(damaged[damaged.size() - 4] ^ 1);
  in.raw("75c", damaged, 3, "");
  std::string bomb = good;
  bomb.insert(nodes_at, "\"novel\":\"" + std::string(64U << 20U, 'a') + "\",");
  in.raw("76", gzip(bomb), 4, "expands");
  in.raw("76b", gzip(good.substr(0, good.size() - 7) + std::string(64U << 20U, 'K') + "\"]}"), 4, "expands");
  in.raw("76c", gzip(packed), 3, "");
  return std::move(in.list_);
}

/// Name, size and time of each file of a folder, and what links lead to.
std::map<std::string, std::string> listing(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat status {};
    ::lstat(entry.path().c_str(), &status);
    out[entry.path().string()] =
        fmt::format("{} {} {} {}", status.st_mode, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  }
  return out;
}

std::string first_error_line(const std::string& text) { return text.substr(0, text.find('\n')); }

struct Command {
  std::string words;  ///< "F" is the bad file, "G", "H", "I" are good ones of one process
  bool by_id = false;
};

const std::vector<Command> kCommands = {{"summary F -q"},
                                        {"analyze F -q"},
                                        {"explain F --id @5 -q"},
                                        {"export F -q"},
                                        {"redact F -o out/copy.heapsnapshot -q"},
                                        {"diff G F -q", true},
                                        {"diff F G -q", true},
                                        {"export G F -q", true},
                                        {"analyze G F --interval 1m -q", true},
                                        {"analyze G F --interval 1m -o json=out/report.json -q", true},
                                        {"explain G F --interval 1m --suspect 1 -q", true},
                                        {"compare G F -q"},
                                        {"verify --before G --before H --after I --after F --interval 1m -q", true}};

std::string with_files(std::string words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool alone = (i == 0 || words[i - 1] == ' ') && (i + 1 == words.size() || words[i + 1] == ' ');
    out += alone && words[i] >= 'F' && words[i] <= 'I' ? std::string("in/") + words[i] + ".heapsnapshot"
                                                       : std::string(1, words[i]);
  }
  return out;
}

/// Rows `first` to `last` through every command.
void check_rows(int first, int last) {
  const TemporaryFolder folder;
  folder.write("in/G.heapsnapshot", good_snapshot(100));
  folder.write("in/H.heapsnapshot", good_snapshot(101));
  folder.write("in/I.heapsnapshot", good_snapshot(102));
  fs::create_directory(folder.path / "out");
  std::size_t runs = 0;
  for (const BadInput& input : bad_inputs()) {
    if (const int row = std::stoi(input.row); row < first || row > last) {
      continue;
    }
    CAPTURE(input.row);
    folder.write("in/F.heapsnapshot", input.text);
    const auto before = listing(folder.path);
    for (const Command& command : kCommands) {
      CAPTURE(command.words);
      const MeasuredRun run = measured_run(with_files(command.words), {}, folder.path.string());
      ++runs;
      CAPTURE(run.errors);
      const bool equal_ids = input.row == "50" && command.by_id;
      if (input.code == 0 && !equal_ids) {
        const bool no_answer = run.code == 2 || run.code == 6;  // no suspect, or too little for a verdict
        const bool asks = command.words.starts_with("explain G") || command.words.starts_with("verify");
        CHECK_MESSAGE((run.code == 0 || (asks && no_answer)), run.code);
        fs::remove_all(folder.path / "out");
        fs::create_directory(folder.path / "out");
      } else {
        CHECK(run.code == (equal_ids ? 3 : input.code));
        CHECK(run.out.empty());
        const std::string line = first_error_line(run.errors);
        CHECK(line.starts_with("heapdiff: in/F.heapsnapshot: "));
        CHECK(line.find(input.expected) != std::string::npos);
        if (input.byte) {
          CHECK(line.find(fmt::format(": byte {}: ", *input.byte)) != std::string::npos);
        }
        CHECK(fs::is_empty(folder.path / "out"));
        if (heapdiff::test::kHasFaultShim && input.row != "76" && input.row != "76b") {
          CHECK(run.peak_bytes < 64'000'000);
        }
        auto after = listing(folder.path);
        CHECK(std::equal(before.begin(), before.end(), after.begin(), after.end(), [&](const auto& a, const auto& b) {
          return a == b || a.first == (folder.path / "out").string();  // a file was made in it and taken away
        }));
      }
    }
    if (input.code == 0 && !input.expected.empty()) {
      const MeasuredRun run = measured_run("summary in/F.heapsnapshot --format json", {}, folder.path.string());
      CHECK_MESSAGE(run.out.find(input.expected) != std::string::npos, run.out);
    }
  }
  CHECK(runs > 300);
}

}  // namespace

TEST_CASE("each row of the list of bad inputs ends every command as it says: 1 to 31") { check_rows(1, 31); }
TEST_CASE("each row of the list of bad inputs ends every command as it says: 32 to 47") { check_rows(32, 47); }
TEST_CASE("each row of the list of bad inputs ends every command as it says: 48 to 76") { check_rows(48, 76); }

TEST_CASE("row 3: a missing file, an unreadable one, and a folder are named with the system's reason") {
  const TemporaryFolder folder;
  folder.write("in/G.heapsnapshot", good_snapshot());
  fs::create_directories(folder.path / "empty");
  for (const auto& one :
       std::vector<std::pair<std::string, std::string>>{{"summary missing", "no such file"},
                                                        {"analyze missing", "no such file"},
                                                        {"explain missing --id @5", "no such file"},
                                                        {"export missing", "no such file"},
                                                        {"redact missing -o x", "no such file"},
                                                        {"diff in/G.heapsnapshot missing", "no such file"},
                                                        {"compare in/G.heapsnapshot missing", "no such file"},
                                                        {"summary empty", "folder"},
                                                        {"redact empty -o x", "folder"},
                                                        {"analyze empty", "found none"},
                                                        {"verify --before empty --after empty", "found none"}}) {
    const std::string& words = one.first;
    const std::string& reason = one.second;
    CAPTURE(words);
    const MeasuredRun run = measured_run(words + " -q", {}, folder.path.string());
    CHECK(run.code == 3);
    CHECK(run.out.empty());
    std::string line = first_error_line(run.errors);
    std::transform(line.begin(), line.end(), line.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    CHECK_MESSAGE(line.find(reason) != std::string::npos, line);
    CHECK(line.find("byte") == std::string::npos);
  }
}

TEST_CASE("rows 77 to 80: a broken file beside good ones, the same file twice, two processes, the wrong order") {
  const TemporaryFolder folder;
  folder.write("in/a.heapsnapshot", good_snapshot(100));
  folder.write("in/b.heapsnapshot", good_snapshot(101));
  folder.write("broken.heapsnapshot", "{");
  std::string other = good_snapshot();
  for (std::size_t at = other.find(",3,4,"); at != std::string::npos; at = other.find(",3,4,", at + 1)) {
    other.replace(at, 5, ",0,3,");  // the same ids for objects of another kind
  }
  folder.write("other.heapsnapshot", other);
  const auto run = [&](const std::string& words) { return measured_run(words, {}, folder.path.string()); };
  const std::string a = "in/a.heapsnapshot";
  CHECK(run("diff " + a + " broken.heapsnapshot -q").code == 3);  // 77: named by hand
  folder.write("in/c.heapsnapshot", "{");
  const MeasuredRun aside = run("in --interval 1m");
  CHECK(aside.code == 0);
  CHECK(aside.out.find("set aside") != std::string::npos);   // 77: in a folder
  CHECK(run("analyze " + a + " ./" + a + " -q").code == 2);  // 78
  fs::copy_file(folder.path / a, folder.path / "copy.heapsnapshot");
  CHECK(run("analyze " + a + " copy.heapsnapshot -q").code == 2);
  CHECK(run("verify --before " + a + " --before copy.heapsnapshot --after in -q").code == 2);
  const MeasuredRun same = run("diff " + a + " copy.heapsnapshot");
  CHECK(same.code == 0);
  CHECK(same.out.find("same content") != std::string::npos);
  for (const std::string& words : {"diff " + a + " other.heapsnapshot", "analyze " + a + " other.heapsnapshot",
                                   "export " + a + " other.heapsnapshot"}) {
    CAPTURE(words);
    const MeasuredRun apart = run(words + " -q");  // 79
    CHECK(apart.code == 3);
    CHECK(apart.out.empty());
    CHECK(run(words + " -q --force").code == 0);
  }
  const MeasuredRun reversed = run("analyze in/b.heapsnapshot " + a + " --interval 0s -q");  // 80
  CHECK(reversed.out.find("/h") == std::string::npos);
}

TEST_CASE("rows 88 to 90: an output that is an input, that has no place, or that the disk has no room for") {
  const TemporaryFolder folder;
  folder.write("in/a.heapsnapshot", good_snapshot(100));
  folder.write("in/b.heapsnapshot", good_snapshot(101));
  folder.write("old.json", "old");
  fs::create_directory(folder.path / "folder");
  fs::create_symlink("../in/a.heapsnapshot", folder.path / "folder/link");
  const std::string a = "in/a.heapsnapshot";
  const std::vector<std::string> commands = {"summary " + a,
                                             "analyze " + a,
                                             "diff " + a + " in/b.heapsnapshot",
                                             "explain " + a + " --id @5",
                                             "compare " + a + " in/b.heapsnapshot",
                                             "verify --before in --after in --interval 1m",
                                             "redact " + a};
  const auto before = listing(folder.path);
  for (const std::string& command : commands) {
    CAPTURE(command);
    for (const auto& one : std::vector<std::pair<std::string, int>>{
             {a, 2}, {"./in/../" + a, 2}, {"folder/link", 2}, {"missing/x", 5}, {"folder", 5}, {"old.json/x", 5}}) {
      const std::string& output = one.first;
      const int code = one.second;
      CAPTURE(output);
      const MeasuredRun run = measured_run(command + " -q -o " + output, {}, folder.path.string());
      CHECK(run.code == code);
      CHECK(run.out.empty());
      CHECK(first_error_line(run.errors).starts_with("heapdiff: "));
      if (code == 5) {
        CHECK(run.reads == 0);  // the analysis was not started
        CHECK(first_error_line(run.errors).starts_with("heapdiff: " + output + ": "));
      }
    }
    if (!command.starts_with("redact")) {
      const MeasuredRun full = measured_run(command + " -q -o /dev/full", {}, folder.path.string());
      CHECK(full.code == 5);
      CHECK(first_error_line(full.errors) == "heapdiff: /dev/full: No space left on device");
    }
    const MeasuredRun limited = measured_run(command + " -q -o old.json", "ulimit -f 0;", folder.path.string());
    CHECK(limited.code == 5);
    CHECK(heapdiff::test::whole_file((folder.path / "old.json").string()) == "old");
  }
  CHECK(listing(folder.path) == before);
}

/// Rows that are no file which every command reads, and the tests that hold them.
TEST_CASE("every row of the list is held by a test") {
  const std::map<int, std::string> elsewhere = {
      {3, "cli/ninety_rows_test.cpp"},   {77, "cli/ninety_rows_test.cpp"},    {78, "cli/ninety_rows_test.cpp"},
      {79, "cli/ninety_rows_test.cpp"},  {80, "cli/ninety_rows_test.cpp"},    {81, "snapshot/load_test.cpp"},
      {82, "reports/html_test.cpp"},     {83, "cli/injections_test.cpp"},     {84, "reports/render_test.cpp"},
      {85, "cli/memory_bound_test.cpp"}, {86, "diff/hostile_paths_test.cpp"}, {87, "cli/secrets_test.cpp"},
      {88, "cli/ninety_rows_test.cpp"},  {89, "cli/ninety_rows_test.cpp"},    {90, "cli/ninety_rows_test.cpp"}};
  std::set<int> held;
  for (const BadInput& input : bad_inputs()) {
    held.insert(std::stoi(input.row));
  }
  for (const auto& one : elsewhere) {
    held.insert(one.first);
    CHECK_MESSAGE(fs::exists(fs::path(HEAPDIFF_SOURCE_DIR) / "tests" / one.second), one.second);
  }
  CHECK(held.size() == 90);
}
