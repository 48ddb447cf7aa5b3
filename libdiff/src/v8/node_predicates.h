#pragma once
// What a node of the heap is to a program: an object that it would name, a store, or V8's own.

#include "heapdiff/snapshot/snapshot_graph.h"
#include "v8/machinery.h"

#include <string>
#include <string_view>

namespace heapdiff::v8 {

/// A class name that is the same in every run. DevTools names frequent shapes of plain objects ("{id, name}"), and
/// which shapes are frequent changes from run to run: all of them become "Object".
[[nodiscard]] std::string stable_class(std::string_view name);

/// Whether a node is a store that its owner reallocates as it grows, or a cell between an object and its value. A
/// programmer would name the owner, not the store.
[[nodiscard]] bool is_backing_store(const SnapshotGraph& graph, NodeIndex n);

/// The name of an edge with data folded: "[]" for elements and hidden edges, "(entry)" for a WeakMap's entries. Both
/// directions of a ring of timers read "_idleNext".
[[nodiscard]] std::string folded_label(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge);

/// Whether a property or variable reads like a name in a program's text, not like data ("/", "a.example.org").
[[nodiscard]] bool is_name_in_code(std::string_view name);

/// Whether a node is an instance of a class of the program, of a package or of Node, and no collection.
[[nodiscard]] bool is_program_instance(const SnapshotGraph& graph, NodeIndex n);

/// Whether the edge leads from an emitter to its listeners.
[[nodiscard]] bool is_events_edge(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge);

/// Whether a node is an embedder's own object, which no script can name: of Blink, all but the nodes of the DOM.
[[nodiscard]] bool is_embedder_internal(const SnapshotGraph& graph, NodeIndex n);

/// Whether a node is a string of any kind.
[[nodiscard]] bool is_string(NodeType type) noexcept;

/// The function that runs when `timer` fires; none when `timer` is neither a Timeout nor an Immediate.
[[nodiscard]] NodeIndex timer_callback(const SnapshotGraph& graph, NodeIndex timer);

/// Whether a Timeout is on one of the runtime's lists: it has neither fired nor been cleared. Node takes it off its
/// list, and its neighbours become null, before its callback runs.
[[nodiscard]] bool is_pending_timer(const SnapshotGraph& graph, NodeIndex timer);

/// Whether a Timeout is one of setInterval.
[[nodiscard]] bool repeats(const SnapshotGraph& graph, NodeIndex timer);

/// Whether a node is what waits for a promise: one for each then(), await and Promise.race().
[[nodiscard]] bool is_promise_reaction(const SnapshotGraph& graph, NodeIndex n);

/// The latest reaction of a pending promise, and the one before a reaction; none where there is none.
[[nodiscard]] NodeIndex first_reaction(const SnapshotGraph& graph, NodeIndex promise);
[[nodiscard]] NodeIndex next_reaction(const SnapshotGraph& graph, NodeIndex reaction);

/// The target of a bound function or of the wrapper that Node puts around a `once` listener, else `closure` itself.
[[nodiscard]] NodeIndex unwrap_function(const SnapshotGraph& graph, NodeIndex closure);

}  // namespace heapdiff::v8

// The growth room's names for these.
namespace heapdiff {
using v8::is_backing_store;
inline bool is_artefact(const SnapshotGraph& graph, NodeIndex n) { return v8::is_engine_overhead(graph, n); }
}  // namespace heapdiff
