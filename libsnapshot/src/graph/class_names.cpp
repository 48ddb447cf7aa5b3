// Classes of nodes, and definitions for the shapes of plain objects. Source of the rules: Chrome DevTools'
// heap_snapshot_worker.

#include "heapdiff/snapshot/class_names.h"

#include "graph/shapes.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace heapdiff {
namespace {

using graph::group_by_shape;
using graph::Shape;
using graph::Shapes;

constexpr std::size_t kMaxInterfaceNameLength = 120;  // DevTools' MAX_INTERFACE_NAME_LENGTH
constexpr std::size_t kMaxClassName = 1024;           // bytes; DevTools has no such limit
constexpr double kMinObjectsPerInterface = 2;         // MIN_OBJECT_COUNT_PER_INTERFACE
constexpr double kMinProportionPerInterface = 1000;   // MIN_OBJECT_PROPORTION_PER_INTERFACE

/// Length in UTF-16 code units, as JavaScript counts it.
std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0U) != 0x80U ? 1U : 0U;
    units += byte >= 0xF0 ? 1U : 0U;
  }
  return units;
}

/// What JavaScript's JSON.stringify makes of a string.
std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

std::string format_property(std::string_view name) {
  return name.find_first_of(",'\"{}") == std::string_view::npos ? std::string(name) : json_quoted(name);
}

/// Whether a property takes part in interface definitions. One with an endless name does not: each shape that has it
/// would hold a copy.
bool is_defining(std::string_view property) { return property.size() <= kMaxClassName; }

InterfaceDefinition candidate_of(const SnapshotGraph& graph, NodeIndex object) {
  InterfaceDefinition definition;
  definition.name = "{";
  std::size_t length = 1;
  for (const SnapshotGraph::Edge e : graph.edges(object)) {
    if (e.type != EdgeType::property) {
      continue;
    }
    const std::string_view name = graph.edge_name(e);
    if (name == "__proto__" || !is_defining(name)) {
      continue;
    }
    const std::string formatted = format_property(name);
    const std::size_t more = utf16_length(formatted);
    if (length > 1 && length + more > kMaxInterfaceNameLength) {
      break;
    }
    if (length != 1) {
      definition.name += ", ";
      length += 2;
    }
    definition.name += formatted;
    length += more;
    definition.properties.emplace_back(name);
  }
  definition.name += "}";
  return definition;
}

/// Finds the definition with the most properties among those whose properties an object has; of equals, the first.
class InterfaceMatcher {
 public:
  explicit InterfaceMatcher(const std::vector<InterfaceDefinition>& definitions) : nodes_(1) {
    for (std::size_t i = 0; i < definitions.size(); ++i) {
      std::vector<std::string> sorted = definitions[i].properties;
      std::sort(sorted.begin(), sorted.end());
      std::size_t at = 0;
      for (const std::string& property : sorted) {
        const auto found = nodes_[at].next.find(property);
        if (found != nodes_[at].next.end()) {
          at = found->second;
        } else {
          nodes_[at].next.emplace(property, nodes_.size());
          at = nodes_.size();
          nodes_.emplace_back();
        }
      }
      if (nodes_[at].match == kNone) {
        nodes_[at].match = i;
        nodes_[at].properties = sorted.size();
      }
    }
  }

  /// Position of the definition, or kNone. `sorted`: the object's property names, ascending.
  [[nodiscard]] std::size_t match(const std::vector<std::string_view>& sorted) const {
    std::vector<std::size_t> states{0};
    std::vector<std::size_t> kept;
    std::size_t best = nodes_[0].match;
    std::size_t best_properties = 0;
    for (const std::string_view property : sorted) {
      kept.clear();
      std::vector<std::size_t> reached;
      for (const std::size_t state : states) {
        const Node& node = nodes_[state];
        if (node.next.empty()) {
          continue;
        }
        if (property < node.next.rbegin()->first) {
          kept.push_back(state);  // a later property may match
        }
        const auto found = node.next.find(property);
        if (found == node.next.end()) {
          continue;
        }
        reached.push_back(found->second);
        const Node& to = nodes_[found->second];
        if (to.match != kNone && (to.properties > best_properties || best == kNone ||
                                  (to.properties == best_properties && to.match < best))) {
          best = to.match;
          best_properties = to.properties;
        }
      }
      states = kept;
      states.insert(states.end(), reached.begin(), reached.end());
    }
    return best;
  }

  static constexpr std::size_t kNone = SIZE_MAX;

 private:
  struct Node {
    std::map<std::string, std::size_t, std::less<>> next;
    std::size_t match = kNone;
    std::size_t properties = 0;
  };
  std::vector<Node> nodes_;
};

/// `<div id="a">` -> `<div>`, also after "Detached ".
std::string element_class(std::string_view name) {
  const std::size_t from = name.starts_with("Detached <") ? 10 : 0;
  if (from == 10 || name.starts_with('<')) {
    const std::size_t space = name.find(' ', from);
    if (space != std::string_view::npos) {
      return std::string(name.substr(0, space)) + ">";
    }
  }
  return std::string(name);
}

/// A name that is far longer than any that a program has: its beginning, its length, and a hash of the whole, so that
/// different names stay different. Each table and each report holds copies of the name of a class.
std::string shortened(std::string name) {
  if (name.size() <= kMaxClassName) {
    return name;
  }
  std::size_t end = kMaxClassName;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
    --end;  // not within a character
  }
  return fmt::format("{}\u2026 ({} bytes, {:08x})", std::string_view(name).substr(0, end), name.size(),
                     XXH3_64bits(name.data(), name.size()) >> 32U);
}

}  // namespace

std::string ClassInfo::key() const {
  return located ? fmt::format("{},{},{},{}", script_id, line, column, name) : "," + name;
}

namespace {

std::vector<InterfaceDefinition> interfaces_of(const SnapshotGraph& graph, const Shapes& shapes) {
  struct Candidate {
    InterfaceDefinition definition;
    std::uint64_t count = 0;
  };
  std::vector<Candidate> candidates;
  std::unordered_map<std::string, std::size_t> by_name;
  for (const Shape& shape : shapes.shapes) {
    InterfaceDefinition definition = candidate_of(graph, shape.first);
    if (definition.properties.empty()) {
      continue;
    }
    const auto [found, fresh] = by_name.emplace(definition.name, candidates.size());
    if (fresh) {
      candidates.push_back({std::move(definition), 0});
    }
    candidates[found->second].count += shape.count;
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.count > b.count; });
  const double least =
      std::max(kMinObjectsPerInterface, static_cast<double>(shapes.objects.size()) / kMinProportionPerInterface);
  std::vector<InterfaceDefinition> result;
  for (Candidate& candidate : candidates) {
    if (static_cast<double>(candidate.count) < least) {
      break;
    }
    result.push_back(std::move(candidate.definition));
  }
  return result;
}

}  // namespace

class graph::ClassNamer {
 public:
  ClassNamer(const SnapshotGraph& graph, const Shapes& shapes, const std::vector<InterfaceDefinition>& interfaces)
      : graph_(graph),
        shapes_(shapes),
        interfaces_(interfaces),
        by_string_(static_cast<std::size_t>(graph.strings().size())),
        by_detached_string_(graph.has_detachedness() ? static_cast<std::size_t>(graph.strings().size()) : 0) {
    class_of_ = Column<std::uint32_t>(graph.node_count());
    kind_class_.fill(kNone);
  }

  ClassTable run() {
    const std::uint32_t n = graph_.node_count();
    for (std::uint32_t i = 0; i < n; ++i) {
      const NodeIndex node(i);
      const NodeType type = graph_.type(node);
      if (type == NodeType::object || type == NodeType::native) {
        class_of_[i] = named(node, type);
      } else {
        std::uint32_t& c = kind_class_[static_cast<std::size_t>(type)];
        if (c == kNone) {
          c = intern(kind_name(type));
        }
        class_of_[i] = c;
      }
    }
    apply_interfaces();
    apply_locations();
    table_.class_of_ = PackedColumn(std::move(class_of_), static_cast<std::uint32_t>(table_.classes_.size()));
    return std::move(table_);
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  [[nodiscard]] std::string kind_name(NodeType type) const {
    switch (type) {
      case NodeType::hidden:
        return "(system)";
      case NodeType::code:
        return "(compiled code)";
      case NodeType::closure:
        return "Function";
      case NodeType::regexp:
        return "RegExp";
      default:
        return "(" + graph_.meta().node_type_text[static_cast<std::size_t>(type)] + ")";
    }
  }

  std::uint32_t intern(std::string name) {
    const auto [found, fresh] =
        by_name_.emplace(shortened(std::move(name)), static_cast<std::uint32_t>(table_.classes_.size()));
    if (fresh) {
      ClassInfo info;
      info.name = found->first;
      table_.classes_.push_back(std::move(info));
    }
    return found->second;
  }

  std::uint32_t named(NodeIndex node, NodeType type) {
    const std::uint32_t string = graph_.name_index(node).get();
    const bool detached =
        type == NodeType::native && graph_.has_detachedness() && graph_.detachedness(node) == Detachedness::detached;
    std::uint32_t& known = detached ? by_detached_string_[string] : by_string_[string];  // class plus one
    if (known == 0) {
      const std::string name = std::string(detached ? "Detached " : "") + std::string(graph_.name(node));
      known = intern(element_class(name)) + 1;
    }
    return known - 1;
  }

  void apply_interfaces() {
    if (interfaces_.empty()) {
      return;
    }
    const InterfaceMatcher matcher(interfaces_);
    std::vector<std::uint32_t> class_of_shape;
    class_of_shape.reserve(shapes_.shapes.size());
    std::vector<std::string_view> properties;
    for (const Shape& shape : shapes_.shapes) {
      properties.clear();
      for (const SnapshotGraph::Edge e : graph_.edges(shape.first)) {
        if (const std::string_view name = graph_.edge_name(e); e.type == EdgeType::property && is_defining(name)) {
          properties.push_back(name);
        }
      }
      std::sort(properties.begin(), properties.end());
      const std::size_t match = matcher.match(properties);
      class_of_shape.push_back(match == InterfaceMatcher::kNone ? kNone : intern(interfaces_[match].name));
    }
    for (const auto& [node, shape] : shapes_.objects) {
      if (class_of_shape[shape] != kNone) {
        class_of_[node.get()] = class_of_shape[shape];
      }
    }
  }

  void apply_locations() {
    std::map<std::array<std::uint32_t, 4>, std::uint32_t> located;
    for (const Location& location : graph_.locations().rows) {
      if (graph_.type(location.node) != NodeType::object) {
        continue;
      }
      std::uint32_t& c = class_of_[location.node.get()];
      const auto [found, fresh] = located.emplace(std::array{location.script_id, location.line, location.column, c},
                                                  static_cast<std::uint32_t>(table_.classes_.size()));
      if (fresh) {
        ClassInfo info = table_.classes_[c];
        info.located = true;
        info.script_id = location.script_id;
        info.line = location.line;
        info.column = location.column;
        table_.classes_.push_back(std::move(info));
      }
      c = found->second;
    }
  }

  const SnapshotGraph& graph_;
  const Shapes& shapes_;
  const std::vector<InterfaceDefinition>& interfaces_;
  Column<std::uint32_t> class_of_;
  ClassTable table_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
  Column<std::uint32_t> by_string_;
  Column<std::uint32_t> by_detached_string_;
  std::array<std::uint32_t, 32> kind_class_{};
};

std::vector<InterfaceDefinition> infer_interfaces(const SnapshotGraph& graph) {
  return interfaces_of(graph, group_by_shape(graph));
}

ClassTable compute_classes(const SnapshotGraph& graph, const std::vector<InterfaceDefinition>& interfaces) {
  const Shapes shapes = interfaces.empty() ? Shapes() : group_by_shape(graph);
  return graph::ClassNamer(graph, shapes, interfaces).run();
}

NamedClasses name_classes(const SnapshotGraph& graph, const std::vector<InterfaceDefinition>* given) {
  const Shapes shapes = group_by_shape(graph);
  NamedClasses named;
  named.interfaces = given == nullptr ? interfaces_of(graph, shapes) : *given;
  named.classes = graph::ClassNamer(graph, shapes, named.interfaces).run();
  return named;
}

}  // namespace heapdiff
