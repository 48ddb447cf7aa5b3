#pragma once
// `heapdiff export`: rows for SQL engines, streamed.

#include "heapdiff/snapshot/heap.h"

#include <string>
#include <vector>

namespace heapdiff {

class RowSink;

/// One line per node, then one per class with instances.
void export_heap(const Heap& heap, RowSink& sink);

}  // namespace heapdiff
