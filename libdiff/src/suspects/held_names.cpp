// The walk from a holder up to the first name that a programmer would look for. It stops there because what lies above
// differs between versions of the runtime and between builds: a bundle has no modules, and a shortest path may lead
// through any function that can reach the holder.

#include "suspects/held_names.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "suspects/signature.h"
#include "suspects/timer_callbacks.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/modules.h"
#include "v8/node_predicates.h"
#include "v8/objects.h"
#include "v8/roots.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

namespace heapdiff::suspects {

namespace {

constexpr int kMaxSteps = 12;
constexpr std::size_t kMaxFunctionsOfVariable =
    64;  // of one scope: the first of them in the source are enough for a name
constexpr std::size_t kMaxCaptured = 4;
constexpr std::string_view kClassMark = "class ";

class HeldNames {
 public:
  HeldNames(const series::SeriesView& view, const PrototypeOwners& owners)
      : view_(view), owners_(owners), graph_(view.last.graph) {}

  std::vector<HeldName> find(const Accumulation& group, NodeIndex holder, NodeIndex root) {
    add_first_label(group, holder, root);
    NodeIndex at = holder;
    for (int step = 0; step < kMaxSteps && at && at != SnapshotGraph::root() && view_.tree.reaches(at); ++step) {
      const std::size_t before = names_.size();
      if (ends_at(at)) {
        if (names_.size() == before && !is_declared(names_)) {
          break;
        }
        return std::move(names_);
      }
      const auto edge = edge_at(graph_, view_.tree.parent_edge(at));
      const NodeIndex parent = view_.tree.parent(at);
      if (v8::is_event_target_edge(graph_.edge_name(edge))) {
        names_.clear();  // what is below are Node's own lists of listeners
        add_class(parent);
      } else if (edge.type == EdgeType::property) {
        add(HeldName::Of::label, std::string(stable_label(v8::folded_label(graph_, edge))));
      } else if (edge.type == EdgeType::context) {
        add(HeldName::Of::variable, visible_text(graph_.edge_name(edge), 120));
      }
      at = parent;
    }
    keep_nearest();
    return std::move(names_);
  }

 private:
  void add(HeldName::Of of, std::string text, std::vector<CodePlace> code = {}) {
    names_.push_back({of, std::move(text), std::move(code)});
  }

  /// Whether the source declares one of the names.
  [[nodiscard]] static bool is_declared(const std::vector<HeldName>& names) {
    return std::any_of(names.begin(), names.end(), [](const HeldName& n) { return n.of != HeldName::Of::label; });
  }

  /// Where nothing on the way is declared by the program, the runtime holds it: of the names, those after the nearest
  /// property are the runtime's own.
  void keep_nearest() {
    const auto named = std::find_if(names_.begin(), names_.end(), [](const HeldName& n) {
      return n.of != HeldName::Of::label || (n.text != "[]" && !n.text.starts_with(kClassMark));
    });
    if (named != names_.end()) {
      names_.erase(named + 1, names_.end());
    }
  }

  /// The class of an emitter, for those of the runtime: one of the program is declared.
  void add_class(NodeIndex emitter) {
    add(HeldName::Of::label, fmt::format("{}{}", kClassMark, stable_emitter(view_.last.classes.name(emitter))));
  }

  /// By what name the holder refers to the objects. Timers hang in the runtime's lists, by names of the runtime: what
  /// they call stands for them.
  void add_first_label(const Accumulation& group, NodeIndex holder, NodeIndex root) {
    if (const NodeIndex callback = v8::timer_callback(graph_, root)) {
      add_callback(v8::unwrap_function(graph_, callback));
      return;
    }
    NodeIndex at = root;
    while (at != SnapshotGraph::root() && view_.tree.reaches(at) && view_.tree.parent(at) != holder) {
      at = view_.tree.parent(at);
    }
    if (at == SnapshotGraph::root() || !view_.tree.reaches(at)) {
      return;
    }
    const auto edge = edge_at(graph_, view_.tree.parent_edge(at));
    if (edge.type == EdgeType::context) {
      add(HeldName::Of::variable, visible_text(graph_.edge_name(edge), 120));
    } else if (const std::string label = group.signature.substr(0, group.signature.find(" < "));
               edge.type == EdgeType::property || label == "[]") {
      add(HeldName::Of::label, std::string(stable_label(label)));
      if (label.starts_with(v8::kEventsProperty) && !program_place(holder)) {
        add_class(holder);
      }
    }
  }

  void add_callback(NodeIndex function) {
    std::optional<CodePlace> place = program_place(function);
    if (!place) {
      return;
    }
    if (const std::string name = visible_text(graph_.name(function), 80); !name.empty()) {
      add(HeldName::Of::function, name, {*place});
      return;
    }
    add(HeldName::Of::function, {}, {*place});
    std::size_t captured = 0;
    if (const NodeIndex context = graph_.find_target(function, EdgeType::internal, v8::kContextEdge)) {
      for (const auto edge : graph_.edges(context)) {
        if (edge.type == EdgeType::context && captured < kMaxCaptured) {
          add(HeldName::Of::captured, visible_text(graph_.edge_name(edge), 80), {*place});
          ++captured;
        }
      }
    }
  }

  /// The position of a function, or of an object's class, when it is the program's or a package's.
  [[nodiscard]] std::optional<CodePlace> program_place(NodeIndex n) const {
    std::optional<CodePlace> place = place_of(graph_, n);
    if (!place || place->script.empty() || is_runtime_script(place->script)) {
      return std::nullopt;
    }
    place->source.clear();
    return place;
  }

  /// Adds what `n` is called where it has a name of its own. Returns whether the walk ends there.
  bool ends_at(NodeIndex n) {
    const std::string_view name = graph_.name(n);
    if (v8::is_context_class(name)) {
      if (!names_.empty() && names_.back().of == HeldName::Of::variable) {
        names_.back().code = functions_of(n);
      }
      return true;
    }
    const std::string_view class_name = view_.last.classes.name(n);
    if (v8::is_module_class(class_name)) {
      add_module(n);
      return true;
    }
    if (v8::ends_program_path(class_name) || v8::is_shared_by_program(class_name) ||
        graph_.type(n) == NodeType::synthetic) {
      return true;
    }
    if (graph_.type(n) != NodeType::closure && graph_.type(n) != NodeType::object) {
      return false;
    }
    const std::optional<CodePlace> place = program_place(n);
    if (!place) {
      // A plain object may be what a module exports: whoever uses the module refers to it, each by a name of its own.
      const NodeIndex module = v8::is_plain_object_class(class_name) ? module_that_exports(n) : NodeIndex::none();
      if (module) {
        add_module(module);
        return true;
      }
      return false;
    }
    const bool is_function = graph_.type(n) == NodeType::closure;
    add(HeldName::Of::function, is_function ? visible_text(name, 120) : owners_.made_by(view_.last, n), {*place});
    // An object of a package, as an emitter, is one of many: what the program calls it belongs to its name.
    return is_function || package_of(place->script).empty();
  }

  void add_module(NodeIndex module) {
    const NodeIndex file = graph_.find_target(module, EdgeType::property, v8::kModuleFile);
    if (file && v8::is_string(graph_.type(file))) {
      add(HeldName::Of::module, visible_text(text_of(graph_, file), 400));
    }
  }

  /// One pass over the nodes, for the nearest plain objects of a suspect only.
  [[nodiscard]] NodeIndex module_that_exports(NodeIndex exported) {
    constexpr int kMaxSearches = 2;
    if (++searches_ > kMaxSearches) {
      return NodeIndex::none();
    }
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      const NodeIndex n(i);
      if (graph_.type(n) == NodeType::object && graph_.name(n) == v8::kModuleClass &&
          graph_.find_target(n, EdgeType::property, v8::kModuleExports) == exported) {
        return n;
      }
    }
    return NodeIndex::none();
  }

  /// The functions that see the variables of a scope: those made in it, else those made in a scope within it.
  [[nodiscard]] std::vector<CodePlace> functions_of(NodeIndex scope) const {
    constexpr int kMaxDepth = 4;
    std::vector<CodePlace> own;
    std::vector<CodePlace> inner;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (graph_.type(NodeIndex(i)) != NodeType::closure) {
        continue;
      }
      NodeIndex context = graph_.find_target(NodeIndex(i), EdgeType::internal, v8::kContextEdge);
      for (int depth = 0; context && depth <= kMaxDepth; ++depth) {
        if (context == scope) {
          if (std::optional<CodePlace> place = program_place(NodeIndex(i))) {
            (depth == 0 ? own : inner).push_back(std::move(*place));
          }
          break;
        }
        context = graph_.find_target(context, EdgeType::internal, v8::kOuterContextEdge);
      }
    }
    own.insert(own.end(), std::make_move_iterator(inner.begin()), std::make_move_iterator(inner.end()));
    const auto key = [](const CodePlace& p) { return std::tie(p.script, p.line, p.column); };
    std::sort(own.begin(), own.end(), [&](const CodePlace& a, const CodePlace& b) { return key(a) < key(b); });
    own.erase(
        std::unique(own.begin(), own.end(), [&](const CodePlace& a, const CodePlace& b) { return key(a) == key(b); }),
        own.end());
    own.resize(std::min(own.size(), kMaxFunctionsOfVariable));
    return own;
  }

  const series::SeriesView& view_;
  const PrototypeOwners& owners_;
  const SnapshotGraph& graph_;
  std::vector<HeldName> names_;
  int searches_ = 0;
};

}  // namespace

std::vector<HeldName> held_names(const series::SeriesView& view, const PrototypeOwners& owners,
                                 const Accumulation& group, NodeIndex holder, NodeIndex root) {
  return HeldNames(view, owners).find(group, holder, root);
}

}  // namespace heapdiff::suspects
