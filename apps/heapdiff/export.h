#pragma once
// `heapdiff export`: rows for SQL engines, streamed.

#include "heapdiff/diff/class_diff.h"
#include "heapdiff/snapshot/heap.h"

#include <string>
#include <vector>

namespace heapdiff {

class RowSink;

/// One line per node, then one per class with instances.
void export_heap(const Heap& heap, RowSink& sink);

/// One line per class of DevTools' Comparison view, the largest growth first, with what that view leaves out.
void export_class_diff(const ClassDiff& diff, RowSink& sink);

}  // namespace heapdiff
