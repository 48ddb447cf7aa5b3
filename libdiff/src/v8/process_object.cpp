#include "heapdiff/diff/runtime.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "v8/name_memo.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::string_view kProcessClass = "process";

/// "18.17.0" of the text "v18.17.0"; empty where it is no version. A program may hang any object of this name anywhere,
/// with a secret in it.
std::string version_in(const SnapshotGraph& graph, NodeIndex process) {
  constexpr std::size_t kMostCharacters = 40;
  const NodeIndex value = graph.find_target(process, EdgeType::property, "version");
  if (!value || graph.type(value) != NodeType::string) {
    return {};
  }
  const std::string_view text = graph.name(value);
  const bool is_version =
      text.size() > 2 && text.size() <= kMostCharacters && text[0] == 'v' && ascii::is_digit(text[1]) &&
      std::count(text.begin(), text.end(), '.') >= 2 &&
      std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alphanumeric(c) || c == '.' || c == '-'; });
  return is_version ? std::string(text.substr(1)) : std::string();
}

const char* runtime_name(const SnapshotGraph& graph, NodeIndex versions) {
  // Runtimes that are built upon Node.js list it, too.
  static constexpr std::array<std::pair<std::string_view, const char*>, 3> kOthers = {
      {{"electron", "Electron"}, {"deno", "Deno"}, {"bun", "Bun"}}};
  for (const auto& [property, name] : kOthers) {
    if (graph.find_target(versions, EdgeType::property, property)) {
      return name;
    }
  }
  return "Node.js";
}

}  // namespace

std::optional<RuntimeFacts> runtime_of(const SnapshotGraph& graph) {
  v8::NameMemo is_process(
      [&graph](std::uint32_t string) { return graph.strings()[StringIndex(string)] == kProcessClass; });
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) != NodeType::object || !is_process(graph.name_index(n).get())) {
      continue;
    }
    const NodeIndex versions = graph.find_target(n, EdgeType::property, "versions");
    std::string version = versions ? version_in(graph, n) : std::string();
    if (!version.empty()) {
      return RuntimeFacts{runtime_name(graph, versions), std::move(version)};
    }
  }
  return std::nullopt;
}

}  // namespace heapdiff
