#include "v8/bun.h"

#include <cstdint>
#include <string_view>

namespace heapdiff::v8 {

bool is_of_bun(const SnapshotGraph& graph) {
  bool native = false;
  bool unlinked = false;
  for (std::uint32_t i = 0; i < graph.node_count() && !(native && unlinked); ++i) {
    if (graph.type(NodeIndex(i)) == NodeType::code) {
      const std::string_view name = graph.name(NodeIndex(i));
      native |= name == "NativeExecutable";
      unlinked |= name == "UnlinkedFunctionExecutable";
    }
  }
  return native && unlinked;
}

}  // namespace heapdiff::v8
