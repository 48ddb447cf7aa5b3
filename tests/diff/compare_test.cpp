// Heaps of two processes: ids, order and addresses differ, shapes do not.

#include "heapdiff/diff/compare.h"

#include "heapdiff/diff/site.h"
#include "support/drawn_series.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::test;

namespace {

/// A drawn heap of a process of its own: `shift` moves all ids.
Heap process_heap(std::uint64_t shift, const std::function<void(Drawing&, std::uint32_t app)>& draw) {
  Drawing d;
  d.root = d.text.add_root();
  const std::uint32_t roots = d.node("synthetic", "(GC roots)", shift + 1, 0);
  d.edge(d.root, "element", "1", roots);
  d.global = d.node("object", "global / ", shift + 2, 1000);
  d.edge(d.root, "shortcut", "global", d.global);
  d.edge(roots, "element", "1", d.global);
  const std::uint32_t app = d.node("object", "App", shift + 3);
  d.edge(d.global, "property", "app", app);
  draw(d, app);
  return compute_heap(load_text(d.text.text()), {});
}

/// Items of a class in an array under a property.
void add_list(Drawing& d, std::uint32_t app, const char* property, const char* item, std::uint64_t count,
              std::uint64_t bytes, std::uint64_t id) {
  const std::uint32_t array = d.node("object", "Array", id, 32);
  d.edge(app, "property", property, array);
  const std::uint32_t store = d.node("array", "(object elements)", id + 1, 16 + 8 * count);
  d.edge(array, "internal", "elements", store);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t n = d.node("object", item, id + 2 + 2 * i, bytes);
    d.edge(store, "internal", fmt::format("{}", i), n);
    const std::uint32_t text = d.node("string", fmt::format("text {}", i), id + 3 + 2 * i, 64);
    d.edge(n, "property", "text", text);
  }
}

Comparison compare_two(const Heap& base, const Heap& now) {
  std::vector<Facts> old_facts;
  old_facts.push_back(collect(base));
  std::vector<Facts> new_facts;
  new_facts.push_back(collect(now));
  HeapShapes shapes;
  CompareSide old_side;
  old_side.facts = old_facts;
  old_side.columns = {shapes.add(base)};
  CompareSide new_side;
  new_side.facts = new_facts;
  new_side.columns = {shapes.add(now, true)};
  return shapes.compare(now, old_side, new_side);
}

std::int64_t sum_of_rows(const Comparison& c) {
  std::int64_t sum = c.unexplained_bytes;
  for (const CompareRow& row : c.rows) {
    sum += row.difference();
  }
  return sum;
}

}  // namespace

TEST_CASE("the surplus of another process is one row at its holder, and rows add up to the byte") {
  const Heap base = process_heap(100, [](Drawing& d, std::uint32_t app) {
    add_list(d, app, "jobs", "Job", 20, 1000, 5000);
    add_list(d, app, "pages", "Page", 300, 500, 90000);
  });
  const Heap now = process_heap(40, [](Drawing& d, std::uint32_t app) {
    add_list(d, app, "pages", "Page", 301, 500, 2000);
    add_list(d, app, "jobs", "Job", 400, 1000, 40000);
  });
  const Comparison c = compare_two(base, now);
  CHECK(c.difference() == 381 * 8 + 381 * 64 + 380 * 1000 + 500);
  CHECK(sum_of_rows(c) == c.difference());
  REQUIRE(!c.rows.empty());
  const CompareRow& row = c.rows.front();
  CHECK(row.difference() == 380 * (1000 + 64 + 8));
  CHECK(row.constructor == "Job");
  CHECK(row.base_objects == 20);
  CHECK(row.new_objects == 400);
  CHECK(!row.is_noise);
  CHECK(!row.is_new);
  REQUIRE(row.suspect);
  const Suspect& s = c.findings.suspects.at(*row.suspect);
  CHECK(s.kind == LeakKind::array_growth);
  CHECK(s.label == "jobs");
  CHECK(says(s.why, "380"));
  CHECK(!says(s.why, "came in between"));
  std::int64_t classes = 0;
  for (const CompareClass& row_of_class : c.classes) {
    classes += row_of_class.new_bytes - row_of_class.base_bytes;
  }
  CHECK(classes == c.difference());
}

TEST_CASE("a heap compared with itself has no difference and nothing above the noise") {
  const auto draw = [](Drawing& d, std::uint32_t app) { add_list(d, app, "jobs", "Job", 200, 1000, 5000); };
  const Comparison c = compare_two(process_heap(100, draw), process_heap(7, draw));
  CHECK(c.difference() == 0);
  CHECK(sum_of_rows(c) == 0);
  for (const CompareRow& row : c.rows) {
    CHECK(row.difference() == 0);
    CHECK(row.is_noise);
  }
  CHECK(c.findings.suspects.empty());
}

TEST_CASE("a comparison the other way round has the opposite differences") {
  const Heap small =
      process_heap(100, [](Drawing& d, std::uint32_t app) { add_list(d, app, "jobs", "Job", 20, 1000, 5000); });
  const Heap large =
      process_heap(9, [](Drawing& d, std::uint32_t app) { add_list(d, app, "jobs", "Job", 400, 1000, 5000); });
  const Comparison more = compare_two(small, large);
  const Comparison less = compare_two(large, small);
  CHECK(more.difference() == -less.difference());
  CHECK(more.rows.front().difference() == -less.rows.front().difference());
  CHECK(less.findings.suspects.empty());
}

TEST_CASE("a collection that the base does not have is the holder of what fills it") {
  const Heap base = process_heap(100, [](Drawing&, std::uint32_t) {});
  const Heap now =
      process_heap(9, [](Drawing& d, std::uint32_t app) { add_list(d, app, "jobs", "Job", 400, 1000, 5000); });
  const Comparison c = compare_two(base, now);
  const CompareRow& row = c.rows.front();
  CHECK(row.constructor == "Job");
  CHECK(row.holder == "Array");
  CHECK(row.is_new);
  CHECK(c.findings.suspects.at(*row.suspect).kind == LeakKind::array_growth);
}

TEST_CASE("a chain of any length is one shape") {
  const auto chain = [](std::uint64_t links) {
    return [links](Drawing& d, std::uint32_t app) {
      std::uint32_t at = app;
      for (std::uint64_t i = 0; i < links; ++i) {
        const std::uint32_t link = d.node("object", "Link", 1000 + 2 * i, 48);
        d.edge(at, "property", i == 0 ? "head" : "next", link);
        const std::uint32_t value = d.node("object", "Value", 1001 + 2 * i, 100);
        d.edge(link, "property", "value", value);
        at = value;  // the next link hangs from the value: a ring of two classes
        d.edge(link, "property", "value", value);
      }
    };
  };
  const Comparison c = compare_two(process_heap(10, chain(50)), process_heap(11, chain(30000)));
  CHECK(sum_of_rows(c) == c.difference());
  CHECK(c.rows.front().difference() > c.difference() * 9 / 10);
  CHECK(c.rows.size() < 20);
}

TEST_CASE("keys of a dictionary are data, also where they have no digit") {
  const auto dictionary = [](std::uint64_t keys, char first) {
    return [keys, first](Drawing& d, std::uint32_t app) {
      const std::uint32_t map = d.node("object", "Object", 500);
      d.edge(app, "property", "byUser", map);
      for (std::uint64_t i = 0; i < keys; ++i) {
        const std::string key{first, static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26 % 26),
                              static_cast<char>('a' + i / 676)};
        const std::uint32_t user = d.node("object", "User", 1000 + i, 800);
        d.edge(map, "property", key, user);
      }
    };
  };
  const Comparison c = compare_two(process_heap(10, dictionary(70, 'x')), process_heap(11, dictionary(900, 'y')));
  CHECK(c.rows.front().difference() == 830 * 800);
  CHECK(c.rows.front().constructor == "User");
}

TEST_CASE("several runs of each side give an interval, and a difference within it is noise") {
  std::vector<Heap> heaps;
  const std::vector<std::uint64_t> jobs = {200, 420, 150, 190, 400, 300};
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    heaps.push_back(process_heap(50 * i, [&](Drawing& d, std::uint32_t app) {
      add_list(d, app, "jobs", "Job", jobs[i], 1000, 5000);
      add_list(d, app, "pages", "Page", i < 3 ? 100 : 900, 1000, 90000);
    }));
  }
  HeapShapes shapes;
  std::vector<Facts> base_facts;
  std::vector<Facts> new_facts;
  CompareSide base;
  CompareSide now;
  for (std::size_t i = 0; i < heaps.size(); ++i) {
    (i < 3 ? base_facts : new_facts).push_back(collect(heaps[i]));
    (i < 3 ? base : now).columns.push_back(shapes.add(heaps[i], i + 1 == heaps.size()));
  }
  base.facts = base_facts;
  now.facts = new_facts;
  base.one_process = now.one_process = false;
  const Comparison c = shapes.compare(heaps.back(), base, now);
  CHECK(sum_of_rows(c) == c.difference());
  for (const CompareRow& row : c.rows) {
    if (row.kind == CompareRowKind::place && std::abs(row.difference()) > 100'000) {
      REQUIRE(row.interval);
      CHECK(row.is_noise == (row.constructor == "Job"));
      CHECK(row.base_levels.size() == 3);
    }
  }
}

TEST_CASE("growth per operation is the difference of what each side keeps for one") {
  const Heap base =
      process_heap(100, [](Drawing& d, std::uint32_t app) { add_list(d, app, "jobs", "Job", 100, 936, 5000); });
  const Heap now =
      process_heap(9, [](Drawing& d, std::uint32_t app) { add_list(d, app, "jobs", "Job", 1000, 936, 5000); });
  std::vector<Facts> old_facts;
  old_facts.push_back(collect(base));
  std::vector<Facts> new_facts;
  new_facts.push_back(collect(now));
  HeapShapes shapes;
  CompareSide old_side;
  old_side.facts = old_facts;
  old_side.columns = {shapes.add(base)};
  old_side.all_operations = 1000;
  CompareSide new_side;
  new_side.facts = new_facts;
  new_side.columns = {shapes.add(now, true)};
  new_side.all_operations = 2000;
  const Comparison c = shapes.compare(now, old_side, new_side);
  REQUIRE(c.rows.front().per_operation);
  CHECK(*c.rows.front().per_operation == doctest::Approx(403).epsilon(0.01));  // 504 of it, less 101
}

TEST_CASE("functions of minified builds have the names of their sources, whatever a minifier calls them") {
  const heapdiff_test::TemporaryFolder root;
  root.write("src/jobs.ts", "// Jobs\n\n\n\nfunction enqueue() {\n}\n\n\nfunction audit() {\n}\n");
  const auto write_build = [&](const std::string& name, const char* mappings) {
    root.write("dist/" + name, "function a(){}      function b(){}\n//# sourceMappingURL=" + name + ".map\n");
    root.write("dist/" + name + ".map",
               std::string(R"({"version":3,"sources":["../src/jobs.ts"],"names":["enqueue","audit"],"mappings":")") +
                   mappings + R"("})");
  };
  write_build("app.1f3a.js", "AAIAA,oBAIAC");  // `enqueue` (line 5) comes first and is `a`
  write_build("app.77b0.js", "AAQAC,oBAJAD");  // `audit` (line 9) comes first and is `a`
  const auto build = [](const char* script, std::uint64_t first, std::uint64_t second) {
    return [=](Drawing& d, std::uint32_t app) {
      const std::uint32_t code = d.node("code", script, 700);
      d.edge(code, "internal", "name", d.node("string", std::string("/srv/dist/") + script, 701));
      const auto function = [&](const char* name, std::uint32_t column, std::uint64_t jobs, std::uint64_t id) {
        const std::uint32_t shared = d.node("code", name, id);
        d.edge(shared, "internal", "script", code);
        const std::uint32_t closure = d.node("closure", name, id + 1, 64);
        d.edge(closure, "internal", "shared", shared);
        d.text.add_location(closure, 1, 0, column);
        d.edge(app, "property", name, closure);
        add_list(d, closure, "queue", "Job", jobs, 1000, 1000 * id);
      };
      function("a", 2, first, 710);
      function("b", 22, second, 720);
    };
  };
  const Heap base = process_heap(100, build("app.1f3a.js", 200, 50));
  const Heap now = process_heap(9, build("app.77b0.js", 50, 400));
  const auto most_grown = [&](const FunctionNamer& names) {
    std::vector<Facts> old_facts;
    old_facts.push_back(collect(base));
    std::vector<Facts> new_facts;
    new_facts.push_back(collect(now));
    HeapShapes shapes(names);
    CompareSide old_side;
    old_side.facts = old_facts;
    old_side.columns = {shapes.add(base)};
    CompareSide new_side;
    new_side.facts = new_facts;
    new_side.columns = {shapes.add(now, true)};
    const Comparison c = shapes.compare(now, old_side, new_side);
    CHECK(sum_of_rows(c) == c.difference());
    return c.rows.front().difference();
  };
  constexpr std::int64_t kJob = 1000 + 64 + 8;
  SourceRoot source(root.path.string(), {});
  CHECK(most_grown([&](const CodePlace& place, const std::string& name) {
          return source.function_name(place, name);
        }) == 200 * kJob);
  // Without the maps, `b` of one build is taken for `b` of the other, which is another function.
  CHECK(most_grown({}) == 350 * kJob);
}

TEST_CASE("the noise floor is 64 kB, and half a percent of a large heap") {
  CHECK(noise_floor_bytes(1'000'000, 2'000'000) == 64'000);
  CHECK(noise_floor_bytes(100'000'000, 90'000'000) == 500'000);
}
