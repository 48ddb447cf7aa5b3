#pragma once
// What is kept of a snapshot when its graph is gone.

#include "heapdiff/diff/object_facts.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff {

struct GroupFact {
  std::int64_t count = 0;
  std::int64_t self_bytes = 0;
  std::int64_t retained_bytes = 0;
};

/// (class of the emitter, event with data folded).
using ListenerKey = std::pair<std::string, std::string>;

struct Facts {
  InputInfo input;
  std::uint64_t node_count = 0;
  std::uint64_t edge_count = 0;
  std::uint64_t total_bytes = 0;
  std::uint64_t native_bytes = 0;
  bool allocation_traces = false;
  std::optional<std::int64_t> captured_ns;  ///< nanoseconds since 1970
  std::string captured_source = "none";     ///< "option", "file-name", "modification-time", "none"
  ObjectFacts objects;                      ///< heap objects (odd ids), by id
  /// Of those that are large by themselves, (id, own bytes), by id: mostly tables and arrays with their owners.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> large_objects;
  std::map<std::string, GroupFact> constructors;
  std::map<std::string, GroupFact> closures;      ///< by "name<TAB>file:line" of the literal
  std::map<ListenerKey, std::int64_t> listeners;  ///< listeners registered

  static constexpr std::uint64_t kLargeOwnBytes = 1024;
  /// Own bytes of a large object; kLargeOwnBytes of all others. O(log large objects).
  [[nodiscard]] std::uint64_t own_bytes_at_least(std::uint64_t id) const;
};

/// Reduces one snapshot. O(nodes) while ids are dense, else O(nodes log nodes).
[[nodiscard]] Facts collect(const Heap& heap);

/// Fingerprint of a node's type and name.
[[nodiscard]] std::uint8_t fingerprint(const SnapshotGraph& graph, NodeIndex n);

/// Data in names made equal: runs that hold a digit become `*` ("message:user:17" -> "message:user:*").
[[nodiscard]] std::string fold_data(std::string_view name);

/// Which function each prototype belongs to. A mixin may overwrite `constructor` on a prototype (a client that copies
/// the methods of EventEmitter shows as "EventEmitter"), but the function's own `prototype` property still tells.
class PrototypeOwners {
 public:
  explicit PrototypeOwners(const SnapshotGraph& graph);
  /// Name of the function whose instance `n` is; DevTools' class name when no function says so. Of a function that has
  /// a name, that name: it is one of its kind.
  [[nodiscard]] std::string made_by(const Heap& heap, NodeIndex n) const;

 private:
  std::map<std::uint32_t, NodeIndex> owner_of_;  // prototype -> closure
};

/// What `heapdiff redact` puts in place of a text: 13 letters or digits, then tildes. No source text looks so.
[[nodiscard]] bool is_masked_text(std::string_view text);

/// Text of a string node, put together where it is a concatenation; what the snapshot did not keep is left out.
[[nodiscard]] std::string text_of(const SnapshotGraph& graph, NodeIndex string);

/// Script of a SharedFunctionInfo; none where the snapshot does not say. While a function has a breakpoint its script
/// lies behind a DebugInfo.
[[nodiscard]] NodeIndex script_of(const SnapshotGraph& graph, NodeIndex shared);

/// Script name of a function's position, and the place as "file:line"; empty where the snapshot does not say.
struct CodePlace {
  std::string script;
  std::string source;        ///< start of the script's text, where kept
  std::uint32_t line = 0;    ///< 1-based
  std::uint32_t column = 0;  ///< 1-based
  [[nodiscard]] std::string text() const;
};
/// Of a closure, a generator, or an instance of a class that has a position.
[[nodiscard]] std::optional<CodePlace> place_of(const SnapshotGraph& graph, NodeIndex n);

/// Share of shared odd ids whose fingerprint agrees, and how many are shared.
struct IdentityCheck {
  std::uint64_t shared = 0;
  std::uint64_t agreeing = 0;
  [[nodiscard]] double share() const noexcept {
    return shared == 0 ? 0.0 : static_cast<double>(agreeing) / static_cast<double>(shared);
  }
};
[[nodiscard]] IdentityCheck compare_identity(const Facts& older, const Facts& newer);

}  // namespace heapdiff
