#include "v8/node_predicates.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <iterator>

namespace heapdiff {

bool is_artefact(const SnapshotGraph& graph, NodeIndex n) {
  const NodeType type = graph.type(n);
  if (type == NodeType::code || type == NodeType::object_shape) {
    return true;
  }
  if (type != NodeType::hidden && type != NodeType::array && type != NodeType::synthetic) {
    return false;
  }
  const std::string_view name = graph.name(n);
  static constexpr std::string_view kMachinery[] = {"system / Map",
                                                    "system / DescriptorArray",
                                                    "system / FeedbackCell",
                                                    "system / FeedbackVector",
                                                    "system / PropertyCell",
                                                    "system / TransitionArray",
                                                    "system / AllocationSite",
                                                    "system / SharedFunctionInfo",
                                                    "system / ScopeInfo",
                                                    "system / PrototypeInfo",
                                                    "system / ClosureFeedbackCellArray",
                                                    "system / UncompiledData",
                                                    "system / PreparseData",
                                                    "system / BytecodeArray",
                                                    "system / AccessorPair",
                                                    "system / StoreHandler",
                                                    "system / LoadHandler",
                                                    "system / FunctionTemplateInfo",
                                                    "system / ManyClosuresCell",
                                                    "system / Script"};
  return std::any_of(std::begin(kMachinery), std::end(kMachinery),
                     [&](std::string_view prefix) { return name.substr(0, prefix.size()) == prefix; });
}

std::string stable_class(std::string_view name) {
  return !name.empty() && name[0] == '{' ? std::string("Object") : visible_text(name, 80);
}

bool is_backing_store(const SnapshotGraph& graph, NodeIndex n) {
  const NodeType type = graph.type(n);
  if (type == NodeType::array || type == NodeType::concatenated_string || type == NodeType::sliced_string ||
      type == NodeType::string) {
    return true;
  }
  const std::string_view name = graph.name(n);
  if (type == NodeType::native) {  // Blink's vectors and hash tables
    return name.find("HeapVectorBacking<") != std::string_view::npos ||
           name.find("HeapHashTableBacking<") != std::string_view::npos ||
           name.find("BasicHeapVector<") != std::string_view::npos;
  }
  if (type != NodeType::hidden && type != NodeType::object) {
    return false;
  }
  return name == "system / Cell" || name == "system / WeakCell" || name == "system / PromiseReaction";
}

std::string folded_label(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge) {
  if (SnapshotGraph::is_numbered(edge.type)) {
    return "[]";
  }
  const std::string_view name = graph.edge_name(edge);
  if (edge.type == EdgeType::internal && name.find(" / part of key ") != std::string_view::npos) {
    return "(entry)";
  }
  // A ring's two directions are one place: the search goes both ways round.
  if (name == "_idlePrev") {
    return "_idleNext";
  }
  return fold_data(visible_text(name, 120));
}

bool is_collection(std::string_view name) {
  return name == "Object" || name == "Array" || name == "Map" || name == "Set";
}

bool is_name_in_code(std::string_view name) {
  if (name.starts_with("<symbol ")) {
    return true;
  }
  name.remove_prefix(name.starts_with('#') ? 1 : 0);
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_program_instance(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::object && !is_collection(graph.name(n)) && !graph.name(n).starts_with("system /");
}

}  // namespace heapdiff
