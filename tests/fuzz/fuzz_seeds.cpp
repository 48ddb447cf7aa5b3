// Writes the first inputs of fuzz_snapshot: small files with every section, and the layouts of several V8 versions.

#include "fuzz/check.h"
#include "support/real_snapshot.h"
#include "support/reduce_snapshot.h"
#include "support/snapshot_text.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace {

std::string rich() {
  heapdiff::test::SnapshotText text;
  text.add_root();
  const auto roots = text.add_node("synthetic", "(GC roots)");
  const auto emitter = text.add_node("object", "EventEmitter", 32);
  const auto events = text.add_node("object", "Object", 24);
  const auto list = text.add_node("object", "Array", 16);
  const auto store = text.add_node("array", "(object elements)", 48);
  const auto code = text.add_node("code", "watch", 40);
  text.add_edge(0, "element", "1", roots);
  text.add_edge(roots, "element", "1", emitter);
  text.add_edge(emitter, "property", "_events", events);
  text.add_edge(events, "property", "invalidate:1", list);
  text.add_edge(list, "internal", "elements", store);
  for (unsigned i = 0; i < 3; ++i) {
    const auto closure = text.add_node("closure",
                                       i == 0 ? ""
                                              : "\xE2\x80\xAE"
                                                "onMessage",
                                       64);
    text.add_edge(store, "element", i, closure);
    text.add_edge(closure, "internal", "shared", code);
    text.add_location(closure, 7, i, UINT32_MAX);
  }
  text.add_edge(roots, "weak", "2", store);
  text.add_edge(code, "internal", "name", text.add_node("string", "a\"\\\n\x01 value", 24));
  text.add_edge(roots, "element", "3", text.add_node("native", "Detached <div>", 80, 0, 2));
  return text.text();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  heapdiff::test::require(at != std::string::npos, "the text has " + from);
  return text.replace(at, from.size(), to);
}

}  // namespace

/// `fuzz_seeds FOLDER [SNAPSHOT...]`: heads of the snapshots too.
int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : ".";
  const std::string text = rich();
  const auto put = [&](const char* name, const std::string& bytes) { std::ofstream(folder / name) << bytes; };
  put("rich", text);
  put("no-counts", replaced(replaced(text, "\"node_count\":12,", ""), "\"edge_count\":14,", ""));
  put("unknown-section", replaced(text, "\"samples\":[]", "\"samples\":[5,7],\"other\":{\"a\":[1,{\"b\":null}]}"));
  put("traces", replaced(replaced(text, "\"trace_function_infos\":[]", "\"trace_function_infos\":[0,1,2,3,4,5]"),
                         "\"trace_tree\":[]", "\"trace_tree\":[1,0,1,8,[2,0,1,8,[]]]"));
  put("escapes", replaced(text, "\"<dummy>\"", "\"\\ud83d\\ude00\\ud800\\u0000\\/\\b\""));
  for (int i = 2; i < argc; ++i) {
    put(std::filesystem::path(argv[i]).filename().c_str(),
        heapdiff::test::reduced_snapshot(heapdiff::test::expanded_file(argv[i]), 40));
  }
  put("cut", text.substr(0, text.size() - 40));
}
