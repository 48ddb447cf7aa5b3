#include "redact/text_uses.h"

#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <array>
#include <bit>

namespace heapdiff::redaction {
namespace {

using parse::ArrayBlock;
using parse::NamedRow;
using parse::RowChecks;

// Classes that people write have fewer properties. An object with more edges is a dictionary: its property names are
// keys of data.
constexpr std::uint32_t kMaxClassEdges = 64;

}  // namespace

Use use_of_name(NodeType type) noexcept {
  switch (type) {
    case NodeType::string:
    case NodeType::concatenated_string:
    case NodeType::sliced_string:
      return kValue;
    case NodeType::symbol:
      return kProperty;
    default:
      return kName;
  }
}

std::optional<std::uint64_t> TextUses::entry(std::uint64_t string, Use use) const noexcept {
  if (string >= string_count || (of[string] & use) == 0) {
    return std::nullopt;
  }
  const unsigned before = of[string] & (static_cast<unsigned>(use) - 1);
  return first_entry[string] + static_cast<unsigned>(std::popcount(before));
}

void UseCollector::on_header(const SnapshotMeta& meta) { meta_ = &meta; }

void UseCollector::note(std::uint64_t string, Use use) noexcept {
  // The reader refuses a larger index at the end of the file.
  if (string < uses_.of.size()) {
    uses_.of[string] = static_cast<std::uint8_t>(uses_.of[string] | use);
  }
}

void UseCollector::on_nodes_begin(std::uint64_t max_rows) {
  const auto n = static_cast<std::size_t>(max_rows);
  uses_.nodes.type = Column<NodeType>(n);
  uses_.nodes.first_edge = Column<std::uint32_t>(n + 1);
  names_ = Column<std::uint32_t>(n);
}

std::uint64_t UseCollector::parse_nodes(const ArrayBlock& block, const RowChecks& checks) {
  std::array<Use, 256> use_of{};
  for (std::size_t type = 0; type < use_of.size(); ++type) {
    use_of[type] = use_of_name(meta_->node_type_of[type]);
  }
  return parse::with_node_layout(*meta_, [&]<std::uint32_t Stride, bool V8Order>() {
    return checks.parse_nodes<Stride, V8Order>(block, [&](std::uint64_t row, const auto& v, const auto& at) {
      const std::uint64_t type = v[at.type];
      const std::uint64_t name = v[at.name];
      uses_.nodes.type[row] = meta_->node_type_of[type];
      uses_.nodes.first_edge[row + 1] = static_cast<std::uint32_t>(v[at.edge_count]);
      names_[row] = static_cast<std::uint32_t>(name);
      note(name, use_of[type]);
      if (__builtin_add_overflow(size_sum_, v[at.self_size], &size_sum_) && !size_overflow_row_) {
        size_overflow_row_ = row;
      }
    });
  });
}

void UseCollector::on_nodes_end(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) {
  uses_.nodes.node_count = rows;
  checks.end_nodes(size_overflow_row_, uses_.nodes.first_edge, end_offset);
}

void UseCollector::on_edges_begin(std::uint64_t /*max_rows*/) { owner_.emplace(uses_.nodes); }

std::uint64_t UseCollector::parse_edges(const ArrayBlock& block, const RowChecks& checks) {
  return parse::with_edge_layout(*meta_, [&]<bool V8Order, std::uint32_t NodeStride>() {
    return checks.parse_edges<V8Order, NodeStride>(
        block, [&](std::uint64_t row, const auto& v, const auto& at, std::uint64_t target) {
          const std::uint64_t type = v[at.type];
          if (meta_->edge_name_is_number[type]) {
            return;
          }
          const auto name = static_cast<std::uint32_t>(v[at.name]);
          edge_names_.add(name, static_cast<std::uint32_t>(row));
          // An edge of no node is refused when the section ends.
          if (const auto from = owner_->of(row)) {
            add_named_edge(*from, name, meta_->edge_type_of[type], static_cast<std::size_t>(target));
          }
        });
  });
}

void UseCollector::add_named_edge(std::size_t from, std::uint32_t name, EdgeType type, std::size_t to) {
  const NodeTable& nodes = uses_.nodes;
  const NodeType owner = nodes.type[from];
  const bool property = type == EdgeType::property;
  if (property && owner == NodeType::object && nodes.edges_of(from) > kMaxClassEdges) {
    wide_.push_back({static_cast<std::uint32_t>(from), name, nodes.type[to]});
  } else {
    note(name, property ? kProperty : kName);
  }
  if (owner == NodeType::code && use_of_name(nodes.type[to]) == kValue) {
    held_by_code_.emplace_back(name, static_cast<std::uint32_t>(to));
  } else if (owner == NodeType::concatenated_string) {
    parts_.emplace_back(static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to));
  }
}

void UseCollector::on_edges_end(std::uint64_t rows, const RowChecks& checks, std::uint64_t end_offset) {
  uses_.nodes.edge_count = rows;
  checks.end_edges(rows, uses_.nodes.first_edge, end_offset);
}

void UseCollector::on_trace_function(const TraceFunction& function, parse::RowValues /*row*/) {
  note(function.name.get(), kName);
  note(function.script_name.get(), kName);
}

void UseCollector::on_string(std::uint64_t index, const std::string& text, std::uint64_t /*end_offset*/) {
  // V8 gives these names to the edges from code to its own name.
  if (text == "name" || text == "name_or_scope_info" || text == "inferred_name" || text == "function_identifier") {
    name_edges_.insert(index);
  } else if (text == "Object") {
    object_name_ = index;
  } else if (text == "constructor") {
    constructor_name_ = index;
  }
}

std::optional<NamedRow> UseCollector::first_node_named_from(std::uint64_t string_count) const {
  for (std::size_t row = 0; row < uses_.nodes.node_count; ++row) {
    if (names_[row] >= string_count) {
      return NamedRow{row, names_[row]};
    }
  }
  return std::nullopt;
}

std::optional<NamedRow> UseCollector::first_edge_named_from(std::uint64_t string_count) const {
  const auto edge = edge_names_.find(string_count);
  return edge ? std::optional(NamedRow{edge->row, edge->value}) : std::nullopt;
}

void UseCollector::mark_names_of_code() {
  // A script's name that was put together ("file://" + path) is a tree of strings.
  std::sort(parts_.begin(), parts_.end());
  std::vector<std::uint32_t> open;
  std::unordered_set<std::uint32_t> done;
  for (const auto& [edge, node] : held_by_code_) {
    if (name_edges_.contains(edge)) {
      open.push_back(node);
    }
  }
  while (!open.empty()) {
    const std::uint32_t node = open.back();
    open.pop_back();
    if (!done.insert(node).second || use_of_name(uses_.nodes.type[node]) != kValue) {
      continue;
    }
    note(names_[node], kCodeName);
    for (auto part = std::lower_bound(parts_.begin(), parts_.end(), std::pair{node, std::uint32_t{0}});
         part != parts_.end() && part->first == node; ++part) {
      open.push_back(part->second);
    }
  }
}

void UseCollector::mark_keys() {
  uses_.dictionary.resize(uses_.nodes.node_count);
  for (const WideEdge& edge : wide_) {
    uses_.dictionary[edge.owner] = names_[edge.owner] == object_name_;
  }
  // The prototype of a large class has as many properties as a dictionary. Only the prototype has a constructor.
  for (const WideEdge& edge : wide_) {
    if (edge.name == constructor_name_ && edge.target == NodeType::closure) {
      uses_.dictionary[edge.owner] = false;
    }
  }
  for (const bool keys : {false, true}) {
    for (const WideEdge& edge : wide_) {
      if (uses_.dictionary[edge.owner] == keys && (uses_.of[edge.name] & kProperty) == 0) {
        note(edge.name, keys ? kKey : kProperty);
      }
    }
  }
}

TextUses UseCollector::finish(std::uint64_t string_count, const std::string& file) {
  uses_.string_count = string_count;
  mark_names_of_code();
  mark_keys();
  uses_.first_entry = Column<std::uint32_t>(string_count);
  std::uint64_t entries = 0;
  for (std::uint64_t string = 0; string < string_count; ++string) {
    std::uint8_t& use = uses_.of[string];
    use = use == 0 ? std::uint8_t{kName} : use;  // V8's "<dummy>", which nothing uses
    if (entries > UINT32_MAX) {
      throw Error(ErrorKind::limit, file, std::nullopt, "expected fewer than 2^32 strings");
    }
    uses_.first_entry[string] = static_cast<std::uint32_t>(entries);
    entries += static_cast<unsigned>(std::popcount(static_cast<std::uint8_t>(use & ~kCodeName)));
  }
  return std::move(uses_);
}

}  // namespace heapdiff::redaction
