#pragma once
// `heapdiff export`: rows for SQL engines, streamed.

#include "heapdiff/diff/class_diff.h"
#include "heapdiff/snapshot/heap.h"

#include <string>
#include <vector>

namespace heapdiff {

class RowSink;

/// Class names hold what a program puts into them: URLs of windows, keys of literals.
enum class ExportNames { masked, as_they_are };

/// One line per node, then one per class with instances.
void export_heap(const Heap& heap, ExportNames names, RowSink& sink);

/// One line per class of DevTools' Comparison view, the largest growth first, with what that view leaves out.
void export_class_diff(const ClassDiff& diff, ExportNames names, RowSink& sink);

}  // namespace heapdiff
