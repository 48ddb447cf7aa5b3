// `load_snapshot` and `redact_snapshot` accept the same files and refuse the others with the same error.
//
// Small documents are taken apart into tokens and changed at random, in ways that keep most of a snapshot's structure:
// numbers leave their range, tokens are lost, doubled or exchanged, sections move. The seed is fixed.

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/load.h"
#include "support/redact_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace heapdiff;
using heapdiff::test::redact_text;

namespace {

using Random = std::mt19937_64;
using Tokens = std::vector<std::string>;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

/// Seven node fields, with traces, samples and a location: what Node.js 18 writes while it tracks allocations.
std::string tracked_document() {
  return "{\"snapshot\":{\"meta\":" + std::string(test::kMetaText) +
         ",\"node_count\":4,\"edge_count\":4,\"trace_function_count\":2},\n"
         "\"nodes\":[9,0,1,0,2,0,0\n,3,1,3,16,2,3,0\n,2,2,5,24,0,0,0\n,5,4,7,64,0,4,2\n],\n"
         "\"edges\":[1,1,7\n,5,3,21\n,2,3,14\n,3,4,21\n],\n"
         "\"trace_function_infos\":[0,0,0,0,0,0\n,7,1,4,3,1,2\n],\n"
         "\"trace_tree\":[1,0,0,0,[2,1,3,48,[],3,1,1,16,[4,0,1,1,[]]]],\n"
         "\"samples\":[0,3\n,50123,7],\n\"locations\":[7,10,3,4\n,21,11,0,0],\n"
         "\"strings\":[\"<dummy>\",\n\"Foo\",\n\"te\\u00e9xt\",\n\"field\",\n\"x.js\"]}";
}

/// No counts, the strings first, and the smaller sections in another order.
std::string reordered_document() {
  std::string text = tracked_document();
  text = replaced(std::move(text), ",\"node_count\":4,\"edge_count\":4,\"trace_function_count\":2", "");
  const std::string strings = text.substr(text.find(",\n\"strings\""));
  text = replaced(std::move(text), strings, "}");
  text = replaced(std::move(text), "\"nodes\"", strings.substr(1, strings.size() - 2) + " ,\"nodes\"");
  const std::size_t tree = text.find("\"trace_tree\"");
  const std::string tree_text = text.substr(tree, text.find("\"samples\"") - tree);
  text = replaced(std::move(text), tree_text, "");
  return replaced(std::move(text), "\"trace_function_infos\"", tree_text + "\"trace_function_infos\"");
}

/// The fields in an order of their own, one edge field more, and children first in a row of the trace tree.
std::string odd_fields_document() {
  std::string text = tracked_document();
  text = replaced(std::move(text), R"(["type","name","id","self_size","edge_count","trace_node_id","detachedness"])",
                  R"(["name","type","id","self_size","edge_count","trace_node_id","detachedness"])");
  text = replaced(std::move(text), R"("node_types":[[)", R"("node_types":["string",[)");
  text =
      replaced(std::move(text), R"(["type","name_or_index","to_node"])", R"(["type","to_node","x","name_or_index"])");
  text = replaced(std::move(text), R"(["id","function_info_index","count","size","children"])",
                  R"(["children","function_info_index","id"])");
  text = replaced(std::move(text), "[1,0,0,0,[2,1,3,48,[],3,1,1,16,[4,0,1,1,[]]]]", "[[[],1,2,[[],0,4],1,3],0,1]");
  text = replaced(std::move(text), "[9,0,1,0,2,0,0\n,3,1,3,16,2,3,0\n,2,2,5,24,0,0,0\n,5,4,7,64,0,4,2\n]",
                  "[0,9,1,0,2,0,0,1,3,3,16,2,3,0,2,2,5,24,0,0,0,4,5,7,64,0,4,2]");
  return replaced(std::move(text), "[1,1,7\n,5,3,21\n,2,3,14\n,3,4,21\n]", "[1,7,0,1,5,21,0,3,2,14,9,3,3,21,1,4]");
}

/// Six node fields and five of a location, as Chromium writes them, with the sections of scopes.
std::string chromium_document() {
  std::string text = tracked_document();
  text = replaced(std::move(text), R"("trace_node_id",)", "");
  text = replaced(std::move(text), R"(["object_index","script_id",)",
                  R"(["object_index","script_id","script_object_index",)");
  text = replaced(std::move(text), "[9,0,1,0,2,0,0\n,3,1,3,16,2,3,0\n,2,2,5,24,0,0,0\n,5,4,7,64,0,4,2\n]",
                  "[9,0,1,0,2,0,3,1,3,16,2,0,2,2,5,24,0,0,5,4,7,64,0,2]");
  text = replaced(std::move(text), "[1,1,7\n,5,3,21\n,2,3,14\n,3,4,21\n]", "[1,1,6,5,3,18,2,3,12,3,4,18]");
  return replaced(std::move(text), "\"locations\":[7,10,3,4\n,21,11,0,0]",
                  "\"locations\":[6,10,12,3,4,18,11,0,0,0],\"scopes\":[-1,2],\"scope_uses\":[]");
}

/// A dictionary, a name put together from two strings, and names that are held by code.
std::string dictionary_document() {
  test::SnapshotText snapshot;
  const auto root = snapshot.add_root();
  const auto dictionary = snapshot.add_node("object", "Object", 16);
  const auto code = snapshot.add_node("code", "shared", 16);
  const auto whole = snapshot.add_node("concatenated string", "key1", 16);
  const auto part = snapshot.add_node("string", "key2", 16);
  snapshot.add_edge(root, "element", 1, dictionary);
  snapshot.add_edge(root, "element", 2, code);
  for (int i = 0; i < 66; ++i) {
    snapshot.add_edge(dictionary, "property", fmt::format("key{}", i % 5), part);
  }
  snapshot.add_edge(code, "internal", "name", whole);
  snapshot.add_edge(whole, "internal", "first", part);
  return snapshot.text();
}

Tokens tokens_of(const std::string& text) {
  Tokens tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '"') {
      while (text[end] != '"') {
        end += text[end] == '\\' ? 2U : 1U;
      }
      ++end;
    } else {
      const auto in_number = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
      while (in_number(at) && in_number(end)) {
        ++end;
      }
    }
    tokens.push_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

std::string joined(const Tokens& tokens) {
  std::string text;
  for (const std::string& token : tokens) {
    text += token;
  }
  return text;
}

std::size_t pick(Random& random, std::size_t count) { return static_cast<std::size_t>(random() % count); }

/// A number of the document: mutations that only hit names would say little about the rows.
std::size_t pick_number(Random& random, const Tokens& tokens) {
  for (int tries = 0; tries < 100; ++tries) {
    const std::size_t at = pick(random, tokens.size());
    if (tokens[at][0] >= '0' && tokens[at][0] <= '9') {
      return at;
    }
  }
  return pick(random, tokens.size());
}

/// Moves, doubles or drops a section.
void mutate_section(Random& random, Tokens& tokens) {
  static constexpr std::array<std::string_view, 8> kSections = {
      "\"nodes\"",   "\"edges\"",   "\"trace_function_infos\"", "\"trace_tree\"", "\"samples\"", "\"locations\"",
      "\"strings\"", "\"snapshot\""};
  const auto key = [&](std::string_view name) {
    std::size_t at = 0;
    while (at < tokens.size() && tokens[at] != name) {
      ++at;
    }
    return at;
  };
  const std::size_t begin = key(kSections[pick(random, kSections.size())]);
  std::size_t end = begin;
  int depth = 0;
  while (end < tokens.size()) {
    depth += tokens[end] == "[" || tokens[end] == "{" ? 1 : 0;
    depth -= tokens[end] == "]" || tokens[end] == "}" ? 1 : 0;
    ++end;
    if (depth == 0 && (tokens[end - 1] == "]" || tokens[end - 1] == "}")) {
      break;
    }
  }
  const auto offset = [&](std::size_t i) { return tokens.begin() + static_cast<std::ptrdiff_t>(i); };
  Tokens section(offset(begin), offset(end));
  const std::size_t what = pick(random, 3);
  if (what != 0 && end < tokens.size()) {
    tokens.erase(offset(begin), offset(end + 1));  // with the comma that follows
  }
  if (what != 1) {
    section.emplace_back(",");
    const std::size_t to = key(kSections[pick(random, kSections.size())]);
    tokens.insert(offset(to), section.begin(), section.end());
  }
}

void mutate(Random& random, Tokens& tokens) {
  static constexpr std::array<std::string_view, 26> kNumbers = {"0",
                                                                "1",
                                                                "2",
                                                                "3",
                                                                "4",
                                                                "5",
                                                                "6",
                                                                "7",
                                                                "12",
                                                                "14",
                                                                "21",
                                                                "28",
                                                                "255",
                                                                "256",
                                                                "-1",
                                                                "1.5",
                                                                "1e3",
                                                                "007",
                                                                "4294967294",
                                                                "4294967295",
                                                                "4294967296",
                                                                "18446744073709551615",
                                                                "18446744073709551616",
                                                                "99999999999999999999999",
                                                                "null",
                                                                "\"7\""};
  static constexpr std::array<std::string_view, 20> kTexts = {
      ",",  "[",  "]",    "{",    "}",   ":",          "\"",          "e.",      "---",           " ",
      "\n", "\v", "\xbf", "true", "[1]", "{\"a\":[]}", "\"\\ud800\"", "\"\\x\"", "\"nodes\":[],", "\xef\xbb\xbf"};
  const std::size_t at = pick(random, tokens.size());
  switch (pick(random, 10)) {
    case 0:
    case 1:
    case 2:
    case 3:
      tokens[pick_number(random, tokens)] = kNumbers[pick(random, kNumbers.size())];
      break;
    case 4:
      std::swap(tokens[pick_number(random, tokens)], tokens[pick_number(random, tokens)]);
      break;
    case 5:
      tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 6:
      tokens[at] += tokens[at];
      break;
    case 7:
      tokens[at] = kTexts[pick(random, kTexts.size())];
      break;
    case 8:
      tokens[at].insert(random() % 2 == 0 ? 0 : tokens[at].size(), kTexts[pick(random, kTexts.size())]);
      break;
    default:
      mutate_section(random, tokens);
  }
}

struct ReaderOutcome {
  std::string error;  ///< kind and words; empty when the file was accepted
  std::string text;   ///< of `redact`
};

template <class Read>
ReaderOutcome outcome_of(const Read& read) {
  ReaderOutcome outcome;
  try {
    outcome.text = read();
  } catch (const Error& e) {
    outcome.error = fmt::format("{} {}", exit_code(e.kind()), e.what());
  }
  return outcome;
}

/// The graph with the texts of all strings.
SnapshotGraph graph_of(const std::string& text) {
  const auto source = memory_source(text);
  LoadOptions options;
  options.threads = 1;
  options.keep_string_values = true;
  return load_snapshot(*source, "test.heapsnapshot", options).graph;
}

/// All that a graph holds, as text.
/// The name of a type. `redact` masks those that V8 does not have.
std::string_view known_type_name(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) >= NodeType::first_unknown ? std::string_view("unknown") : graph.type_name(n);
}

std::string shape(const SnapshotGraph& graph) {
  std::string text = fmt::format("{} {}\n", graph.node_count(), graph.edge_count());
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    text += fmt::format("{} {} {} {} {} {}\n", known_type_name(graph, n), graph.name(n), graph.id(n),
                        graph.self_size(n), graph.trace_id(n), static_cast<int>(graph.detachedness(n)));
    for (const SnapshotGraph::Edge edge : graph.edges(n)) {
      text += fmt::format("  {} {} {}\n", edge_type_name(edge.type), graph.edge_label(edge), edge.target.get());
    }
  }
  for (const Location& row : graph.locations().rows) {
    text += fmt::format("at {} {} {} {}\n", row.node.get(), row.script_id, row.line, row.column);
  }
  for (const TraceFunction& f : graph.locations().trace_functions) {
    text += fmt::format("function {} {} {}\n", f.function_id, graph.strings()[f.name], graph.strings()[f.script_name]);
  }
  for (const TraceNode& node : graph.locations().trace_nodes) {
    text += fmt::format("trace {} {} {} {} {}\n", node.id, node.function, node.parent, node.count, node.size_bytes);
  }
  return text;
}

}  // namespace

TEST_CASE("load and redact agree on 20,000 changed documents, word by word") {
  constexpr std::size_t kMutations = 20'000;
  std::vector<Tokens> documents;
  for (const std::string& text :
       {tracked_document(), reordered_document(), odd_fields_document(), chromium_document(), dictionary_document()}) {
    REQUIRE_NOTHROW(graph_of(text));
    documents.push_back(tokens_of(text));
    REQUIRE(joined(documents.back()) == text);
  }
  Random random(20'000);
  std::size_t accepted = 0;
  std::set<std::string> messages;
  for (std::size_t i = 0; i < kMutations; ++i) {
    Tokens tokens = documents[i % documents.size()];
    for (std::size_t changes = 1 + pick(random, 2); changes != 0 && !tokens.empty(); --changes) {
      mutate(random, tokens);
    }
    const std::string text = joined(tokens);
    std::string before;
    const ReaderOutcome load = outcome_of([&] {
      before = shape(graph_of(text));
      return std::string();
    });
    const ReaderOutcome redact = outcome_of([&] { return redact_text(text); });
    REQUIRE_MESSAGE(load.error == redact.error, text);
    if (load.error.empty()) {
      ++accepted;
      REQUIRE_MESSAGE(shape(graph_of(redact.text)) == before, text);
    } else {
      messages.insert(load.error);
    }
  }
  MESSAGE(accepted << " accepted, " << messages.size() << " different errors");
  CHECK(accepted > kMutations / 10);
  CHECK(accepted < kMutations * 9 / 10);
  CHECK(messages.size() > 2000);
}
