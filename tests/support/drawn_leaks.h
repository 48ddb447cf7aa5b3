#pragma once
// One drawn leak for each detector, with what is true of it, and changes that make a sentence of it untrue.

#include "support/drawn_series.h"

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::test {

/// A number that is known from how the heap was drawn.
struct DrawnTruth {
  FactKind kind;
  std::string subject;
  double value = 0;
};

/// A change of the heap, and the words that must not be said of it.
struct Mutation {
  std::string name;
  std::string gone;
};

struct DrawnLeak {
  std::string name;
  LeakKind kind;
  LeakCause cause = LeakCause::none;
  std::vector<std::uint64_t> holders;  ///< ids as drawn
  std::function<void(Drawing&, std::uint64_t, std::string_view)> draw;
  std::vector<DrawnTruth> truth;
  std::vector<Mutation> mutations;
};

inline std::uint64_t item_id(std::uint64_t i, std::uint64_t part = 0) { return kItems + kSpan * i + part; }

/// An object of the program with the property "held", which is the holder with id 11.
inline std::uint32_t holder_of(Drawing& d, const std::string& name, std::string_view mutation,
                               const char* type = "object") {
  const std::uint32_t app = d.node("object", "App", 10);
  d.edge(d.global, "property", "app", app);
  const std::uint64_t id = mutation == "new holder" ? 5600 + d.step : 11;
  const std::uint32_t held = d.node(type, name, id);
  d.edge(app, "property", "held", held);
  if (mutation == "others of the class") {
    const std::uint32_t others = d.node("object", "Array", 12);
    d.edge(app, "property", "others", others);
    for (std::uint64_t k = 0; k < 7 + 3 * (d.step % 2); ++k) {
      d.edge(others, "element", fmt::format("{}", k), d.node("object", "Profile", 6000 + 10 * d.step + k, 16));
    }
  }
  if (mutation == "others of the class let go" && d.step == 0) {  // as many elsewhere go as come here
    const std::uint32_t others = d.node("object", "Array", 12);
    d.edge(app, "property", "others", others);
    for (std::uint64_t k = 0; k < 400; ++k) {
      d.edge(others, "element", fmt::format("{}", k), d.node("object", "Profile", 6000 + k, 16));
    }
  }
  return held;
}

/// The first of `items` that is there: earlier ones went, where the mutation says so.
inline std::uint64_t first_item(std::uint64_t items, std::string_view mutation) {
  return mutation == "the first are gone" && items > 250 ? 190 : 0;
}

inline std::uint32_t function_at(Drawing& d, std::uint32_t literal, const char* name, std::uint64_t id,
                                 std::uint64_t bytes) {
  const std::uint32_t closure = d.node("closure", name, id, bytes);
  d.edge(closure, "internal", "shared", literal);
  return closure;
}

/// A function literal that nothing else refers to but code.
inline std::uint32_t literal(Drawing& d, const char* name, std::uint64_t id, const char* script = nullptr) {
  const std::uint32_t shared = d.node("code", name, id);
  d.edge(d.global, "internal", fmt::format("literal_{}", id), shared);
  if (script != nullptr) {
    const std::uint32_t of = d.node("code", "system / Script", id + 1);
    d.edge(shared, "internal", "script", of);
    d.edge(of, "internal", "name", d.node("string", script, id + 2));
  }
  return shared;
}

/// A scope of one of the runtime's own scripts, with a function that was written in it.
inline std::uint32_t runtime_scope(Drawing& d, const char* script, std::uint64_t id) {
  const std::uint32_t scope = d.node("object", "system / Context", id);
  const std::uint32_t shared = literal(d, "keep", id + 1, script);
  const std::uint32_t function = function_at(d, shared, "keep", id + 4, 64);
  d.edge(d.global, "property", fmt::format("runtime{}", id), function);
  d.edge(function, "internal", "context", scope);
  d.edge(scope, "context", "keep", function);
  d.text.add_location(function, 3, 9, 1);
  return scope;
}

inline std::vector<Mutation> collection_mutations(const std::string& holder) {
  std::vector<Mutation> mutations = {{"others of the class", "Nothing was released"},
                                     {"new holder", "one and the same " + holder}};
  if (holder != "Store") {
    mutations.push_back({"the first are gone", holder == "Array" ? "items of each interval" : "Not a bounded cache"});
  }
  return mutations;
}

inline DrawnLeak drawn_collection(const std::string& holder, const char* label, LeakKind kind) {
  DrawnLeak leak{holder, kind, LeakCause::none, {11}, {}, {}, collection_mutations(holder)};
  leak.draw = [holder, label](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t store = table_of(d, holder_of(d, holder, mutation), label, "");
    for (std::uint64_t i = first_item(items, mutation); i < items; ++i) {
      const std::uint32_t item = d.node("object", "Profile", item_id(i), 1000);
      d.edge(store, "internal", fmt::format("{}", i + 3), item);
      d.edge(item, "property", "address", d.node("object", "Address", item_id(i, 1), 64));
    }
  };
  leak.truth = {{FactKind::gained_directly, "Profile", 300}, {FactKind::gained_in_step, "Profile", 100}};
  return leak;
}

std::vector<DrawnLeak> drawn_leaks();

}  // namespace heapdiff::test
