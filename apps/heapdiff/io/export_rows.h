#pragma once
// The rows of `heapdiff export`, for SQL engines.

#include "heapdiff/diff/class_diff.h"
#include "heapdiff/snapshot/heap.h"

#include <string>
#include <vector>

namespace heapdiff {

class RowSink;

/// How class names are written. A program may put data into them: URLs of windows, keys of object literals.
enum class ExportNames { masked, as_they_are };

/// Writes one line per node, then one per class with instances.
void export_heap(const Heap& heap, ExportNames names, RowSink& sink);

/// Writes one line per class of DevTools' Comparison view, the largest growth first, with the growth of survivors that
/// the view leaves out.
void export_class_diff(const ClassDiff& diff, ExportNames names, RowSink& sink);

}  // namespace heapdiff
