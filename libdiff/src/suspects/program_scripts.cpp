#include "suspects/program_scripts.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/functions.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>

namespace heapdiff::suspects {

namespace {

constexpr std::size_t kMaxScripts = 48;         // searched
constexpr std::size_t kMaxKnownScripts = 4096;  // of which the program's own come first

}  // namespace

std::vector<FunctionPosition> program_scripts(const SnapshotGraph& graph) {
  std::unordered_set<std::uint32_t> literals;
  std::unordered_set<std::string> scripts;
  std::vector<FunctionPosition> own;
  std::vector<FunctionPosition> of_packages;
  for (std::uint32_t i = 0; i < graph.node_count() && scripts.size() < kMaxKnownScripts; ++i) {
    const NodeIndex n(i);
    if (graph.type(n) != NodeType::closure) {
      continue;
    }
    const NodeIndex shared = graph.find_target(n, EdgeType::internal, v8::kSharedEdge);
    if (!shared || !literals.insert(shared.get()).second) {
      continue;
    }
    const auto place = place_of(graph, n);
    if (!place || is_runtime_script(place->script) || !scripts.insert(place->script).second) {
      continue;
    }
    FunctionPosition position;
    position.script = place->script;
    position.script_source_prefix = place->source;
    position.line = place->line;
    position.column = place->column;
    position.name = visible_text(graph.name(n), 80);
    position.role = SiteRole::holder;
    position.evidence = SiteEvidence::retaining_path;
    position.relation = FunctionRelation::program;
    std::vector<FunctionPosition>& into = package_of(place->script).empty() ? own : of_packages;
    if (into.size() < kMaxScripts) {
      into.push_back(std::move(position));
    }
  }
  const std::size_t room = kMaxScripts - own.size();
  own.insert(
      own.end(), std::make_move_iterator(of_packages.begin()),
      std::make_move_iterator(of_packages.begin() + static_cast<std::ptrdiff_t>(std::min(room, of_packages.size()))));
  return own;
}

}  // namespace heapdiff::suspects
