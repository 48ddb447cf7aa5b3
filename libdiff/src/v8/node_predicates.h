#pragma once
// How a place in the heap reads: its class and label without data, and what is the program's and what machinery.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <string>
#include <string_view>

namespace heapdiff {

/// A class name as it reads in every run: the names that DevTools makes of frequent shapes ("{id, name}") come and go.
[[nodiscard]] std::string stable_class(std::string_view name);

/// A store that its owner reallocates, or a cell in between: not what a programmer would name.
[[nodiscard]] bool is_backing_store(const SnapshotGraph& graph, NodeIndex n);

/// Label of the edge that leads to `n` on its retaining path: data folded, "[]" for elements and hidden edges.
[[nodiscard]] std::string folded_label(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge);

/// Compiled code, feedback, shapes: what running a program brings, leak or not.
[[nodiscard]] bool is_artefact(const SnapshotGraph& graph, NodeIndex n);

/// What every program has: says nothing about whose it is.
[[nodiscard]] bool is_collection(std::string_view name);

/// Whether a property or variable reads like one that a program's text names, not like data: "/", "a.example.org".
[[nodiscard]] bool is_name_in_code(std::string_view name);

/// An object of a class of the program, of a package or of Node: neither a collection nor the machinery's own.
[[nodiscard]] bool is_program_instance(const SnapshotGraph& graph, NodeIndex n);

}  // namespace heapdiff
