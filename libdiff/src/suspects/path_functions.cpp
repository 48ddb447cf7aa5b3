#include "suspects/path_functions.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "suspects/program_scripts.h"
#include "v8/edge_lookup.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/objects.h"
#include "v8/promises.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace heapdiff::suspects {

namespace {

constexpr std::size_t kMaxFunctionsOfScope = 8;  // a module may have thousands
constexpr int kMaxScopes = 4;                    // between a closure and the scope on the path
constexpr std::size_t kMaxContent = 256;         // new objects that are searched below the path's end
constexpr std::size_t kMaxFunctionsInContent = 3;
constexpr std::size_t kMaxCallerScopes = 4096;  // searched for a variable that reaches the package
constexpr std::size_t kMaxCallers = 6;
constexpr std::size_t kMaxProperties = 24;  // of one object, searched for functions of a package

class PathFunctions {
 public:
  PathFunctions(Suspect& suspect, const Heap& heap, const series::Cohorts& cohorts)
      : suspect_(suspect),
        graph_(heap.graph),
        cohorts_(cohorts),
        shared_(graph_, v8::kSharedEdge),
        context_(graph_, v8::kContextEdge),
        outer_(graph_, v8::kOuterContextEdge) {}

  void add_all(std::span<const NodeIndex> path) {
    if (is_served_by_runtime(suspect_.hint.operation)) {
      suspect_.functions = program_scripts(graph_);
    }
    for (const NodeIndex n : path) {
      if (is_context(n)) {
        scopes_[n.get()];
      }
    }
    find_closures();
    const std::size_t item = first_new_object(path);
    const auto is_content = [&](std::size_t i) {
      return i > item && graph_.type(path[i]) == NodeType::object && !is_generator(path[i]);
    };
    std::size_t leaked_end = end_of_leaked(path, item);
    const auto relation_at = [&](std::size_t i) {
      return !is_new(path[i])                   ? FunctionRelation::on_path
             : i < leaked_end && !is_content(i) ? FunctionRelation::leaked
                                                : FunctionRelation::content;
    };
    // What came with the leaked object first: the scope of a leaked closure lies below it on the path, and lists the
    // closure among others.
    const auto add_leaked = [&] {
      for (std::size_t i = path.size(); i-- > 0;) {
        if (relation_at(i) == FunctionRelation::leaked && scopes_.count(path[i].get()) == 0) {
          add_by_type(path[i], FunctionRelation::leaked);
        }
      }
    };
    const auto is_program = [](const FunctionPosition& f) { return !is_runtime_script(f.script); };
    add_leaked();
    if (std::none_of(suspect_.functions.begin(), suspect_.functions.end(), is_program)) {
      // The runtime's own function stands for what it keeps: a suspended function, for which it waits.
      leaked_end = path.size();
      add_leaked();
    }
    for (std::size_t i = path.size(); i-- > 0;) {
      const auto scope = scopes_.find(path[i].get());
      if (scope == scopes_.end()) {
        if (!is_content(i)) {
          add_by_type(path[i], relation_at(i));
        }
        continue;
      }
      for (const NodeIndex closure : scope->second.own) {
        add(closure, SiteEvidence::context, SiteRole::holder, FunctionRelation::beside);
      }
    }
    for (std::size_t i = path.size(); i-- > 0;) {
      const auto scope = scopes_.find(path[i].get());
      if (scope != scopes_.end()) {
        for (const NodeIndex closure : scope->second.inner) {
          add(closure, SiteEvidence::context, SiteRole::holder, FunctionRelation::beside);
        }
      }
    }
    // The classes of what the leaked object keeps show how it is made, not what holds it: they come last.
    for (std::size_t i = path.size(); i-- > 0;) {
      if (is_content(i)) {
        add_by_type(path[i], relation_at(i));
      }
    }
    if (std::none_of(suspect_.functions.begin(), suspect_.functions.end(), is_program) && !path.empty()) {
      add_content(path);
    }
    std::stable_partition(suspect_.functions.begin(), suspect_.functions.end(), is_program);
    const auto nearest = std::find_if(suspect_.functions.begin(), suspect_.functions.end(), is_program);
    if (nearest != suspect_.functions.end() && !package_of(nearest->script).empty()) {
      add_callers(path, package_of(nearest->script));
    }
  }

 private:
  /// Whether the runtime keeps what a call makes, in lists of its own: the path names no function of the program.
  [[nodiscard]] static bool is_served_by_runtime(StoreHint::Operation operation) noexcept {
    return operation == StoreHint::Operation::performance_mark || operation == StoreHint::Operation::abort_signal_any ||
           operation == StoreHint::Operation::async_storage || operation == StoreHint::Operation::diagnostics_channel;
  }

  /// Position on the path of the first new object that is no store; the path's end when there is none.
  [[nodiscard]] std::size_t first_new_object(std::span<const NodeIndex> path) const {
    for (std::size_t i = 0; i < path.size(); ++i) {
      const NodeType type = graph_.type(path[i]);
      if (cohorts_.first_seen[path[i].get()] != 0 && (type == NodeType::object || type == NodeType::closure)) {
        return i;
      }
    }
    return path.size();
  }

  [[nodiscard]] bool is_new(NodeIndex n) const { return cohorts_.first_seen[n.get()] != 0; }

  /// Where on the path the leaked object ends, with the function that it stands for, and its content begins: below the
  /// first new scope. What waits for a promise hangs below scopes of V8's own.
  [[nodiscard]] std::size_t end_of_leaked(std::span<const NodeIndex> path, std::size_t item) const {
    if (suspect_.hint.operation == StoreHint::Operation::wait) {
      return path.size();
    }
    // A record that the runtime makes for a function stands for the function; any other object only keeps some.
    const bool record = suspect_.hint.operation == StoreHint::Operation::listener ||
                        suspect_.hint.operation == StoreHint::Operation::timer ||
                        suspect_.hint.operation == StoreHint::Operation::any;
    if (item < path.size() && graph_.type(path[item]) == NodeType::object && !record) {
      return item + 1;
    }
    for (std::size_t i = item; i < path.size(); ++i) {
      if (is_new(path[i]) && is_context(path[i])) {
        return i;
      }
    }
    return path.size();
  }

  /// For objects that a package keeps: adds the program's functions that reach the package by a variable. The
  /// variable's value is on the path, or the package made it.
  void add_callers(std::span<const NodeIndex> path, const std::string& package) {
    const std::unordered_set<std::uint32_t> on_path = [&] {
      std::unordered_set<std::uint32_t> nodes;  // from the first node on that the package made
      for (const NodeIndex n : path) {
        const bool value = graph_.type(n) == NodeType::object || graph_.type(n) == NodeType::closure;
        if (value && (!nodes.empty() || is_made_by(n, package))) {
          nodes.insert(n.get());
        }
      }
      return nodes;
    }();
    std::unordered_map<std::uint32_t, bool> is_program_literal;
    std::unordered_map<std::uint32_t, std::string> variable_of;  // by context; empty: it has none
    std::unordered_set<std::uint32_t> listed;
    for (std::uint32_t i = 0; i < graph_.node_count() && listed.size() < kMaxCallers; ++i) {
      const NodeIndex n(i);
      if (graph_.type(n) != NodeType::closure || cohorts_.first_seen[i] != 0) {
        continue;
      }
      const NodeIndex shared = shared_.target_of(n);
      if (!shared || listed.count(shared.get()) != 0) {
        continue;
      }
      const auto [literal, unknown] = is_program_literal.try_emplace(shared.get());
      if (unknown) {
        const auto place = place_of(graph_, n);
        literal->second = place && !is_runtime_script(place->script) && package_of(place->script).empty();
      }
      NodeIndex context = literal->second ? context_.target_of(n) : NodeIndex::none();
      for (int depth = 0; context && depth <= kMaxScopes && variable_of.size() < kMaxCallerScopes; ++depth) {
        const auto [known, is_first] = variable_of.try_emplace(context.get());
        if (is_first) {
          known->second = variable_into(context, on_path, package);
        }
        if (!known->second.empty()) {
          if (add_caller(n, known->second)) {
            listed.insert(shared.get());
          }
          break;
        }
        context = outer_of(context);
      }
    }
  }

  /// Adds a function that reaches the package by `variable`. Whether it is a new one.
  bool add_caller(NodeIndex function, const std::string& variable) {
    const std::size_t before = suspect_.functions.size();
    add(function, SiteEvidence::context, SiteRole::holder, FunctionRelation::caller);
    const auto place = place_of(graph_, function);
    for (FunctionPosition& f : suspect_.functions) {
      if (f.script == place->script && f.line == place->line) {
        f.variable = variable;
      }
    }
    return suspect_.functions.size() > before;
  }

  /// The variable whose value is one of `on_path`, else one whose value the package made; empty when there is none.
  [[nodiscard]] std::string variable_into(NodeIndex context, const std::unordered_set<std::uint32_t>& on_path,
                                          const std::string& package) const {
    std::string made_there;
    for (const auto edge : graph_.edges(context)) {
      if (edge.type != EdgeType::context) {
        continue;
      }
      if (on_path.count(edge.target.get()) != 0) {
        return visible_text(graph_.edge_name(edge), 80);
      }
      if (made_there.empty() && is_made_by(edge.target, package)) {
        made_there = visible_text(graph_.edge_name(edge), 80);
      }
    }
    return made_there;
  }

  /// Whether a value is a function or an instance of the package, or an object that has such functions as properties,
  /// which is what `require` returns.
  [[nodiscard]] bool is_made_by(NodeIndex value, const std::string& package) const {
    const auto is_of = [&](NodeIndex n) {
      const auto place = place_of(graph_, n);
      return place && package_of(place->script) == package;
    };
    if (graph_.type(value) != NodeType::object && graph_.type(value) != NodeType::closure) {
      return false;
    }
    if (is_of(value)) {
      return true;
    }
    std::size_t looked_at = 0;
    for (const auto edge : graph_.edges(value)) {
      if (edge.type == EdgeType::property && graph_.type(edge.target) == NodeType::closure &&
          graph_.edge_name(edge) != v8::kConstructorProperty && ++looked_at <= kMaxProperties && is_of(edge.target)) {
        return true;
      }
    }
    return false;
  }

  /// The closures of a scope on the path, one for each function literal.
  struct Scope {
    std::vector<NodeIndex> own;                  ///< made in the scope
    std::vector<NodeIndex> inner;                ///< made in scopes within it, or values of its variables
    std::unordered_set<std::uint32_t> literals;  ///< SharedFunctionInfo of each closure above
  };

  [[nodiscard]] bool is_generator(NodeIndex n) const {
    return graph_.find_target(n, EdgeType::internal, v8::kGeneratorFunctionEdge) ||
           v8::is_generator_class(graph_.name(n));
  }

  [[nodiscard]] bool is_context(NodeIndex n) const { return v8::is_context_class(graph_.name(n)); }

  void add_to(Scope& scope, std::vector<NodeIndex>& into, NodeIndex closure) {
    const NodeIndex shared = shared_.target_of(closure);
    if (into.size() < kMaxFunctionsOfScope && shared && scope.literals.insert(shared.get()).second) {
      into.push_back(closure);
    }
  }

  /// The scope around a scope; none around the outermost. Many scopes share theirs, which may hold thousands of
  /// variables, so that each is searched once.
  [[nodiscard]] NodeIndex outer_of(NodeIndex context) {
    const auto [at, is_new] = outer_of_.try_emplace(context.get(), NodeIndex::none());
    if (is_new) {
      at->second = outer_.target_of(context);
    }
    return at->second;
  }

  /// Fills scopes_ with the closures of each scope on the path.
  void find_closures() {
    if (scopes_.empty()) {
      return;
    }
    std::vector<std::pair<std::uint32_t, NodeIndex>> further_in;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (graph_.type(NodeIndex(i)) != NodeType::closure) {
        continue;
      }
      NodeIndex context = context_.target_of(NodeIndex(i));
      for (int depth = 0; context && depth <= kMaxScopes; ++depth) {
        const auto scope = scopes_.find(context.get());
        if (scope != scopes_.end()) {
          if (depth == 0) {
            add_to(scope->second, scope->second.own, NodeIndex(i));
          } else {
            further_in.emplace_back(context.get(), NodeIndex(i));
          }
          break;
        }
        context = outer_of(context);
      }
    }
    for (const auto& [context, closure] : further_in) {
      add_to(scopes_[context], scopes_[context].inner, closure);
    }
    for (auto& [context, scope] : scopes_) {
      for (const auto edge : graph_.edges(NodeIndex(context))) {
        if (edge.type == EdgeType::context && graph_.type(edge.target) == NodeType::closure) {
          add_to(scope, scope.inner, edge.target);
        }
      }
    }
  }

  /// Adds the position of a closure, generator or class, once.
  void add(NodeIndex n, SiteEvidence evidence, SiteRole role, FunctionRelation relation) {
    const auto place = place_of(graph_, n);
    if (!place) {
      return;
    }
    const bool known =
        std::any_of(suspect_.functions.begin(), suspect_.functions.end(), [&](const FunctionPosition& f) {
          return f.script == place->script && f.line == place->line && f.column == place->column;
        });
    if (!known) {
      suspect_.functions.push_back({place->script,
                                    place->source,
                                    place->line,
                                    place->column,
                                    visible_text(graph_.name(n), 80),
                                    role,
                                    evidence,
                                    {},
                                    {},
                                    relation});
    }
  }

  /// Adds what a node on the path says by itself: a closure its function, a generator its function, an instance its
  /// class.
  void add_by_type(NodeIndex n, FunctionRelation relation) {
    const NodeType type = graph_.type(n);
    if (type == NodeType::closure) {
      add(n, SiteEvidence::closure, SiteRole::definition, relation);
      // A bound function and the wrapper of `once` stand for the function that they call.
      if (const NodeIndex inner = v8::unwrap_function(graph_, n); inner && inner != n) {
        add(inner, SiteEvidence::closure, SiteRole::definition, relation);
      }
    } else if (type == NodeType::object) {
      const bool generator = is_generator(n);
      add(n, generator ? SiteEvidence::generator : SiteEvidence::constructor,
          generator ? SiteRole::definition : SiteRole::allocation, relation);
    }
  }

  /// Puts the program's functions below the new object in front. The runtime alone may hold a promise, and the function
  /// that waits for it hangs below the promise's reactions.
  void add_content(std::span<const NodeIndex> path) {
    const auto top = std::find_if(path.begin(), path.end(), [&](NodeIndex n) { return is_new(n); });
    if (top == path.end()) {
      return;
    }
    std::vector<NodeIndex> open{*top};
    std::unordered_set<std::uint32_t> seen{top->get()};
    const std::size_t before = suspect_.functions.size();
    std::vector<FunctionPosition> found;
    for (std::size_t i = 0; i < open.size() && found.size() < kMaxFunctionsInContent; ++i) {
      add_by_type(open[i], FunctionRelation::leaked);
      if (suspect_.functions.size() > before) {
        FunctionPosition& last = suspect_.functions.back();
        const auto same = [&](const FunctionPosition& f) { return f.script == last.script && f.line == last.line; };
        if (!is_runtime_script(last.script) && std::none_of(found.begin(), found.end(), same)) {
          found.push_back(std::move(last));
        }
        suspect_.functions.pop_back();
      }
      for (const auto edge : graph_.edges(open[i])) {
        if (open.size() < kMaxContent && edge.type != EdgeType::weak && is_new(edge.target) &&
            graph_.type(edge.target) != NodeType::code && seen.insert(edge.target.get()).second) {
          open.push_back(edge.target);
        }
      }
    }
    suspect_.functions.insert(suspect_.functions.begin(), std::make_move_iterator(found.begin()),
                              std::make_move_iterator(found.end()));
  }

  Suspect& suspect_;
  const SnapshotGraph& graph_;
  const series::Cohorts& cohorts_;
  v8::EdgeLookup shared_;
  v8::EdgeLookup context_;
  v8::EdgeLookup outer_;
  std::unordered_map<std::uint32_t, NodeIndex> outer_of_;
  std::unordered_map<std::uint32_t, Scope> scopes_;  // by node of a context on the path
};

}  // namespace

void add_path_functions(Suspect& suspect, const Heap& heap, const series::Cohorts& cohorts,
                        std::span<const NodeIndex> path) {
  PathFunctions(suspect, heap, cohorts).add_all(path);
}

}  // namespace heapdiff::suspects
