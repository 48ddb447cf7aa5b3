// Names that V8, Node or Chromium give are written in one room only, libdiff/src/v8: a new version of a runtime changes
// files of that room and no other.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// Names that are forbidden as a whole text. The sites room reads JavaScript, where such words are no names of the
/// heap.
constexpr std::array<std::string_view, 50> kNames = {"Array",
                                                     "ArrayBuffer",
                                                     "AbortSignal",
                                                     "AsyncContextFrame",
                                                     "AsyncLocalStorage",
                                                     "Buffer",
                                                     "BuiltinModule",
                                                     "Detached ",
                                                     "EventListener",
                                                     "EventTarget",
                                                     "FastBuffer",
                                                     "FinalizationRegistry",
                                                     "Function",
                                                     "Immediate",
                                                     "ImmediateList",
                                                     "Listener",
                                                     "Map",
                                                     "Module",
                                                     "Object",
                                                     "Promise",
                                                     "PromiseReaction",
                                                     "Set",
                                                     "SharedArrayBuffer",
                                                     "SourceTextModule",
                                                     "Timeout",
                                                     "TimersList",
                                                     "V8EventListener",
                                                     "WeakMap",
                                                     "WeakSet",
                                                     "Window",
                                                     "__proto__",
                                                     "bound_function",
                                                     "code",
                                                     "context_frame",
                                                     "elements",
                                                     "feedback_cell",
                                                     "first",
                                                     "handler",
                                                     "listener",
                                                     "parameters_and_registers",
                                                     "previous",
                                                     "process",
                                                     "prototype",
                                                     "script",
                                                     "script_or_debug_info",
                                                     "second",
                                                     "shared",
                                                     "source",
                                                     "table",
                                                     "(closure)"};

/// Names that are forbidden as a part of a text, in all rooms.
constexpr std::array<std::string_view, 24> kParts = {"markEntryBuffer",
                                                     "kDependantSignals",
                                                     "gcPersistentSignals",
                                                     "storageList",
                                                     "knownTimersById",
                                                     "_subscribers",
                                                     "_events",
                                                     "_idleNext",
                                                     "_idlePrev",
                                                     "_onImmediate",
                                                     "_onTimeout",
                                                     "_pathCache",
                                                     "_repeat",
                                                     "kEvents",
                                                     "kResourceStore",
                                                     "kAsyncContextFrame",
                                                     "Symbol(events)",
                                                     "<symbol ",
                                                     "system / ",
                                                     "HeapVectorBacking<",
                                                     "ArrayBufferData",
                                                     "ExternalStringData",
                                                     "(synthetic)",
                                                     "(concatenated string)"};

/// The texts in double quotes of a C++ file, without those in comments and in #include.
std::vector<std::string> literals_of(const fs::path& file) {
  std::vector<std::string> literals;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#include")) {
      continue;
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line.compare(i, 2, "//") == 0) {
        break;
      }
      if (line[i] == '\'' && i + 2 < line.size()) {
        i += line[i + 1] == '\\' ? 3U : 2U;  // '"' opens no text
      } else if (line[i] == '"') {
        std::string text;
        for (++i; i < line.size() && line[i] != '"'; ++i) {
          text += line[i];
          if (line[i] == '\\' && i + 1 < line.size()) {
            text += line[++i];
          }
        }
        literals.push_back(std::move(text));
      }
    }
  }
  return literals;
}

struct SourceText {
  std::string room;
  std::string file;
  std::string text;
};

std::vector<SourceText> texts_of_libdiff() {
  const fs::path root = fs::path(HEAPDIFF_SOURCE_DIR) / "libdiff" / "src";
  std::vector<SourceText> texts;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path relative = fs::relative(entry.path(), root);
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h") {
      for (std::string& text : literals_of(entry.path())) {
        texts.push_back({relative.begin()->string(), relative.generic_string(), std::move(text)});
      }
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("names of the runtime are written in the v8 room only") {
  std::set<std::string_view> unused(kNames.begin(), kNames.end());
  unused.insert(kParts.begin(), kParts.end());
  const std::vector<SourceText> texts = texts_of_libdiff();
  for (const SourceText& source : texts) {
    for (const std::string_view name : kNames) {
      if (source.text == name && source.room == "v8") {
        unused.erase(name);
      } else if (source.text == name && source.room != "sites" && source.room != "commits") {
        FAIL_CHECK(source.file << " writes \"" << source.text << "\"");
      }
    }
    for (const std::string_view part : kParts) {
      if (source.text.find(part) == std::string::npos) {
        continue;
      }
      if (source.room == "v8") {
        unused.erase(part);
      } else {
        FAIL_CHECK(source.file << " writes \"" << source.text << "\"");
      }
    }
  }
  for (const std::string_view name : unused) {
    FAIL_CHECK("the v8 room does not write \"" << name << "\"");
  }
}
