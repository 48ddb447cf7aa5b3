#pragma once
// What is kept of a snapshot after its graph is freed.

#include "heapdiff/diff/capture_source.h"
#include "heapdiff/diff/object_facts.h"
#include "heapdiff/diff/process_evidence.h"
#include "heapdiff/diff/runtime.h"
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

/// Sums over the objects of one class or the closures of one literal.
struct GroupFact {
  std::int64_t count = 0;
  std::int64_t self_bytes = 0;
  std::int64_t retained_bytes = 0;  ///< nested objects of one group are counted once
};

/// Class of the emitter, and the event with data folded.
using ListenerKey = std::pair<std::string, std::string>;

struct Facts {
  InputInfo input;
  std::uint64_t node_count = 0;
  std::uint64_t edge_count = 0;
  std::uint64_t total_bytes = 0;
  std::uint64_t native_bytes = 0;
  bool allocation_traces = false;
  bool fresh_ids = false;                   ///< written by Bun, which gives every object a new id in each snapshot
  std::optional<RuntimeFacts> runtime;      ///< none: the snapshot does not say
  std::optional<std::int64_t> captured_ns;  ///< nanoseconds since 1970
  CaptureSource captured_source = CaptureSource::none;
  bool captured_is_absolute = true;  ///< false: `captured_ns` counts from an origin that is not known
  ObjectFacts objects;               ///< heap objects (odd ids), by id
  /// Id and self size, in bytes, of the objects from kLargeOwnBytes on, by id. DevTools counts the bytes of a table or
  /// an array to its owner, so most of these are owners of stores.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> large_objects;
  std::map<std::string, GroupFact> constructors;
  std::map<std::string, GroupFact> closures;      ///< by "name<TAB>file:line" of the function literal
  std::map<ListenerKey, std::int64_t> listeners;  ///< number of registered listeners
  std::int64_t pending_timers = 0;                ///< timers on the runtime's lists
  ProcessEvidence process;

  static constexpr std::uint64_t kLargeOwnBytes = 1024;
  /// Self size of a large object in bytes; kLargeOwnBytes of any other. O(log large objects).
  [[nodiscard]] std::uint64_t own_bytes_at_least(std::uint64_t id) const;
};

/// What is asked of the facts. `objects` and `process` serve the comparison with another snapshot of the same process;
/// closures, listeners and timers serve that with any other one.
enum class FactsFor { series, other_process, one_snapshot };

/// Reduces one snapshot to its facts. O(nodes) while ids are dense, else O(nodes log nodes).
[[nodiscard]] Facts collect(const Heap& heap, FactsFor use = FactsFor::series);

/// A copy without the objects and without what tells processes apart.
[[nodiscard]] Facts without_objects(const Facts& facts);

/// Fingerprint of a node's type and name.
[[nodiscard]] std::uint8_t fingerprint(const SnapshotGraph& graph, NodeIndex n);

/// Replaces data in a name: a word with a digit becomes `*` ("message:user:17" -> "message:user:*").
[[nodiscard]] std::string fold_data(std::string_view name);

/// Which function each prototype belongs to. The property `constructor` of a prototype may be wrong: when a class
/// copies the methods of EventEmitter onto its prototype, its instances show as "EventEmitter". The function's own
/// property `prototype` is right then.
class PrototypeOwners {
 public:
  explicit PrototypeOwners(const SnapshotGraph& graph);
  /// Name of the function whose instance `n` is; DevTools' class name where no function is known. For a function with a
  /// name, that name: such a function is the only one of its kind.
  [[nodiscard]] std::string made_by(const Heap& heap, NodeIndex n) const;

 private:
  std::map<std::uint32_t, NodeIndex> owner_of_;  // prototype to closure
};

/// Whether a text is what `heapdiff redact` writes in place of a text: 13 letters or digits, then tildes. No source
/// text looks like it.
[[nodiscard]] bool is_masked_text(std::string_view text);

/// Text of a string node. A concatenation is put together from its parts; parts whose text the snapshot does not have
/// are left out.
[[nodiscard]] std::string text_of(const SnapshotGraph& graph, NodeIndex string);

/// Script of a SharedFunctionInfo; none where the snapshot does not have it. While a function has a breakpoint, its
/// script lies behind a DebugInfo.
[[nodiscard]] NodeIndex script_of(const SnapshotGraph& graph, NodeIndex shared);

/// Position of a function's or a class's start.
struct CodePlace {
  std::string script;        ///< name of the script
  std::string source;        ///< start of the script's text, where the snapshot has it
  std::uint32_t line = 0;    ///< 1-based
  std::uint32_t column = 0;  ///< 1-based
  /// "file:line".
  [[nodiscard]] std::string text() const;
};
/// Position of a closure, of a generator's function, or of the class of an instance. None where the snapshot has none.
[[nodiscard]] std::optional<CodePlace> place_of(const SnapshotGraph& graph, NodeIndex n);

/// Objects with one id in both of two snapshots, and how many of them have the same type and name.
struct IdentityCheck {
  std::uint64_t shared = 0;
  std::uint64_t agreeing = 0;
  EvidenceCheck evidence;
  bool fresh_ids = false;  ///< both are of Bun: ids tell neither that they are of one process nor that they are not
  /// 0 when no id is shared.
  [[nodiscard]] double share() const noexcept {
    return shared == 0 ? 0.0 : static_cast<double>(agreeing) / static_cast<double>(shared);
  }
};
/// O(objects of both).
[[nodiscard]] IdentityCheck compare_identity(const Facts& older, const Facts& newer);

}  // namespace heapdiff
