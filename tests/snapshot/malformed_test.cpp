// Broken and odd input: what is refused, where, and what is accepted with a warning. The numbers are rows of the list
// of malformed files in the documentation of reliability.
//
// Each case edits one good snapshot. An '@' in an edit is removed again and marks the byte that the error has to name.
// Each case runs through `load_snapshot` and through `redact_snapshot`, which have to give the same error.

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/load.h"
#include "support/load_text.h"
#include "support/redact_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::redact_text;
using namespace std::string_literals;

namespace {

using Edits = std::vector<std::pair<std::string, std::string>>;

const std::string& good() {
  static const std::string text = "{\"snapshot\":{\"meta\":" + std::string(test::kMetaText) +
                                  ",\"node_count\":3,\"edge_count\":3,\"trace_function_count\":0},\n"
                                  "\"nodes\":[9,0,1,0,2,0,0\n,3,1,3,16,1,0,0\n,2,2,5,24,0,0,0\n],\n"
                                  "\"edges\":[1,1,7\n,1,2,14\n,2,3,14\n],\n"
                                  "\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n"
                                  "\"locations\":[7,10,3,4],\n"
                                  "\"strings\":[\"<dummy>\",\n\"Foo\",\n\"text\",\n\"field\"]}";
  return text;
}

struct Edited {
  std::string text;
  std::optional<std::uint64_t> mark;
};

/// `good()` with the first occurrence of each text replaced.
Edited edited(const Edits& edits) {
  Edited result{good(), std::nullopt};
  for (const auto& edit : edits) {
    const std::string& from = edit.first;  // no structured binding: the macro below captures it
    const std::string& to = edit.second;
    const std::size_t at = result.text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    result.text.replace(at, from.size(), to);
  }
  const std::size_t mark = result.text.find('@');
  if (mark != std::string::npos) {
    result.mark = mark;
    result.text.erase(mark, 1);
  }
  return result;
}

/// The good snapshot up to `text`, and `tail` after that.
Edits cut_before(const std::string& text, const std::string& tail) {
  return {{good().substr(good().find(text)), tail}};
}

/// `redact` refuses the input with the kind and the words of `expected`.
void check_redact_refuses(const std::string& text, std::size_t chunk, const Error& expected) {
  try {
    static_cast<void>(redact_text(text, chunk));
    FAIL_CHECK("redact accepts it");
  } catch (const Error& e) {
    CHECK(e.kind() == expected.kind());
    CHECK(std::string(e.what()) == std::string(expected.what()));
  }
}

void check_refused(const std::string& what, const Edited& input, ErrorKind kind, const std::string& fragment) {
  CAPTURE(what);
  for (const unsigned threads : {1U, 2U}) {
    for (const std::size_t chunk : {SIZE_MAX, std::size_t{1}}) {
      try {
        static_cast<void>(load_text(input.text, threads, chunk));
        FAIL_CHECK("accepted");
        return;
      } catch (const Error& e) {
        CHECK(e.kind() == kind);
        CHECK(e.offset().has_value());
        CHECK(e.file() == "test.heapsnapshot");
        CHECK_MESSAGE(std::string(e.what()).find(fragment) != std::string::npos, e.what());
        CHECK_MESSAGE(std::string(e.what()).find("expected") != std::string::npos, e.what());
        if (input.mark) {
          CHECK_MESSAGE(e.offset() == *input.mark, e.what(), "; wanted byte ", *input.mark);
        }
        check_redact_refuses(input.text, chunk, e);
      }
    }
  }
}

std::string warnings(const LoadedSnapshot& loaded) {
  std::string all;
  for (const std::string& sentence : loaded.diagnostics.sentences()) {
    all += sentence + "\n";
  }
  return all;
}

struct Refused {
  std::string what;
  Edits edits;
  std::string fragment;
  ErrorKind kind = ErrorKind::input;
};

struct Accepted {
  std::string what;
  Edits edits;
  std::string warning;  ///< empty: none at all
};

void check_all(const std::vector<Refused>& cases) {
  for (const Refused& c : cases) {
    check_refused(c.what, edited(c.edits), c.kind, c.fragment);
  }
}

}  // namespace

TEST_CASE("files that are no snapshot at all are refused at the byte that says so") {
  const auto whole = [](const std::string& text) { return Edits{{good(), text}}; };
  check_all({
      {"1 empty file", whole("@"), "expected '{', got end of file"},
      {"2 only white space", whole(" \n\r\n\t@"), "expected '{', got end of file"},
      {"4 UTF-16", whole("@\xff\xfe{\0"s), "UTF-16 byte order mark\nThe text is UTF-16"},
      {"4 UTF-16, other order", whole("@\xfe\xff\0{"s), "UTF-16"},
      {"6 ELF",
       whole("@\x7f"
             "ELF\x02\x01"),
       "byte 0x7f"},
      {"6 PNG", whole("@\x89PNG\r\n\x1a\n"), "byte 0x89"},
      {"7 HTML", whole("@<!DOCTYPE html><html><body>404</body></html>"), "HTML"},
      {"8 cpuprofile", whole("{@\"nodes\":[{\"id\":1}],\"startTime\":1}"), ".cpuprofile"},
      {"8 heapprofile", whole("{@\"head\":{},\"samples\":[]}"), ".heapprofile"},
      {"8 trace", whole("{@\"traceEvents\":[]}"), "Chrome trace"},
      {"8 other JSON", whole("{@\"a\":1}"), "expected the key \"snapshot\""},
      {"9 array", whole("@[1,2]"), "expected '{', got '['"},
      {"9 number", whole("@12"), "expected '{', got '1'"},
      {"9 string", whole("@\"x\""), "expected '{', got '\"'"},
      {"no key", whole("{@}"), "expected the key \"snapshot\""},
      {"number as key", whole("{@1:2}"), "expected the key \"snapshot\""},
      {"half a byte order mark", whole("\xef\xbb@{}"), "expected '{'"},
      {"the last third of a byte order mark", whole("@\xbf" + good()), "byte 0xbf"},
  });
}

TEST_CASE("a file that is something else is told what it is, and what to do") {
  const auto whole = [](const std::string& text) { return Edits{{good(), text}}; };
  std::string quoted;
  for (const char c : good()) {
    quoted += c == '\n' ? "\\n" : (c == '"' ? "\\\"" : std::string(1, c));
  }
  check_all({
      {"UTF-16", whole("@\xff\xfe{\0\"\0"s), "iconv -f UTF-16 -t UTF-8"},
      {"a line before the snapshot", whole("@Debugger attached.\n" + good()), "tail -c +20 FILE"},
      {"a line before a snapshot with white space", whole("@x{\n  \"snapshot\"" + good().substr(11)),
       "tail -c +2 FILE"},
      {"in an array", whole("@[" + good() + "]"), "tail -c +2 FILE"},
      {"a JSON string", whole("@\"" + quoted + "\""), "jq -j . FILE"},
      {"events of the protocol",
       whole("{@\"method\":\"HeapProfiler.addHeapSnapshotChunk\",\"params\":{\"chunk\":\"\"}}"),
       "events of the Chrome DevTools Protocol"},
      {"a pointer of Git LFS", whole("@version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"),
       "git lfs pull"},
      {"Firefox", whole("@\x0b\x08\x80\x81\x82\x83\x84\x85\x86\x07"), ".fxsnapshot"},
      {"Firefox, ten bytes", whole("\n@\x08\x80\x81\x82\x83\x84\x85\x86\x07"), ".fxsnapshot"},
      {"strings first",
       {{"{\"snapshot\"", "{@\"strings\":[],\"snapshot\""}},
       "jq -c '{snapshot, nodes, edges} + .' FILE"},
      {"nodes first",
       {{"{\"snapshot\"", "{@\"nodes\":[9,0],\"snapshot\""}},
       "jq -c '{snapshot, nodes, edges} + .' FILE"},
      {"samples first",
       {{"{\"snapshot\"", "{@\"samples\":[],\"snapshot\""}},
       "jq -c '{snapshot, nodes, edges} + .' FILE"},
      {"edges before nodes", {{"\"nodes\"", "@\"edges\":[],\"nodes\""}}, "jq -c '{snapshot, nodes, edges} + .' FILE"},
      {"text behind the snapshot",
       {{"\"field\"]}", "\"field\"]}\n@connection closed"}},
       fmt::format("head -c {} FILE", good().size())},
      {"NUL behind the snapshot",
       {{"\"field\"]}", "\"field\"]}@\0\0"s}},
       fmt::format("head -c {} FILE", good().size())},
      {"cut behind a comma", cut_before("16,1,0,0\n,2,2", "16,@"), "got end of file\nThe file is truncated"},
      {"cut behind a comma in edges", cut_before("2,14\n,2", "2,@"), "got end of file\nThe file is truncated"},
      {"cut behind a comma in locations", cut_before("3,4]", "@"), "got end of file\nThe file is truncated"},
  });
}

TEST_CASE("what follows the end, or is missing at the end, is named") {
  const std::string end = "\"field\"]}";
  check_all({
      {"10 garbage", {{end, end + "\n @x"}}, "expected end of file, got 'x'"},
      {"10 surplus brace", {{end, end + "@}"}}, "expected end of file, got '}'"},
      {"11 second snapshot", {{end, end + "\n@" + good()}}, "second snapshot"},
      {"12 NUL padding", {{end, end + "@" + std::string(100, '\0')}}, "expected end of file, got byte 0x00"},
      {"14 cut in meta", cut_before("edge_fields", "edge_fi@"), "got end of file"},
      {"15 cut after a digit of nodes", cut_before(",0,0\n,2,2", ",0,1@"), "in \"nodes\", got end of file"},
      {"16 cut after nodes", cut_before(",\n\"edges\"", "@"), "expected the key \"edges\""},
      {"17 cut in an escape", cut_before("\"text\"", "\"\\u12@"), "got end of file"},
      {"18 cut in UTF-8", cut_before("\"text\"", "\"\xe4\xb8@"), "got end of file"},
      {"19 no final brace", {{end, "\"field\"]@"}}, "only the end of the file is missing"},
      {"62 no strings", cut_before(",\n\"strings\"", "@}"), "expected the key \"strings\""},
      {"no edges",
       {{good().substr(good().find("\"edges\""), good().find("\"trace_function_infos") - good().find("\"edges\"")),
         ""}},
       "expected the key \"edges\""},
      {"comma before the final brace", {{end, "\"field\"],@}"}}, "expected the key"},
  });
}

TEST_CASE("a header that does not describe the file is refused") {
  const std::string node_fields = R"(["type","name","id","self_size","edge_count","trace_node_id","detachedness"])";
  const std::string node_kinds =
      R"(["hidden","array","string","object","code","closure","regexp","number","native","synthetic",)"
      R"("concatenated string","sliced string","symbol","bigint"])";
  const std::string snapshot = good().substr(1, good().find("\"nodes\":[9") - 1);
  std::string many = "[";
  for (int i = 0; i < 10'000; ++i) {
    many += fmt::format("{}\"f{}\"", i == 0 ? "" : ",", i);
  }
  many += "]";
  check_all({
      {"20 no snapshot", {{snapshot, "@"}}, "expected the key \"snapshot\" before \"nodes\""},
      {"20 snapshot after nodes",
       {{snapshot, "@"}, {"\"edges\"", snapshot + "\"edges\""}},
       "expected the key \"snapshot\""},
      {"22 no meta", {{snapshot, "\"snapshot\":{@\"node_count\":3},"}}, "\"meta\""},
      {"22 meta is a string", {{"\"meta\":{", "\"meta\":@\"x\",\"x\":{"}}, "\"meta\""},
      {"22 snapshot is an array", {{"\"snapshot\":{", "\"snapshot\":@["}}, "\"snapshot\""},
      {"23 no type", {{"[\"type\",\"name\"", "[\"kind\",\"name\""}}, "\"type\""},
      {"23 no name", {{"\"type\",\"name\"", "\"type\",\"nome\""}}, "\"name\""},
      {"23 no id", {{"\"id\"", "\"ident\""}}, "\"id\""},
      {"23 no self_size", {{"\"self_size\"", "\"size\""}}, "\"self_size\""},
      {"23 no edge_count", {{"\"edge_count\"", "\"edges\""}}, "\"edge_count\""},
      {"24 node_fields empty", {{node_fields, "[]"}}, "at least 5"},
      {"24 no node_fields", {{"\"node_fields\"", "\"nodes_fields\""}}, "at least 5"},
      {"25 id twice", {{"\"trace_node_id\"", "@\"id\""}}, "\"id\" again"},
      {"26 too many fields", {{node_fields, many}}, "at most 64", ErrorKind::limit},
      {"27 node types are a string", {{node_kinds, "\"hidden\""}}, "array of type names"},
      {"27 no node_types", {{"\"node_types\"", "\"types_of_nodes\""}}, "array of type names"},
      {"30 no to_node", {{"\"to_node\"", "\"to\""}}, "\"to_node\""},
      {"30 no name_or_index", {{"\"name_or_index\"", "\"name\""}}, "\"name_or_index\""},
      {"30 no edge type", {{"\"edge_fields\":[\"type\"", "\"edge_fields\":[\"kind\""}}, "\"type\""},
      {"32 node_count is a string", {{"\"node_count\":3", "\"node_count\":@\"3\""}}, "\"node_count\""},
      {"32 node_count is negative", {{"\"node_count\":3", "\"node_count\":@-1"}}, "\"node_count\""},
      {"32 node_count is a float", {{"\"node_count\":3", "\"node_count\":1@.5"}}, "\"node_count\""},
      {"32 node_count is null", {{"\"node_count\":3", "\"node_count\":@null"}}, "\"node_count\""},
      {"node_count twice", {{"\"node_count\":3", "\"node_count\":3,@\"node_count\":3"}}, "again"},
      {"root_index other than 0", {{"\"node_count\":3", "\"node_count\":3,\"root_index\":1"}}, "root_index"},
      {"meta nested too deep", {{"\"node_count\":3", "\"x\":" + std::string(100'000, '[')}}, "512", ErrorKind::limit},
  });
}

TEST_CASE("counts that the rows do not bear out are refused") {
  check_all({
      {"33 node_count too large",
       {{"\"node_count\":3", "\"node_count\":4"}, {"\n],\n\"edges\"", "\n@],\n\"edges\""}},
       "expected 4 rows"},
      {"34 node_count too small",
       {{"\"node_count\":3", "\"node_count\":2"}, {"\n,2,2,5", "\n,@2,2,5"}},
       "after 2 rows"},
      {"35 node_count huge",
       {{"\"node_count\":3", "\"node_count\":4294967295"}, {"\n],\n\"edges\"", "\n@],\n\"edges\""}},
       "expected 4294967295 rows"},
      {"35 node_count beyond 64 bits",
       {{"\"node_count\":3", "\"node_count\":@99999999999999999999"}},
       "\"node_count\""},
      {"36 edge_count too large", {{"\"edge_count\":3", "\"edge_count\":4"}}, "expected 4 rows in \"edges\", got 3"},
      {"36 edge_count too small", {{"\"edge_count\":3", "\"edge_count\":2"}}, "2"},
      {"36 edge_count huge", {{"\"edge_count\":3", "\"edge_count\":4294967290"}}, "expected 4294967290 rows"},
      {"37 nodes twice", {{"\"edges\"", "@\"nodes\":[],\"edges\""}}, "\"nodes\" again"},
      {"38 edges twice", {{"\"samples\"", "@\"edges\":[],\"samples\""}}, "\"edges\" again"},
      {"38 strings twice", {{"\"field\"]", "\"field\"],@\"strings\":[]"}}, "\"strings\" again"},
      {"38 snapshot twice", {{"\"edges\"", "@\"snapshot\":{},\"edges\""}}, "\"snapshot\" again"},
      {"edges before nodes", {{"\"nodes\"", "@\"edges\":[],\"nodes\""}}, "expected the key \"nodes\" before \"edges\""},
      {"locations before nodes, of no node",
       {{"\"nodes\"", "\"locations\":[7,10,3,4,21,1,1,1],\"nodes\""}, {",\n\"locations\":[7,10,3,4]", ""}},
       "expected the position of a node in location 1, got 21"},
      {"locations before nodes, half a row", {{"\"nodes\"", "\"locations\":[7,10@],\"nodes\""}}, "2 more numbers"},
      {"locations before and after nodes",
       {{"\"nodes\"", "\"locations\":[],\"nodes\""}, {"\n\"locations\":[7", "\n@\"locations\":[7"}},
       "\"locations\" again"},
      {"node_count 0 and edges that no node owns",
       {{"\"node_count\":3,\"edge_count\":3", "\"node_count\":0,\"edge_count\":0"}, {",16,1,0,0", ",16,0,0,0"}},
       "1 edges belong to none"},
      {"edge_count 0 and too few edges",
       {{"\"edge_count\":3", "\"edge_count\":0"}, {"\n,2,3,14\n]", "\n]"}},
       "within 2 edges"},
      {"39 unknown section, deep",
       {{"\"samples\":[]", "\"new\":" + std::string(1'000'000, '[')}},
       "512",
       ErrorKind::limit},
      {"40 nodes not a multiple", {{",2,2,5,24,0,0,0\n]", ",2,2,5,24,0,0\n@]"}}, "1 more number"},
      {"40 edges not a multiple", {{",2,3,14\n]", ",2,3\n@]"}}, "1 more number"},
      {"53 zero nodes",
       {{"\"node_count\":3", "\"node_count\":0"}, {"9,0,1,0,2,0,0\n,3,1,3,16,1,0,0\n,2,2,5,24,0,0,0\n", ""}},
       "root node"},
      {"54 owned edges > edges", {{",24,0,0,0", ",24,1,0,0"}}, "node 2"},
      {"54 the same without edge_count", {{",\"edge_count\":3", ""}, {",24,0,0,0", ",24,1,0,0"}}, "node 2"},
      {"55 owned edges < edges", {{",16,1,0,0", ",16,0,0,0"}}, "1 edges belong to none"},
      {"56 edge_count of a row is 2^64-1", {{",24,0,0,0", ",24,@18446744073709551615,0,0"}}, "edge count"},
      {"56 edge_count of a row is 2^32-1", {{",24,0,0,0", ",24,4294967295,0,0"}}, "expected"},
      {"51 self sizes overflow", {{",3,16,1", ",3,18446744073709551615,1"}}, "overflows at node 2"},
  });
}

TEST_CASE("numbers that are no plain non-negative integers are refused at the character") {
  const std::string row = ",3,1,3,16,1,0,0";
  const auto with = [&](const std::string& number) { return Edits{{row, ",3,1,3," + number + ",1,0,0"}}; };
  check_all({
      {"13 NUL in nodes", with("1@\0006"s), "byte 0x00"},
      {"41 negative", with("@-16"), "non-negative"},
      {"41 negative in edges", {{",1,2,14", ",1,2,@-14"}}, "non-negative"},
      {"41 negative node of a location", {{"[7,10,3,4]", "[@-7,10,3,4]"}}, "location 0, got 4294967289"},
      {"41 negative line beyond 32 bits", {{"[7,10,3,4]", "[7,10,@-2147483649,4]"}}, "from -2147483648"},
      {"41 negative sample", {{"\"samples\":[]", "\"samples\":[@-1,2]"}}, "non-negative"},
      {"42 float", with("1@.5"), "integer"},
      {"42 exponent", with("1@e3"), "integer"},
      {"42 large exponent", with("1@E3"), "integer"},
      {"43 2^64", with("@18446744073709551616"), "18446744073709551615"},
      {"44 4,000 digits", with("@" + std::string(4000, '9')), "18446744073709551615"},
      {"44 4,000 zeros", with("@" + std::string(4000, '0')), "expected"},
      {"45 leading zero", with("@007"), "JSON number"},
      {"45 plus", with("@+1"), "number"},
      {"45 hexadecimal", with("0@x10"), "','"},
      {"46 string", with("@\"16\""), "number"},
      {"46 null", with("@null"), "number"},
      {"46 true", with("@true"), "number"},
      {"46 object", with("@{}"), "number"},
      {"46 array", with("@[1]"), "number"},
      {"47 two commas", with("@,1"), "number"},
      {"47 comma first", {{"\"nodes\":[9", "\"nodes\":[@,9"}}, "number"},
      {"47 no comma", with("1 @2"), "','"},
      {"47 comma last", {{",2,2,5,24,0,0,0\n]", ",2,2,5,24,0,0,0\n,@]"}}, "number"},
      {"vertical tab is no JSON space", with("@\v16"), "number"},
      {"NUL in edges", {{",1,2,14", ",1,2,@\00014"s}}, "byte 0x00"},
      {"47 comma last in edges", {{",2,3,14\n]", ",2,3,14,@]"}}, "number"},
  });
}

TEST_CASE("indices that point nowhere are refused with the row") {
  check_all({
      {"48 node type above 255", {{",3,1,3,16", ",@256,1,3,16"}}, "node type"},
      {"49 node name out of range", {{",3,1,3,16", ",3,4,3,16"}}, "node 1, got 4"},
      {"49 node name beyond 32 bits", {{",3,1,3,16", ",3,@4294967296,3,16"}}, "node 1"},
      {"49 node name 2^32-1", {{",3,1,3,16", ",3,4294967295,3,16"}}, "node 1, got 4294967295"},
      {"57 to_node not a multiple", {{",1,2,14", ",1,2,@13"}}, "multiple of 7"},
      {"58 to_node beyond the nodes", {{",1,2,14", ",1,2,@21"}}, "below 21"},
      {"58 to_node 2^64-1", {{",1,2,14", ",1,2,@18446744073709551615"}}, "edge 1, got 18446744073709551615"},
      {"58 to_node wraps around 32 bits", {{",1,2,14", ",1,2,@30064771072"}}, "edge 1"},
      {"59 edge type out of range", {{",1,2,14", ",@7,2,14"}}, "edge type below 7"},
      {"60 property name out of range", {{",2,3,14", ",2,4,14"}}, "edge 2, got 4"},
      {"60 property name beyond 32 bits", {{",2,3,14", ",2,@4294967299,14"}}, "edge 2"},
      {"71 trace functions not a multiple",
       {{"\"trace_function_infos\":[]", "\"trace_function_infos\":[1,2,3,3,5@]"}},
       "1 more number"},
      {"trace function name out of range",
       {{"\"trace_function_infos\":[]", "\"trace_function_infos\":[1,9,0,0,0,0]"}},
       "row 0"},
      {"trace node without its function", {{"\"trace_tree\":[]", "\"trace_tree\":[1,5,0,0,[]]"}}, "trace node 1"},
      {"trace tree row is short", {{"\"trace_tree\":[]", "\"trace_tree\":[1,0,0,0@]"}}, "1 more value"},
      {"73 location not a multiple", {{"[7,10,3,4]", "[@8,10,3,4]"}}, "location 0, got 8"},
      {"73 location out of range", {{"[7,10,3,4]", "[@21,10,3,4]"}}, "location 0, got 21"},
      {"73 locations not a multiple", {{"[7,10,3,4]", "[7,10,3@]"}}, "1 more number"},
      {"trace tree with two commas", {{"\"trace_tree\":[]", "\"trace_tree\":[1,@,2]"}}, "non-negative integer"},
      {"trace tree with a fraction", {{"\"trace_tree\":[]", "\"trace_tree\":[1@.5,0,0,0,[]]"}}, "non-negative integer"},
      {"trace tree of one number", {{"\"trace_tree\":[]", "\"trace_tree\":[1@]"}}, "4 more value"},
      {"trace tree not closed", {{"\"trace_tree\":[]", "\"trace_tree\":[1,0,0,0,[]@}"}}, "or ','"},
      {"locations of dashes", {{"[7,10,3,4]", "[@---,e.]"}}, "non-negative integer"},
      {"locations with two commas", {{"[7,10,3,4]", "[7,10,@,4]"}}, "expected a number"},
      {"locations nested", {{"[7,10,3,4]", "[@[7,10,3,4]]"}}, "expected a number"},
      {"locations without their fields",
       {{",\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]", ""}},
       "\"location_fields\" is missing"},
      {"70 trace tree 100,000 deep",
       {{"\"trace_tree\":[]", "\"trace_tree\":[" +
                                  [] {
                                    std::string deep;
                                    for (int i = 0; i < 100'000; ++i) {
                                      deep += "1,0,0,0,[";
                                    }
                                    return deep;
                                  }()}},
       "10000 levels",
       ErrorKind::limit},
  });
}

TEST_CASE("samples are complete rows of non-negative integers") {
  const auto with = [](const std::string& rows) { return Edits{{"\"samples\":[]", "\"samples\":" + rows}}; };
  check_all({
      {"exponent, string and null", with("[1@e400,\"7\",null]"), "integer"},
      {"string", with("[0,@\"7\"]"), "expected a number"},
      {"null", with("[0,3,@null,5]"), "expected a number"},
      {"negative time", with("[@-1,3]"), "non-negative"},
      {"fraction", with("[0,3@.5]"), "integer"},
      {"2^64", with("[0,@18446744073709551616]"), "18446744073709551615"},
      {"leading zero", with("[0,@03]"), "leading zero"},
      {"half a row", with("[0,3,50000@]"), "1 more number"},
      {"two commas", with("[0,@,3]"), "expected a number"},
      {"comma last", with("[0,3,@]"), "1 more number"},
      {"nested", with("[@[0,3]]"), "expected a number"},
      {"object", with("@{}"), "to open \"samples\""},
      {"not closed", with("[0,3@}"), "\"samples\""},
      {"twice", with("[0,3],@\"samples\":[0,3]"), "\"samples\" again"},
      {"a row of three",
       {{"\"last_assigned_id\"", "\"last_assigned_id\",\"x\""}, {"\"samples\":[]", "\"samples\":[0,3@]"}},
       "1 more number"},
      {"fields are a string",
       {{"\"sample_fields\":[\"timestamp_us\",\"last_assigned_id\"]", "\"sample_fields\":@\"x\""}},
       "\"sample_fields\""},
      {"before the header", {{"{\"snapshot\"", "{@\"samples\":[],\"snapshot\""}}, "expected the key \"snapshot\""},
      {"cut", cut_before("\"samples\":[]", "\"samples\":[0,3@"), "got end of file"},
  });
}

TEST_CASE("strings that JSON does not allow are refused at the character") {
  check_all({
      {"63 number", {{"\"text\"", "@12"}}, "expected a string"},
      {"63 null", {{"\"text\"", "@null"}}, "expected a string"},
      {"64 raw line break", {{"\"text\"", "\"te@\nxt\""}}, "escaped control character"},
      {"64 raw NUL", {{"\"text\"", "\"te@\0xt\""s}}, "escaped control character"},
      {"64 raw NUL in a name", {{"\"Foo\"", "\"F@\0o\""s}}, "escaped control character"},
      {"65 unknown escape", {{"\"text\"", "\"\\@x41\""}}, "got 'x'"},
      {"65 unknown escape in a name", {{"\"Foo\"", "\"\\@x41\""}}, "got 'x'"},
      {"65 bad hexadecimal digit", {{"\"Foo\"", "\"\\u12@G4\""}}, "got 'G'"},
      {"65 bad hexadecimal digit, text not kept", {{"\"text\"", "\"\\u12@G4\""}}, "got 'G'"},
      {"comma last in strings", {{"\"field\"]", "\"field\",@]"}}, "expected a string"},
      {"no comma in strings", {{"\"text\",", "\"text\""}}, "expected ','"},
      {"strings is an object", {{"\"strings\":[", "\"strings\":@{"}}, "\"strings\""},
  });
}

TEST_CASE("odd but usable files are accepted, with a warning where it matters") {
  const std::string edge_kinds = R"("shortcut","weak"])";
  const std::vector<Accepted> cases = {
      {"the good one", {}, ""},
      {"white space after the end", {{"\"field\"]}", "\"field\"]}\n \r\n"}}, ""},
      {"white space everywhere",
       {{"[9,0,1,0,2,0,0", "[ 9 , 0,\r\n1,\t0 ,2,0,0 "}, {"\"nodes\":", "\"nodes\" : "}, {"\"text\",", " \"text\" ,"}},
       ""},
      {"5 byte order mark", {{"{\"snapshot\"", "\xef\xbb\xbf{\"snapshot\""}}, "byte order mark"},
      {"28 unknown node kind, unused", {{"\"bigint\"]", "\"bigint\",\"hologram\"]"}}, "hologram"},
      {"29 unknown section", {{"\"samples\"", "\"fresh\":{\"a\":[1,{\"b\":\"]\"}]},\"samples\""}}, "fresh"},
      {"29 unknown key in meta", {{"\"node_fields\"", "\"fresh\":{\"a\":[]},\"node_fields\""}}, ""},
      {"31 unknown edge kind", {{edge_kinds, R"("shortcut","weak","entangled"])"}}, "entangled"},
      {"31b no node_count", {{"\"node_count\":3,", ""}}, "node_count"},
      {"31b no edge_count", {{",\"edge_count\":3", ""}}, "edge_count"},
      {"34 node_count 0", {{"\"node_count\":3", "\"node_count\":0"}}, "\"node_count\" is 0 although there are nodes"},
      {"34 edge_count 0", {{"\"edge_count\":3", "\"edge_count\":0"}}, "\"edge_count\" is 0 although there are edges"},
      {"21 locations before nodes",
       {{"\"nodes\"", "\"locations\":[7,10,3,4],\"nodes\""}, {",\n\"locations\":[7,10,3,4]", ""}},
       ""},
      {"50 two nodes with one id", {{",2,2,5,24", ",2,2,3,24"}}, "@3 in rows 1 and 2"},
      {"50 two nodes with one large id",
       {{",3,1,3,16", ",3,1,4294967295000,16"}, {",2,2,5,24", ",2,2,4294967295000,24"}},
       "@4294967295000 in rows 1 and 2"},
      {"72 trace_node_id that the tree does not have",
       {{",16,1,0,0", ",16,1,99,0"},
        {"\"trace_function_infos\":[],\n\"trace_tree\":[]",
         "\"trace_function_infos\":[0,1,0,0,0,0],\n\"trace_tree\":[1,0,0,0,[]]"}},
       "its allocation stack is unknown"},
      {"48 undeclared node type", {{",3,1,3,16", ",255,1,3,16"}}, "does not declare"},
      {"52 detachedness 7", {{",16,1,0,0", ",16,1,0,7"}}, "detachedness"},
      {"66 lone surrogate", {{"\"Foo\"", "\"F\\ud800o\""}}, "surrogate"},
      {"67 raw bytes that are not UTF-8", {{"\"Foo\"", "\"F\xff\xfeo\""}}, "UTF-8"},
      {"67 very many of them", {{"\"Foo\"", "\"" + std::string(20'000, '\xff') + "\""}}, "UTF-8"},
      {"74 unknown line", {{"[7,10,3,4]", "[7,10,4294967295,4294967295]"}}, ""},
      {"negative numbers in scopes", {{"\"samples\"", "\"scopes\":[-1,2],\"samples\""}}, ""},
      {"a location for a node twice", {{"[7,10,3,4]", "[7,10,3,4,7,10,5,6]"}}, "more than one location"},
      {"no side sections",
       {{"\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[7,10,3,"
         "4],\n",
         ""}},
       ""},
      {"2^64-1 as a size", {{",3,16,1", ",3,18446744073709551591,1"}}, ""},
      {"samples", {{"\"samples\":[]", "\"samples\":[0,3\n,50123 , 18446744073709551615]"}}, ""},
      {"samples of three fields",
       {{"\"last_assigned_id\"", "\"last_assigned_id\",\"x\""}, {"\"samples\":[]", "\"samples\":[0,3,1]"}},
       ""},
      {"samples without their fields",
       {{"\"sample_fields\":[\"timestamp_us\",\"last_assigned_id\"],", ""}, {"\"samples\":[]", "\"samples\":[0,3]"}},
       ""},
      {"strings before the nodes",
       {{",\n\"strings\":[\"<dummy>\",\n\"Foo\",\n\"text\",\n\"field\"]", ""},
        {"\"nodes\"", "\"strings\":[\"<dummy>\",\"Foo\",\"text\",\"field\"],\"nodes\""}},
       ""},
      {"traces before the functions",
       {{"\"trace_function_infos\":[],\n\"trace_tree\":[]",
         "\"trace_tree\":[1,0,0,0,[2,1,1,16,[]]],\"trace_function_infos\":[0,0,0,0,0,0,5,1,3,7,1,1]"}},
       ""},
  };
  for (const Accepted& c : cases) {
    CAPTURE(c.what);
    const Edited input = edited(c.edits);
    for (const unsigned threads : {1U, 2U}) {
      for (const std::size_t chunk : {SIZE_MAX, std::size_t{1}}) {
        try {
          const LoadedSnapshot loaded = load_text(input.text, threads, chunk);
          CHECK(loaded.graph.node_count() == 3);
          CHECK(loaded.graph.edge_count() == 3);
          const LoadedSnapshot redacted = load_text(redact_text(input.text, chunk), threads, chunk);
          CHECK(std::string(redacted.graph.name(NodeIndex(1))) == std::string(loaded.graph.name(NodeIndex(1))));
          CHECK(redacted.graph.locations().rows.size() == loaded.graph.locations().rows.size());
          CHECK(redacted.graph.locations().trace_nodes.size() == loaded.graph.locations().trace_nodes.size());
          if (c.warning.empty()) {
            CHECK_MESSAGE(loaded.diagnostics.empty(), warnings(loaded));
          } else {
            CHECK_MESSAGE(warnings(loaded).find(c.warning) != std::string::npos, warnings(loaded));
          }
        } catch (const Error& e) {
          FAIL_CHECK(std::string(e.what()));
        }
      }
    }
  }
}

TEST_CASE("names come out as the file means them") {
  const auto name_of = [](const std::string& quoted) {
    const LoadedSnapshot loaded = load_text(edited({{"\"Foo\"", quoted}}).text);
    return std::string(loaded.graph.name(NodeIndex(1)));
  };
  CHECK(name_of("\"Foo\"") == "Foo");
  CHECK(name_of(R"("\"\\\/\b\f\n\r\t\u0041")") == "\"\\/\b\f\n\r\tA");
  CHECK(name_of(R"("a\u0000b")") == "a\0b"s);
  CHECK(name_of(R"("\ud83d\ude00")") == "\U0001F600");
  CHECK(name_of(R"("\ud800")") == "\uFFFD");
  CHECK(name_of(R"("\ud800\ud83d\ude00")") == "\uFFFD\U0001F600");
  CHECK(name_of(R"("\ud800x")") == "\uFFFDx");
  CHECK(name_of(R"("\udc00")") == "\uFFFD");
  CHECK(name_of("\"\u4e2d\U0001F600\"") == "\u4e2d\U0001F600");
  CHECK(name_of("\"\xc0\x80\"").find('\0') == std::string::npos);
  CHECK(name_of("\"" + std::string(1'000'000, 'x') + "\"").size() == 1'000'000);
}

TEST_CASE("sections in an odd order do not mix up names") {
  const std::string strings = ",\n\"strings\":[\"<dummy>\",\n\"Foo\",\n\"text\",\n\"field\"]";
  const std::string moved = strings.substr(1) + ",\n";
  for (const std::string& before :
       std::vector<std::string>{"\"nodes\"", "\"edges\"", "\"trace_function_infos\"", "\"locations\""}) {
    for (const std::string& count : std::vector<std::string>{"0", "1"}) {
      CAPTURE(before);
      CAPTURE(count);
      const Edited input = edited({{strings, ""},
                                   {before, moved + before},
                                   {"\"trace_function_infos\":[]", "\"trace_function_infos\":[1,2,3,7,1,1]"},
                                   {"\"trace_function_count\":0", "\"trace_function_count\":" + count}});
      const LoadedSnapshot loaded = load_text(input.text);
      const SnapshotGraph& graph = loaded.graph;
      CHECK(std::string(graph.name(NodeIndex(1))) == "Foo");
      CHECK(std::string(graph.edge_name(*graph.edges(NodeIndex(1)).begin())) == "field");
      const TraceFunction& function = graph.locations().trace_functions.at(0);
      CHECK(std::string(graph.strings()[function.script_name]) == "field");
      // A file that announces no functions, and brings one after the strings, does not get texts
      // nobody asked for.
      const bool late = count == "0" && before == "\"trace_function_infos\"";
      CHECK(std::string(graph.strings()[function.name]) == (late ? "" : "text"));
    }
  }
}
