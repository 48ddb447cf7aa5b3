#pragma once
// Small drawn heaps of a program that grows: two snapshots and more, ids kept from one to the next.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

namespace heapdiff::test {

/// A drawn heap while it is drawn: ids stay with what they were given to, whatever comes between.
struct Drawing {
  SnapshotText text;
  std::uint32_t root = 0;
  std::uint32_t global = 0;
  std::uint32_t step = 0;   ///< 0 for the first snapshot
  std::uint64_t scale = 1;  ///< of all sizes

  std::uint32_t node(const char* type, const std::string& name, std::uint64_t id, std::uint64_t bytes = 32,
                     unsigned detached = 0) {
    return text.add_node(type, name, scale * bytes, 2 * id + 1, detached);
  }
  void edge(std::uint32_t from, const char* type, const std::string& name, std::uint32_t to) {
    text.add_edge(from, type, name, to);
  }
};

inline constexpr std::uint64_t kItems = 100000;  // ids of items start here
inline constexpr std::uint64_t kSpan = 8;        // ids that one item may use

/// Draws `snapshots` heaps of one program; `draw` gets each and the number of items at that time.
inline Findings grow(std::size_t snapshots, const std::function<void(Drawing&, std::uint64_t)>& draw,
                     const std::function<std::uint64_t(std::size_t)>& items, Heap* last_heap = nullptr,
                     std::vector<std::string>* texts = nullptr) {
  std::vector<Facts> facts;
  std::vector<double> hours;
  Heap last;
  for (std::size_t k = 0; k < snapshots; ++k) {
    Drawing d;
    d.step = static_cast<std::uint32_t>(k);
    d.root = d.text.add_root();
    const std::uint32_t roots = d.node("synthetic", "(GC roots)", 1, 0);
    d.edge(d.root, "element", "1", roots);
    d.global = d.node("object", "global / ", 2, 1000);
    d.edge(d.root, "shortcut", "global", d.global);
    d.edge(roots, "element", "1", d.global);
    draw(d, items(k));
    const std::string text = d.text.text();
    if (texts != nullptr) {
      texts->push_back(text);
    }
    last = compute_heap(load_text(text), {});
    facts.push_back(collect(last));
    hours.push_back(static_cast<double>(k));
  }
  Findings findings = find_suspects(last, facts, clocks_of(facts.size(), {}, hours));
  if (last_heap != nullptr) {
    *last_heap = std::move(last);
  }
  return findings;
}

/// Draws one heap, and lists its accumulations.
inline Findings pile_up(const std::function<void(Drawing&)>& draw) {
  Drawing d;
  d.root = d.text.add_root();
  const std::uint32_t roots = d.node("synthetic", "(GC roots)", 1, 0);
  d.edge(d.root, "element", "1", roots);
  d.global = d.node("object", "global / ", 2, 1000);
  d.edge(d.root, "shortcut", "global", d.global);
  d.edge(roots, "element", "1", d.global);
  draw(d);
  const Heap heap = compute_heap(load_text(d.text.text()), {});
  return find_accumulations(heap, collect(heap));
}

inline std::uint64_t steadily(std::size_t k) { return 100 + 100 * k; }

inline Suspect first(const Findings& findings) {
  REQUIRE(!findings.suspects.empty());
  return findings.suspects.front();
}

/// A program object `owner` of class `App` under the global object, with `collection` as its property "held".
inline std::uint32_t collection(Drawing& d, const char* type, const char* name) {
  const std::uint32_t app = d.node("object", "App", 10);
  d.edge(d.global, "property", "app", app);
  const std::uint32_t held = d.node(type, name, 11);
  d.edge(app, "property", "held", held);
  return held;
}

/// Items under `store`, each with a payload of its own.
inline void fill(Drawing& d, std::uint32_t store, const char* edge, const char* type, const std::string& name,
                 std::uint64_t items, std::uint64_t bytes = 1000) {
  for (std::uint64_t i = 0; i < items; ++i) {
    const std::uint32_t item = d.node(type, name, kItems + kSpan * i, bytes);
    d.edge(store, edge, fmt::format("{}", i + 3), item);
  }
}

inline std::uint32_t table_of(Drawing& d, std::uint32_t holder, const char* label, const char* name) {
  // Reallocated when it grows: a new id in each snapshot.
  const std::uint32_t table = d.node("array", name, 5000 + d.step, 64);
  d.edge(holder, "internal", label, table);
  return table;
}

inline bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace heapdiff::test
