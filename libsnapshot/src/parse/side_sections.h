#pragma once
// The smaller sections: positions, allocation stacks.

#include "parse/graph_builder.h"
#include "parse/json_text.h"

namespace heapdiff {

/// Each reads a section whose opening bracket has been consumed.
void read_locations(JsonText& text, const SnapshotMeta& meta, const GraphBuilder& builder, Locations& out,
                    Diagnostics& diagnostics);
void read_trace_functions(JsonText& text, const SnapshotMeta& meta, StringBuilder& strings, Locations& out);
void read_trace_tree(JsonText& text, const SnapshotMeta& meta, const Limits& limits, Locations& out);
/// After all sections: rows that the tree and the functions refer to.
void check_traces(const std::string& file, std::uint64_t end_offset, std::uint64_t string_count, Locations& locations);

}  // namespace heapdiff
