#include "parse/graph_builder.h"

#include "runtime/spin_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace heapdiff::parse {
namespace {

/// The name of a string node is its text, which is a value: it is kept only on request. Other names are kept.
bool has_name_worth_keeping(NodeType type) { return type != NodeType::string; }

}  // namespace

void GraphBuilder::begin_nodes(std::uint64_t max_rows) {
  const auto n = static_cast<std::size_t>(max_rows);
  columns_.kind = Column<std::uint8_t>(n);
  columns_.name = Column<std::uint32_t>(n);
  columns_.id = WideColumn(n);
  columns_.self_size = WideColumn(n);
  columns_.first_edge = Column<std::uint32_t>(n + 1);
  if (meta_.node_trace_id != SnapshotMeta::kAbsent) {
    columns_.trace_id = Column<std::uint32_t>(n);
  }
}

std::uint64_t GraphBuilder::parse_nodes(const ArrayBlock& block, const RowChecks& checks) {
  return with_node_layout(
      meta_, [&]<std::uint32_t Stride, bool V8Order>() { return parse_node_rows<Stride, V8Order>(block, checks); });
}

template <std::uint32_t Stride, bool V8Order>
std::uint64_t GraphBuilder::parse_node_rows(const ArrayBlock& block, const RowChecks& checks) {
  NodeTotals totals;
  std::uint64_t undeclared = 0;
  std::uint64_t odd_detachedness = 0;
  std::uint64_t max_name = 0;
  // These are copies: for all the compiler knows, a store to a column of bytes may change anything.
  const std::array<NodeType, 256> kinds = meta_.node_type_of;
  std::uint8_t* const kind_column = columns_.kind.data();
  std::uint32_t* const name_column = columns_.name.data();
  std::uint32_t* const edge_column = columns_.first_edge.data() + 1;
  prefault_nodes(block);
  const std::uint64_t rows = checks.parse_nodes<Stride, V8Order>(
      block, [&](std::uint64_t row, const auto& v, const auto& at) __attribute__((always_inline)) {
        const NodeType kind = kinds[v[at.type]];
        undeclared += kind == NodeType::undeclared ? 1U : 0U;
        auto bits = static_cast<std::uint8_t>(kind);
        if (at.detachedness != SnapshotMeta::kAbsent) {
          const std::uint64_t d = v[at.detachedness];
          if (d <= 2) [[likely]] {
            bits = static_cast<std::uint8_t>(bits | (d << GraphColumns::kDetachedShift));
          } else {
            ++odd_detachedness;
          }
        }
        kind_column[row] = bits;
        const std::uint64_t name = v[at.name];
        name_column[row] = static_cast<std::uint32_t>(name);
        totals.wide_id |= columns_.id.set_quietly(row, v[at.id]);
        const std::uint64_t size = v[at.self_size];
        totals.wide_size |= columns_.self_size.set_quietly(row, size);
        totals.size_overflow |= __builtin_add_overflow(totals.size, size, &totals.size);
        edge_column[row] = static_cast<std::uint32_t>(v[at.edge_count]);
        if (at.trace_id != SnapshotMeta::kAbsent && v[at.trace_id] != 0) {
          columns_.trace_id[row] = static_cast<std::uint32_t>(v[at.trace_id]);
          totals.traces = true;
        }
        max_name = std::max(max_name, name);
        if (has_name_worth_keeping(kind)) {
          strings_.want(name);
        }
      });
  const auto lock = runtime::spin_lock(totals_mutex_);
  totals_.wide_id |= totals.wide_id;
  totals_.wide_size |= totals.wide_size;
  totals_.traces |= totals.traces;
  totals_.size_overflow |= totals.size_overflow || __builtin_add_overflow(totals_.size, totals.size, &totals_.size);
  undeclared_kinds_ += undeclared;
  odd_detachedness_ += odd_detachedness;
  max_name_ = std::max(max_name_, max_name);
  return rows;
}

void GraphBuilder::prefault_nodes(const ArrayBlock& block) {
  // One call per column and block costs less than a fault per page.
  const auto first = static_cast<std::size_t>(block.first_row);
  const auto rows = static_cast<std::size_t>(block.rows);
  columns_.kind.prefault(first, rows);
  columns_.name.prefault(first, rows);
  columns_.id.prefault(first, rows);
  columns_.self_size.prefault(first, rows);
  columns_.first_edge.prefault(first, rows);
}

void GraphBuilder::end_nodes(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) {
  columns_.node_count = rows;
  if (totals_.wide_id) {
    columns_.id.note_high();
  }
  if (totals_.wide_size) {
    columns_.self_size.note_high();
  }
  if (!totals_.traces) {
    columns_.trace_id.release();
  }
  std::optional<std::uint64_t> overflow_row;
  if (totals_.size_overflow) {
    std::uint64_t sum = 0;
    overflow_row = 0;
    while (*overflow_row < rows && !__builtin_add_overflow(sum, columns_.self_size[*overflow_row], &sum)) {
      ++*overflow_row;
    }
  }
  checks.end_nodes(overflow_row, columns_.first_edge, end_offset);
  warn_about_nodes();
}

void GraphBuilder::warn_about_nodes() {
  if (undeclared_kinds_ != 0) {
    diagnostics_.warn(
        "undeclared-kind",
        fmt::format("nodes have a type that the file does not declare (it declares {}): kept as kind \"undefined\"",
                    meta_.node_type_names.size()),
        undeclared_kinds_);
  }
  if (odd_detachedness_ != 0) {
    diagnostics_.warn("detachedness", "a detachedness above 2 was taken as unknown", odd_detachedness_);
  }
}

void GraphBuilder::begin_edges(std::uint64_t max_rows) {
  columns_.edge_target = Column<std::uint32_t>(static_cast<std::size_t>(max_rows));
  columns_.edge_name = EdgeNames(static_cast<std::size_t>(max_rows));
  edge_names_.emplace(columns_.edge_name, strings_, static_cast<std::size_t>(strings_.capacity()));
}

std::uint64_t GraphBuilder::parse_edges(const ArrayBlock& block, const RowChecks& checks) {
  return with_edge_layout(meta_, [&]<bool V8Order, std::uint32_t NodeStride>() {
    return parse_edge_rows<V8Order, NodeStride>(block, checks);
  });
}

template <bool V8Order, std::uint32_t NodeStride>
std::uint64_t GraphBuilder::parse_edge_rows(const ArrayBlock& block, const RowChecks& checks) {
  // For each type of the file: our type in its place above the target, and whether the name is a number.
  std::array<std::uint32_t, 256> tag;
  constexpr std::uint32_t kNumbered = 1;
  for (std::size_t type = 0; type < tag.size(); ++type) {
    tag[type] = (static_cast<std::uint32_t>(meta_.edge_type_of[type]) << GraphColumns::kTargetBits) |
                (meta_.edge_name_is_number[type] ? kNumbered : 0);
  }
  EdgeNameCoder& edge_names = *edge_names_;
  std::uint32_t* const targets = columns_.edge_target.data();
  columns_.edge_target.prefault(static_cast<std::size_t>(block.first_row), static_cast<std::size_t>(block.rows));
  edge_names.prefault(static_cast<std::size_t>(block.first_row), static_cast<std::size_t>(block.rows));
  std::uint64_t max_name = 0;
  const std::uint64_t rows = checks.parse_edges<V8Order, NodeStride>(
      block, [&](std::uint64_t row, const auto& v, const auto& at, std::uint64_t target)
                 __attribute__((always_inline)) {
                   const std::uint64_t name = v[at.name];
                   const std::uint32_t bits = tag[v[at.type]];
                   targets[row] = static_cast<std::uint32_t>(target) | (bits & ~GraphColumns::kTargetMask);
                   if ((bits & kNumbered) != 0) {
                     edge_names.set_number(row, static_cast<std::uint32_t>(name));
                   } else {
                     max_name = std::max(max_name, name);
                     edge_names.set_name(row, static_cast<std::uint32_t>(name));
                   }
                 });
  const auto lock = runtime::spin_lock(totals_mutex_);
  max_name_ = std::max(max_name_, max_name);
  return rows;
}

void GraphBuilder::end_edges(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) {
  columns_.edge_count = rows;
  edge_names_.reset();
  checks.end_edges(rows, columns_.first_edge, end_offset);
  keep_names_that_code_holds();
}

void GraphBuilder::keep_names_that_code_holds() {
  // A Script's name and source, and a function's inferred name, are string nodes whose texts are needed as names.
  // A name that was put together ("file://" + path) is a tree of string nodes.
  constexpr std::size_t kMaxParts = 64;
  std::vector<std::size_t> parts;
  for (std::size_t node = 0; node < columns_.node_count; ++node) {
    if (static_cast<NodeType>(columns_.kind[node] & GraphColumns::kTypeMask) != NodeType::code) {
      continue;
    }
    for (std::size_t e = columns_.first_edge[node]; e < columns_.first_edge[node + 1]; ++e) {
      const std::uint32_t raw = columns_.edge_target[e];
      const std::size_t target = raw & GraphColumns::kTargetMask;
      if (static_cast<EdgeType>(raw >> GraphColumns::kTargetBits) != EdgeType::internal) {
        continue;
      }
      parts.assign(1, target);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto type = static_cast<NodeType>(columns_.kind[parts[i]] & GraphColumns::kTypeMask);
        if (type == NodeType::string) {
          strings_.want(columns_.name[parts[i]]);
        } else if (type == NodeType::concatenated_string) {
          for (std::size_t part = columns_.first_edge[parts[i]];
               part < columns_.first_edge[parts[i] + 1] && parts.size() < kMaxParts; ++part) {
            parts.push_back(columns_.edge_target[part] & GraphColumns::kTargetMask);
          }
        }
      }
    }
  }
}

std::optional<NamedRow> GraphBuilder::first_node_named_from(std::uint64_t string_count) const {
  if (max_name_ < string_count) {
    return std::nullopt;
  }
  for (std::size_t row = 0; row < columns_.node_count; ++row) {
    if (columns_.name[row] >= string_count) {
      return NamedRow{row, columns_.name[row]};
    }
  }
  return std::nullopt;
}

std::optional<NamedRow> GraphBuilder::first_edge_named_from(std::uint64_t string_count) const {
  if (max_name_ < string_count) {
    return std::nullopt;
  }
  for (std::size_t row = 0; row < columns_.edge_count; ++row) {
    const auto type = static_cast<EdgeType>(columns_.edge_target[row] >> GraphColumns::kTargetBits);
    if (SnapshotGraph::is_numbered(type)) {
      continue;
    }
    if (const std::uint32_t name = columns_.edge_name.get(row, false); name >= string_count) {
      return NamedRow{row, name};
    }
  }
  return std::nullopt;
}

}  // namespace heapdiff::parse
