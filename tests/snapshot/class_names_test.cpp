// Class names as DevTools' Summary view shows them.

#include "heapdiff/snapshot/class_names.h"

#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

namespace {

std::string class_of_single(std::string_view type, std::string_view name, unsigned detachedness = 0) {
  SnapshotText text;
  text.add_root();
  const auto node = text.add_node(type, name, 8, 0, detachedness);
  text.add_edge(0, "element", 0, node);
  const LoadedSnapshot loaded = load_text(text.text());
  return std::string(compute_classes(loaded.graph, {}).name(NodeIndex(node)));
}

}  // namespace

TEST_CASE("objects go by their name, everything else by its kind") {
  CHECK(class_of_single("object", "UserProfile") == "UserProfile");
  CHECK(class_of_single("string", "secret") == "(string)");
  CHECK(class_of_single("concatenated string", "secret") == "(concatenated string)");
  CHECK(class_of_single("sliced string", "secret") == "(sliced string)");
  CHECK(class_of_single("closure", "handler") == "Function");
  CHECK(class_of_single("regexp", "/x/") == "RegExp");
  CHECK(class_of_single("hidden", "system / Map") == "(system)");
  CHECK(class_of_single("code", "(code)") == "(compiled code)");
  CHECK(class_of_single("number", "heap number") == "(number)");
  CHECK(class_of_single("array", "") == "(array)");
}

TEST_CASE("elements lose their attributes, and detached ones say so") {
  CHECK(class_of_single("native", "<div id=\"a\" class=\"b\">") == "<div>");
  CHECK(class_of_single("native", "<div>") == "<div>");
  CHECK(class_of_single("native", "<div id=\"a\">", 2) == "Detached <div>");
  CHECK(class_of_single("native", "Window", 2) == "Detached Window");
  CHECK(class_of_single("native", "Window", 1) == "Window");
  CHECK(class_of_single("object", "Window", 2) == "Window");
}

TEST_CASE("plain objects of one shape get the shape's name, rare shapes stay Object") {
  SnapshotText text;
  text.add_root();
  const auto value = text.add_node("string", "v", 8);
  std::vector<std::uint32_t> pairs;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto object = text.add_node("object", "Object", 8);
    text.add_edge(0, "element", i, object);
    text.add_edge(object, "property", "id", value);
    text.add_edge(object, "property", "na,me", value);
    text.add_edge(object, "property", "__proto__", value);
    pairs.push_back(object);
  }
  const auto single = text.add_node("object", "Object", 8);
  text.add_edge(0, "element", 9, single);
  text.add_edge(single, "property", "only", value);
  const LoadedSnapshot loaded = load_text(text.text());
  const auto interfaces = infer_interfaces(loaded.graph);
  REQUIRE(interfaces.size() == 1);
  CHECK(interfaces[0].name == "{id, \"na,me\"}");
  const ClassTable classes = compute_classes(loaded.graph, interfaces);
  CHECK(classes.name(NodeIndex(pairs[0])) == "{id, \"na,me\"}");
  CHECK(classes.of(NodeIndex(pairs[0])) == classes.of(NodeIndex(pairs[2])));
  CHECK(classes.name(NodeIndex(single)) == "Object");
}

TEST_CASE("an object takes the fitting definition with the most properties") {
  SnapshotText text;
  text.add_root();
  const auto value = text.add_node("string", "v", 8);
  const auto object = text.add_node("object", "Object", 8);
  text.add_edge(0, "element", 0, object);
  for (const char* name : {"c", "a", "b"}) {
    text.add_edge(object, "property", name, value);
  }
  const LoadedSnapshot loaded = load_text(text.text());
  const std::vector<InterfaceDefinition> given{{"{a}", {"a"}}, {"{c, a}", {"c", "a"}}, {"{a, x}", {"a", "x"}}};
  CHECK(compute_classes(loaded.graph, given).name(NodeIndex(object)) == "{c, a}");
}

TEST_CASE("classes of one name that stand in different places stay apart") {
  SnapshotText text;
  text.add_root();
  const auto a = text.add_node("object", "Cache", 8);
  const auto b = text.add_node("object", "Cache", 8);
  const auto c = text.add_node("object", "Cache", 8);
  for (const auto node : {a, b, c}) {
    text.add_edge(0, "element", node, node);
  }
  text.add_location(a, 7, 10, 2);
  text.add_location(b, 7, 90, 2);
  text.add_location(c, 7, 10, 2);
  const LoadedSnapshot loaded = load_text(text.text());
  const ClassTable classes = compute_classes(loaded.graph, {});
  CHECK(classes.of(NodeIndex(a)) == classes.of(NodeIndex(c)));
  CHECK(classes.of(NodeIndex(a)) != classes.of(NodeIndex(b)));
  CHECK(classes.info(classes.of(NodeIndex(a))).key() == "7,10,2,Cache");
}
