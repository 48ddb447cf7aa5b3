#include "suspects/path_functions.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxOfContext = 8;  // functions of one context: a module may have thousands
constexpr int kMaxScopes = 4;             // scopes between a closure and the context that it lies within
constexpr std::size_t kMaxContent = 256;  // new objects looked at below the path's end
constexpr std::size_t kMaxInContent = 3;

class PathFunctions {
 public:
  PathFunctions(Suspect& suspect, const Heap& heap, const Cohorts& cohorts)
      : suspect_(suspect), graph_(heap.graph), cohorts_(cohorts) {}

  void of(std::span<const NodeIndex> path) {
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
    for (std::size_t i = path.size(); i-- > 0;) {
      const auto scope = scopes_.find(path[i].get());
      if (scope == scopes_.end()) {
        if (!is_content(i)) {
          add_by_type(path[i]);
        }
        continue;
      }
      for (const NodeIndex closure : scope->second.own) {
        add(closure, SiteEvidence::context, SiteRole::holder);
      }
    }
    for (std::size_t i = path.size(); i-- > 0;) {
      const auto scope = scopes_.find(path[i].get());
      if (scope != scopes_.end()) {
        for (const NodeIndex closure : scope->second.inner) {
          add(closure, SiteEvidence::context, SiteRole::holder);
        }
      }
    }
    // Classes of what the leaked object keeps say how it is made, not who holds it.
    for (std::size_t i = path.size(); i-- > 0;) {
      if (is_content(i)) {
        add_by_type(path[i]);
      }
    }
    const auto is_program = [](const FunctionPosition& f) { return !is_runtime_script(f.script); };
    if (std::none_of(suspect_.functions.begin(), suspect_.functions.end(), is_program) && !path.empty()) {
      add_content(path);
    }
    const auto nearest = std::find_if(suspect_.functions.begin(), suspect_.functions.end(), is_program);
    if (nearest != suspect_.functions.end() && !package_of(nearest->script).empty()) {
      add_callers(path, package_of(nearest->script));
    }
  }

 private:
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

  /// A package keeps the objects: the program's functions that reach it by a variable, which is on the path or holds
  /// something of that package.
  void add_callers(std::span<const NodeIndex> path, const std::string& package) {
    constexpr std::size_t kMostContexts = 4096;  // looked at
    constexpr std::size_t kMostCallers = 6;
    const std::unordered_set<std::uint32_t> on_path = [&] {
      std::unordered_set<std::uint32_t> nodes;  // from the first one that the package made
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
    for (std::uint32_t i = 0; i < graph_.node_count() && listed.size() < kMostCallers; ++i) {
      const NodeIndex n(i);
      if (graph_.type(n) != NodeType::closure || cohorts_.first_seen[i] != 0) {
        continue;
      }
      const NodeIndex shared = graph_.find_target(n, EdgeType::internal, "shared");
      if (!shared || listed.count(shared.get()) != 0) {
        continue;
      }
      const auto [literal, unknown] = is_program_literal.try_emplace(shared.get());
      if (unknown) {
        const auto place = place_of(graph_, n);
        literal->second = place && !is_runtime_script(place->script) && package_of(place->script).empty();
      }
      NodeIndex context = literal->second ? graph_.find_target(n, EdgeType::internal, "context") : NodeIndex::none();
      for (int depth = 0; context && depth <= kMaxScopes && variable_of.size() < kMostContexts; ++depth) {
        const auto [known, fresh] = variable_of.try_emplace(context.get());
        if (fresh) {
          known->second = variable_into(context, on_path, package);
        }
        if (!known->second.empty()) {
          const std::size_t before = suspect_.functions.size();
          add(n, SiteEvidence::context, SiteRole::holder);
          for (FunctionPosition& f : suspect_.functions) {
            if (const auto place = place_of(graph_, n); f.script == place->script && f.line == place->line) {
              f.variable = known->second;
            }
          }
          if (suspect_.functions.size() > before) {
            listed.insert(shared.get());
          }
          break;
        }
        context = graph_.find_target(context, EdgeType::internal, "previous");
      }
    }
  }

  /// Name of a variable whose value is one of `on_path`, or else something that a package made; empty when none is.
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

  /// A function or instance of the package, or an object with its functions as properties: what `require` returns.
  [[nodiscard]] bool is_made_by(NodeIndex value, const std::string& package) const {
    constexpr std::size_t kMostProperties = 24;
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
          graph_.edge_name(edge) != "constructor" && ++looked_at <= kMostProperties && is_of(edge.target)) {
        return true;
      }
    }
    return false;
  }

  /// Closures of a context: made in it, and further in: made in scopes within it, or values of its variables.
  struct Scope {
    std::vector<NodeIndex> own;
    std::vector<NodeIndex> inner;
    std::unordered_set<std::uint32_t> literals;  ///< SharedFunctionInfo of what is listed: one closure for each
  };

  [[nodiscard]] bool is_generator(NodeIndex n) const {
    return graph_.find_target(n, EdgeType::internal, "function") ||
           graph_.name(n).find("Generator") != std::string_view::npos;
  }

  [[nodiscard]] bool is_context(NodeIndex n) const { return graph_.name(n).substr(0, 16) == "system / Context"; }

  void list(Scope& scope, std::vector<NodeIndex>& into, NodeIndex closure) const {
    const NodeIndex shared = graph_.find_target(closure, EdgeType::internal, "shared");
    if (into.size() < kMaxOfContext && shared && scope.literals.insert(shared.get()).second) {
      into.push_back(closure);
    }
  }

  void find_closures() {
    if (scopes_.empty()) {
      return;
    }
    std::vector<std::pair<std::uint32_t, NodeIndex>> further_in;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (graph_.type(NodeIndex(i)) != NodeType::closure) {
        continue;
      }
      NodeIndex context = graph_.find_target(NodeIndex(i), EdgeType::internal, "context");
      for (int depth = 0; context && depth <= kMaxScopes; ++depth) {
        const auto scope = scopes_.find(context.get());
        if (scope != scopes_.end()) {
          if (depth == 0) {
            list(scope->second, scope->second.own, NodeIndex(i));
          } else {
            further_in.emplace_back(context.get(), NodeIndex(i));
          }
          break;
        }
        context = graph_.find_target(context, EdgeType::internal, "previous");
      }
    }
    for (const auto& [context, closure] : further_in) {
      list(scopes_[context], scopes_[context].inner, closure);
    }
    for (auto& [context, scope] : scopes_) {
      for (const auto edge : graph_.edges(NodeIndex(context))) {
        if (edge.type == EdgeType::context && graph_.type(edge.target) == NodeType::closure) {
          list(scope, scope.inner, edge.target);
        }
      }
    }
  }

  void add(NodeIndex n, SiteEvidence evidence, SiteRole role) {
    const auto place = place_of(graph_, n);
    if (!place) {
      return;
    }
    const bool known =
        std::any_of(suspect_.functions.begin(), suspect_.functions.end(), [&](const FunctionPosition& f) {
          return f.script == place->script && f.line == place->line && f.column == place->column;
        });
    if (!known) {
      suspect_.functions.push_back(
          {place->script, place->source, place->line, place->column, visible_text(graph_.name(n), 80), role, evidence});
    }
  }

  void add_by_type(NodeIndex n) {
    const NodeType type = graph_.type(n);
    if (type == NodeType::closure) {
      add(n, SiteEvidence::closure, SiteRole::definition);
    } else if (type == NodeType::object) {
      const bool generator = is_generator(n);
      add(n, generator ? SiteEvidence::generator : SiteEvidence::constructor,
          generator ? SiteRole::definition : SiteRole::allocation);
    }
  }

  /// What waits for a promise that only the runtime holds hangs below it: reactions, then the suspended function.
  void add_content(std::span<const NodeIndex> path) {
    const auto is_new = [&](NodeIndex n) { return cohorts_.first_seen[n.get()] != 0; };
    const auto top = std::find_if(path.begin(), path.end(), is_new);
    if (top == path.end()) {
      return;
    }
    std::vector<NodeIndex> open{*top};
    std::unordered_set<std::uint32_t> seen{top->get()};
    const std::size_t before = suspect_.functions.size();
    std::vector<FunctionPosition> found;
    for (std::size_t i = 0; i < open.size() && found.size() < kMaxInContent; ++i) {
      add_by_type(open[i]);
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
  const Cohorts& cohorts_;
  std::unordered_map<std::uint32_t, Scope> scopes_;  // by context on the path
};

}  // namespace

void add_path_functions(Suspect& suspect, const Heap& heap, const Cohorts& cohorts, std::span<const NodeIndex> path) {
  PathFunctions(suspect, heap, cohorts).of(path);
}

}  // namespace heapdiff
