#include "compare/shape_placer.h"

#include "compare/script_names.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/file_position.h"
#include "heapdiff/snapshot/visible_text.h"
#include "suspects/timer_callbacks.h"
#include "v8/edge_lookup.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/objects.h"
#include "v8/roots.h"
#include "v8/strings.h"
#include "v8/timers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace heapdiff::compare {

namespace {

/// A plain object with more properties than this is a dictionary, and its keys are data.
constexpr std::size_t kMaxFields = 64;
constexpr std::size_t kMaxScopeVariables = 12;
constexpr std::uint32_t kUnknown = UINT32_MAX;

/// A function literal: how many closures it has, and how it is called in every build.
struct Literal {
  std::uint32_t closures = 0;
  std::uint32_t name = kUnknown;  // text of function and file
  std::uint32_t file = kUnknown;  // text; kUnknown where no script is known
};

class ShapePlacer {
 public:
  ShapePlacer(const Heap& heap, const RetainingTree& retaining, ShapeTree& tree, TextTable& texts,
              const FunctionNames& names)
      : heap_(heap),
        graph_(heap.graph),
        retaining_(retaining),
        tree_(tree),
        texts_(texts),
        names_(names),
        timers_(heap.graph),
        label_of_(heap.graph.strings().size(), kUnknown),
        class_of_(heap.classes.size(), kUnknown),
        restarts_(heap.classes.size(), 0),
        is_timer_(heap.classes.size(), 0),
        has_file_(heap.graph.node_count()),
        shared_(heap.graph, v8::kSharedEdge),
        context_(heap.graph, v8::kContextEdge),
        literal_of_(heap.graph.node_count(), 0),
        literals_(1),
        none_(texts.number_of("")),
        numbered_(texts.number_of("[]")) {}

  PlacedShapes place() {
    find_scripts();
    find_literals();
    find_scopes();
    PlacedShapes placed;
    placed.shape_of.assign(graph_.node_count(), ShapeTree::kRoot);
    const std::uint32_t unreached = tree_.child(ShapeTree::kRoot, none_, texts_.number_of("unreached"), {});
    std::fill(placed.shape_of.begin() + 1, placed.shape_of.end(), unreached);
    for (const std::uint32_t n : retaining_.order().subspan(1)) {
      placed.shape_of[n] = shape_of(NodeIndex(n), placed.shape_of[retaining_.parent(NodeIndex(n)).get()]);
    }
    return placed;
  }

 private:
  void find_scripts() {
    std::vector<std::string> scripts;
    std::set<std::uint32_t> seen;
    for (const Location& row : graph_.locations().rows) {
      if (graph_.type(row.node) == NodeType::closure && seen.insert(row.script_id).second) {
        if (const auto place = place_of(graph_, row.node)) {
          scripts.push_back(place->script);
        }
      }
    }
    std::sort(scripts.begin(), scripts.end());
    scripts.erase(std::unique(scripts.begin(), scripts.end()), scripts.end());
    scripts_ = ScriptNames(scripts);
  }

  void find_literals() {
    std::unordered_map<std::uint32_t, std::uint32_t> by_shared;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (graph_.type(NodeIndex(i)) != NodeType::closure) {
        continue;
      }
      const NodeIndex shared = shared_.target_of(NodeIndex(i));
      const auto [at, is_new] =
          by_shared.try_emplace(shared ? shared.get() : i, static_cast<std::uint32_t>(literals_.size()));
      if (is_new) {
        literals_.emplace_back();
      }
      ++literals_[at->second].closures;
      literal_of_[i] = at->second;
    }
  }

  /// The scopes of functions that have one closure. Many functions share a scope, and which of them comes first on a
  /// path is chance.
  void find_scopes() {
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (literal_of_[i] == 0 || literals_[literal_of_[i]].closures != 1) {
        continue;
      }
      const Literal& l = literal(NodeIndex(i));
      const NodeIndex scope = l.file == kUnknown ? NodeIndex::none() : context_.target_of(NodeIndex(i));
      if (scope && v8::is_context_class(graph_.name(scope))) {
        file_of_scope_.try_emplace(scope.get(), l.file);
        has_file_.set(scope.get());
      }
    }
  }

  /// Of the edges between two nodes the one that a program would name: which of them a path takes is chance.
  [[nodiscard]] SnapshotGraph::Edge plainest_edge(NodeIndex parent, const SnapshotGraph::Edge& edge) const {
    const auto rank = [](EdgeType type) {
      return type == EdgeType::property ? 0 : type == EdgeType::context ? 1 : SnapshotGraph::is_numbered(type) ? 3 : 2;
    };
    if (rank(edge.type) < 2 || graph_.edges(parent).size() > kMaxFields) {
      return edge;
    }
    SnapshotGraph::Edge best = edge;
    for (const auto other : graph_.edges(parent)) {
      if (other.target == edge.target && other.type != EdgeType::weak && rank(other.type) < rank(best.type)) {
        best = other;
      }
    }
    return best;
  }

  const Literal& literal(NodeIndex closure) {
    Literal& known = literals_[literal_of_[closure.get()]];
    if (known.name != kUnknown) {
      return known;
    }
    const std::string name = visible_text(graph_.name(closure), 80);
    const auto place = place_of(graph_, closure);
    if (!place || place->script.empty()) {
      known.name = texts_.number_of(fmt::format("{}()", name));
      return known;
    }
    std::string text = names_ ? names_(*place, name) : std::string();
    if (text.empty()) {
      text = fmt::format("{} {}", scripts_.name_of(place->script), name.empty() ? variables_of(closure) : name);
    }
    known.name = texts_.number_of(text);
    known.file = texts_.number_of(text.substr(0, text.find(' ')));
    return known;
  }

  /// The variables of the scope around a function without a name.
  [[nodiscard]] std::string variables_of(NodeIndex closure) const {
    const NodeIndex context = graph_.find_target(closure, EdgeType::internal, v8::kContextEdge);
    return context ? variables_in(context) : std::string("()");
  }

  [[nodiscard]] std::string variables_in(NodeIndex context) const {
    std::set<std::string> names;
    for (const auto edge : graph_.edges(context)) {
      if (edge.type == EdgeType::context) {
        names.insert(visible_text(graph_.edge_name(edge), 40));
        if (names.size() > kMaxScopeVariables) {
          names.erase(std::prev(names.end()));
        }
      }
    }
    return fmt::format("({})", fmt::join(names, ","));
  }

  std::uint32_t class_of(NodeIndex n) {
    if (graph_.type(n) == NodeType::closure) {
      return literal(n).name;
    }
    const std::uint32_t row = heap_.classes.of(n).get();
    if (class_of_[row] == kUnknown) {
      const std::string_view name = heap_.classes.info(ClassIndex(row)).name;
      class_of_[row] = texts_.number_of(v8::is_string_class(name)    ? v8::kStringClass
                                        : v8::is_context_class(name) ? v8::kContextPrefix
                                                                     : std::string_view(v8::stable_class(name)));
      restarts_[row] = v8::is_shared_by_program(name) ? 1 : 0;
      is_timer_[row] = v8::is_timer_class(name) ? 1 : 0;
    }
    if (is_timer_[row] != 0 && graph_.type(n) == NodeType::object) {
      if (const std::string callback = timers_.text_of(n); !callback.empty()) {
        return texts_.number_of(fmt::format("{} {}", texts_.text(class_of_[row]), callback));
      }
    }
    return class_of_[row];
  }

  std::uint32_t label_of(const SnapshotGraph::Edge& edge) {
    if (SnapshotGraph::is_numbered(edge.type)) {
      return numbered_;
    }
    std::uint32_t& known = label_of_[graph_.edge_name_raw(edge)];
    if (known == kUnknown) {
      known = texts_.number_of(v8::folded_label(graph_, edge));
    }
    return known;
  }

  /// Whether `parent` is a dictionary. Objects of one parent follow each other, so the last answer is kept.
  [[nodiscard]] bool is_dictionary(NodeIndex parent) {
    if (parent != last_parent_) {
      last_parent_ = parent;
      std::size_t properties = 0;
      if (graph_.type(parent) == NodeType::object && v8::is_plain_object_class(heap_.classes.name(parent))) {
        for (const auto edge : graph_.edges(parent)) {
          properties += edge.type == EdgeType::property ? 1 : 0;
        }
      }
      last_is_dictionary_ = properties > kMaxFields;
    }
    return last_is_dictionary_;
  }

  std::uint32_t shape_of(NodeIndex n, std::uint32_t above) {
    const NodeIndex parent = retaining_.parent(n);
    const auto edge = edge_at(graph_, retaining_.parent_edge(n));
    const NodeType type = graph_.type(n);
    const bool overhead = tree_.at(above).traits.is_overhead || v8::is_engine_overhead(graph_, n);
    const std::uint32_t class_name = class_of(n);
    if (type == NodeType::closure && !overhead) {
      const Literal& l = literal(n);
      if (l.closures == 1 && l.file != kUnknown) {
        return tree_.child(ShapeTree::kRoot, none_, class_name, {false, false, true});
      }
    }
    // All of the engine's own functions refer to the realm: which of them comes first on a path is chance.
    if ((type == NodeType::hidden || type == NodeType::object) && graph_.name(n) == v8::kNativeContextName) {
      return tree_.child(ShapeTree::kRoot, none_, texts_.number_of(v8::kNativeContextName), {overhead, false, false});
    }
    if (has_file_.test(n.get())) {
      const std::string text =
          fmt::format("{} {}{}", texts_.text(file_of_scope_.at(n.get())), v8::kContextPrefix, variables_in(n));
      return tree_.child(ShapeTree::kRoot, none_, texts_.number_of(text), {overhead, false, false});
    }
    // Two functions of one object that share a scope: the scope is placed beside them.
    if (tree_.at(above).traits.is_function && tree_.at(above).parent != ShapeTree::kRoot &&
        v8::is_context_class(graph_.name(n)) && graph_.edge_name(edge) == v8::kContextEdge) {
      const std::uint32_t scope = texts_.number_of(fmt::format("{}{}", v8::kContextPrefix, variables_in(n)));
      return tree_.child(tree_.at(above).parent, tree_.at(above).label, scope, {overhead, false, false});
    }
    if (type == NodeType::object && restarts_[heap_.classes.of(n).get()] != 0) {
      return tree_.child(ShapeTree::kRoot, none_, class_name, {overhead, false, false});
    }
    const bool keyed = edge.type == EdgeType::property && is_dictionary(parent);
    return tree_.child(above, keyed ? numbered_ : label_of(plainest_edge(parent, edge)), class_name,
                       {overhead, v8::is_backing_store(graph_, n), type == NodeType::closure});
  }

  const Heap& heap_;
  const SnapshotGraph& graph_;
  const RetainingTree& retaining_;
  ShapeTree& tree_;
  TextTable& texts_;
  const FunctionNames& names_;
  suspects::TimerCallbacks timers_;
  ScriptNames scripts_;
  std::vector<std::uint32_t> label_of_;  // by string
  std::vector<std::uint32_t> class_of_;  // by ClassIndex
  std::vector<std::uint8_t> restarts_;   // by ClassIndex: a path starts again here
  std::vector<std::uint8_t> is_timer_;   // by ClassIndex
  BitColumn has_file_;                   // by node: in file_of_scope_
  v8::EdgeLookup shared_;
  v8::EdgeLookup context_;
  std::vector<std::uint32_t> literal_of_;  // by node: position in literals_
  std::vector<Literal> literals_;
  std::unordered_map<std::uint32_t, std::uint32_t> file_of_scope_;  // scope of a known function to the text of its file
  std::uint32_t none_;
  std::uint32_t numbered_;
  NodeIndex last_parent_ = NodeIndex::none();
  bool last_is_dictionary_ = false;
};

}  // namespace

PlacedShapes place_shapes(const Heap& heap, const RetainingTree& retaining, ShapeTree& tree, TextTable& texts,
                          const FunctionNames& names) {
  return ShapePlacer(heap, retaining, tree, texts, names).place();
}

RuntimePositions runtime_positions(const SnapshotGraph& graph) {
  RuntimePositions out;
  std::unordered_map<std::uint32_t, bool> is_runtime;  // by Script
  for (const Location& row : graph.locations().rows) {
    if (graph.type(row.node) != NodeType::closure || !is_inside_file(row.line) || graph.name(row.node).empty()) {
      continue;
    }
    const NodeIndex shared = graph.find_target(row.node, EdgeType::internal, v8::kSharedEdge);
    const NodeIndex script = row.script ? row.script : shared ? script_of(graph, shared) : NodeIndex::none();
    if (!script) {
      continue;
    }
    const auto [known, is_new] = is_runtime.try_emplace(script.get());
    if (is_new) {
      const auto place = place_of(graph, row.node);
      known->second = place && is_runtime_script(place->script);
    }
    if (known->second) {
      const auto place = place_of(graph, row.node);
      out.lines.emplace_back(fmt::format("{} {}", place->script, graph.name(row.node)), row.line);
    }
  }
  std::sort(out.lines.begin(), out.lines.end());
  out.lines.erase(std::unique(out.lines.begin(), out.lines.end()), out.lines.end());
  // A name that two functions of one script have says nothing.
  std::vector<std::pair<std::string, std::uint32_t>> single;
  for (std::size_t i = 0; i < out.lines.size(); ++i) {
    const bool before = i > 0 && out.lines[i - 1].first == out.lines[i].first;
    const bool after = i + 1 < out.lines.size() && out.lines[i + 1].first == out.lines[i].first;
    if (!before && !after) {
      single.push_back(std::move(out.lines[i]));
    }
  }
  out.lines = std::move(single);
  return out;
}

bool RuntimePositions::differs_from(const RuntimePositions& other) const {
  constexpr double kMaxShare = 0.05;
  std::size_t shared = 0;
  std::size_t moved = 0;
  auto at = other.lines.begin();
  for (const auto& [name, line] : lines) {
    while (at != other.lines.end() && at->first < name) {
      ++at;
    }
    if (at != other.lines.end() && at->first == name) {
      ++shared;
      moved += at->second != line ? 1U : 0U;
    }
  }
  const bool nothing_shared = shared == 0 && !lines.empty() && !other.lines.empty();
  return nothing_shared || static_cast<double>(moved) > kMaxShare * static_cast<double>(shared);
}

}  // namespace heapdiff::compare
