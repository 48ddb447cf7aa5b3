#include "compare/grown_places.h"
#include "compare/row_finder.h"
#include "compare/row_levels.h"
#include "compare/shape_placer.h"
#include "heapdiff/diff/compare.h"
#include "heapdiff/snapshot/error.h"
#include "v8/functions.h"
#include "v8/roots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace heapdiff {

namespace {

using namespace compare;

constexpr std::size_t kMaxDescribed = 20;  // rows with a page of their own
constexpr std::size_t kMaxRows = 400;
/// Rows are listed down to this share of the noise floor; further ones as long as what is left is too large.
constexpr std::int64_t kListedShare = 8;
/// The largest part of the difference that may be left unexplained, as its divisor.
constexpr std::int64_t kUnexplainedShare = 20;

/// The name of a class for the table by constructor.
std::string class_for_table(const Shape& shape, const TextTable& texts) {
  if (shape.traits.is_function) {
    return std::string(v8::kFunctionClass);
  }
  const std::string& name = texts.text(shape.class_name);
  if (name.empty()) {
    return std::string(v8::kRootClass);
  }
  const std::size_t context = name.find(v8::kContextPrefix);
  if (context != std::string::npos) {
    return std::string(v8::kContextPrefix);
  }
  return name;
}

/// Puts rows that are too small into one row for each script, and into what is unexplained. `order`: rows, largest
/// first.
std::vector<std::uint32_t> choose_rows(FoundRows& found, const std::vector<std::uint32_t>& order, std::int64_t floor,
                                       Comparison& out) {
  const std::int64_t listed = floor / kListedShare;
  std::vector<std::uint32_t> chosen;
  std::map<std::string, CompareRow> small;  // by script
  std::int64_t rest = 0;
  const auto size_of = [&](std::uint32_t r) { return std::abs(found.rows[r].difference()); };
  for (const std::uint32_t r : order) {
    if (r > 0 && size_of(r) >= listed && chosen.size() < kMaxRows) {
      chosen.push_back(r);
    } else if (r > 1) {
      CompareRow& into = small[found.rows[r].script];
      into.base_bytes += found.rows[r].base_bytes;
      into.new_bytes += found.rows[r].new_bytes;
      rest += found.rows[r].difference();
    }
  }
  std::vector<CompareRow> scattered;
  for (auto& [script, row] : small) {
    row.kind = CompareRowKind::scattered;
    row.script = script;
    scattered.push_back(row);
  }
  std::stable_sort(scattered.begin(), scattered.end(), [](const CompareRow& a, const CompareRow& b) {
    return std::abs(a.difference()) > std::abs(b.difference());
  });
  // Places of one script that are small by themselves can be much together.
  const std::int64_t most = std::max(floor / 2, std::abs(out.difference()) / kUnexplainedShare);
  for (CompareRow& row : scattered) {
    if (std::abs(row.difference()) < listed && std::abs(rest) <= most) {
      break;
    }
    rest -= row.difference();
    out.rows.push_back(std::move(row));
  }
  out.unexplained_bytes = rest;
  return chosen;
}

}  // namespace

bool larger_difference(std::int64_t a, std::int64_t b) noexcept {
  return (a > 0) != (b > 0) ? a > 0 : std::abs(a) > std::abs(b);
}

std::int64_t noise_floor_bytes(std::int64_t base_bytes, std::int64_t new_bytes) noexcept {
  constexpr std::int64_t kSmallest = 64'000;
  return std::max(kSmallest, std::max(base_bytes, new_bytes) / 200);
}

struct HeapShapes::Impl {
  ShapeTree tree;
  TextTable texts;
  FunctionNamer names;
  std::vector<ShapeColumn> columns;
  std::vector<RuntimePositions> positions;  // by column
  std::string kept_digest;
  std::optional<RetainingTree> kept_tree;
  PlacedShapes kept_shapes;

  void place(const Heap& heap) {
    kept_shapes = {};
    kept_tree.reset();
    kept_tree.emplace(heap.graph, heap.distances.page_owned);
    kept_shapes = place_shapes(heap, *kept_tree, tree, texts, names);
    kept_digest = heap.input.digest;
  }

  void release() {
    kept_shapes = {};
    kept_tree.reset();
    kept_digest.clear();
  }

  void set_levels(Comparison& out, const FoundRows& found, const std::vector<std::uint32_t>& chosen,
                  const CompareSide& base, const CompareSide& now) const {
    std::vector<std::int64_t> position(found.rows.size(), -1);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      position[chosen[i]] = static_cast<std::int64_t>(i);
    }
    const auto fill = [&](const CompareSide& side, std::vector<double> CompareRow::*levels) {
      for (CompareRow& row : out.rows) {
        (row.*levels).assign(side.columns.size(), 0);
      }
      for (std::size_t k = 0; k < side.columns.size(); ++k) {
        const ShapeColumn& column = columns[side.columns[k]];
        for (std::uint32_t t = 1; t < tree.size(); ++t) {
          if (const std::int64_t at = position[found.row_of[t]]; at >= 0) {
            (out.rows[static_cast<std::size_t>(at)].*levels)[k] += static_cast<double>(column.bytes_of(t));
          }
        }
      }
    };
    fill(base, &CompareRow::base_levels);
    fill(now, &CompareRow::new_levels);
  }

  void set_classes(Comparison& out, const ShapeColumn& base, const ShapeColumn& now) const {
    std::map<std::string, CompareClass> classes;
    for (std::uint32_t t = 0; t < tree.size(); ++t) {
      if (base.objects_of(t) == 0 && now.objects_of(t) == 0) {
        continue;
      }
      CompareClass& c = classes[class_for_table(tree.at(t), texts)];
      c.base_bytes += static_cast<std::int64_t>(base.bytes_of(t));
      c.new_bytes += static_cast<std::int64_t>(now.bytes_of(t));
      c.base_objects += base.objects_of(t);
      c.new_objects += now.objects_of(t);
    }
    for (auto& [name, c] : classes) {
      c.name = name;
      out.classes.push_back(std::move(c));
    }
    std::stable_sort(out.classes.begin(), out.classes.end(), [](const CompareClass& a, const CompareClass& b) {
      return a.new_bytes - a.base_bytes > b.new_bytes - b.base_bytes;
    });
  }
};

HeapShapes::HeapShapes(FunctionNamer names) : impl_(std::make_unique<Impl>()) { impl_->names = std::move(names); }
HeapShapes::~HeapShapes() = default;
HeapShapes::HeapShapes(HeapShapes&&) noexcept = default;
HeapShapes& HeapShapes::operator=(HeapShapes&&) noexcept = default;

std::size_t HeapShapes::add(const Heap& heap, bool keep) {
  Impl& s = *impl_;
  s.place(heap);
  ShapeColumn column;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    column.add(s.kept_shapes.shape_of[i], heap.graph.self_size(NodeIndex(i)));
  }
  s.columns.push_back(std::move(column));
  s.positions.push_back(runtime_positions(heap.graph));
  if (!keep) {
    s.release();
  }
  return s.columns.size() - 1;
}

Comparison HeapShapes::compare(const Heap& newest, const CompareSide& base, const CompareSide& now) {
  Impl& s = *impl_;
  if (s.kept_digest.empty() || s.kept_digest != newest.input.digest) {
    s.place(newest);
  }
  const ShapeColumn& old_column = s.columns[base.columns.back()];
  const ShapeColumn& new_column = s.columns[now.columns.back()];
  Comparison out;
  out.base_bytes = static_cast<std::int64_t>(base.facts.back().total_bytes);
  out.new_bytes = static_cast<std::int64_t>(now.facts.back().total_bytes);
  out.noise_floor_bytes = noise_floor_bytes(out.base_bytes, out.new_bytes);
  out.engine_differs = s.positions[base.columns.back()].differs_from(s.positions[now.columns.back()]);
  FoundRows found = find_rows(s.tree, s.texts, old_column, new_column, out.engine_differs);

  std::vector<std::uint32_t> order(found.rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const std::int64_t x = std::abs(found.rows[a].difference());
    const std::int64_t y = std::abs(found.rows[b].difference());
    return x != y ? x > y : found.signatures[a] < found.signatures[b];
  });
  const std::vector<std::uint32_t> chosen = choose_rows(found, order, out.noise_floor_bytes, out);
  std::vector<CompareRow> scattered = std::exchange(out.rows, {});
  for (const std::uint32_t r : chosen) {
    out.rows.push_back(found.rows[r]);
  }
  out.rows.push_back(found.rows[0]);
  std::vector<std::uint32_t> all = chosen;
  all.push_back(0);
  s.set_levels(out, found, all, base, now);
  for (CompareRow& row : scattered) {
    row.base_levels = {static_cast<double>(row.base_bytes)};
    row.new_levels = {static_cast<double>(row.new_bytes)};
    out.rows.push_back(std::move(row));
  }
  for (CompareRow& row : out.rows) {
    row.is_new = row.kind == CompareRowKind::place && row.base_bytes == 0;
    judge_row(row, base, now, out.noise_floor_bytes);
  }
  // What is described: places that grew and are no noise; with nothing above the noise, the largest all the same.
  std::vector<std::uint32_t> described;
  std::vector<std::size_t> at;
  std::vector<std::size_t> by_growth;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (out.rows[i].difference() > 0 && out.rows[i].kind == CompareRowKind::place) {
      by_growth.push_back(i);
    }
  }
  std::stable_sort(by_growth.begin(), by_growth.end(),
                   [&](std::size_t a, std::size_t b) { return out.rows[a].difference() > out.rows[b].difference(); });
  for (const std::size_t i : by_growth) {
    if (described.size() < kMaxDescribed && !out.rows[i].is_noise) {
      described.push_back(chosen[i]);
      at.push_back(i);
    }
  }
  if (!described.empty()) {
    std::vector<Facts> two;
    two.push_back(without_objects(base.facts.back()));
    two.push_back(without_objects(now.facts.back()));
    out.findings.suspects =
        describe_grown({newest, *s.kept_tree, s.kept_shapes, s.tree, old_column, found, two}, described);
    for (std::size_t i = 0; i < at.size(); ++i) {
      CompareRow& row = out.rows[at[i]];
      row.suspect = i;
      // A class that copies EventEmitter's methods shows as "EventEmitter"; the emitter has its own name.
      const Suspect& described_as = out.findings.suspects[i];
      row.holder = described_as.emitter.empty() ? described_as.holder : described_as.emitter;
      row.constructor = described_as.constructor;
    }
  }
  std::stable_sort(out.rows.begin(), out.rows.end(), [&](const CompareRow& a, const CompareRow& b) {
    const auto rank = [&](const CompareRow& row) { return row.kind == CompareRowKind::engine && out.engine_differs; };
    return rank(a) != rank(b) ? rank(b) : larger_difference(a.difference(), b.difference());
  });
  s.set_classes(out, old_column, new_column);
  std::int64_t sum = out.unexplained_bytes;
  for (const CompareRow& row : out.rows) {
    sum += row.difference();
  }
  if (sum != out.difference()) {
    throw Error(ErrorKind::internal,
                fmt::format("the rows add up to {} bytes, and the heaps differ by {}", sum, out.difference()));
  }
  s.release();
  return out;
}

}  // namespace heapdiff
