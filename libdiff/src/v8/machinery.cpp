#include "v8/machinery.h"

#include <algorithm>
#include <array>

namespace heapdiff::v8 {

bool is_code_or_shape(const SnapshotGraph& graph, NodeIndex n) {
  const NodeType type = graph.type(n);
  return type == NodeType::code || type == NodeType::object_shape;
}

bool is_engine_overhead(const SnapshotGraph& graph, NodeIndex n) {
  if (is_code_or_shape(graph, n)) {
    return true;
  }
  const NodeType type = graph.type(n);
  if (type != NodeType::hidden && type != NodeType::array && type != NodeType::synthetic) {
    return false;
  }
  // Node 14 to 24. The node type of most of these changes from version to version; their names do not.
  static constexpr std::array<std::string_view, 20> kNames = {"system / Map",
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
  const std::string_view name = graph.name(n);
  if (!name.starts_with("system / ")) {  // as all of them do
    return false;
  }
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace heapdiff::v8
