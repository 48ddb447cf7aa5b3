#pragma once
// A process that holds texts in every place that a heap has for one, and under each of them more objects at each step.

#include "support/snapshot_text.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace heapdiff::test {

/// A text, and the content of a string that is held next to it.
struct PlantedText {
  std::string name;
  std::string content;
};

/// Each name becomes a class, a closure, a function, a script, a property, an event, a key of a dictionary, and a
/// variable; each content the text of a string.
class PlantedProcess {
 public:
  explicit PlantedProcess(std::vector<PlantedText> planted) : planted_(std::move(planted)) {
    text_.add_root();
    const auto roots = text_.add_node("synthetic", "(GC roots)");
    text_.add_edge(0, "element", 1, roots);
    const auto dictionary = text_.add_node("object", "Object", 32);
    text_.add_edge(roots, "element", 1, dictionary);
    for (const PlantedText& plant : planted_) {
      const std::string& name = plant.name;
      const auto emitter = text_.add_node("object", name, 64);
      const auto events = text_.add_node("object", "Object", 32);
      const auto list = text_.add_node("object", "Array", 32);
      const auto elements = text_.add_node("array", "(object elements)", 64);
      const auto code = text_.add_node("code", name, 64);
      const auto script = text_.add_node("code", name, 64);
      const auto context = text_.add_node("object", "system / Context", 32);
      text_.add_edge(roots, "property", name, emitter);
      text_.add_edge(emitter, "property", "_events", events);
      text_.add_edge(events, "property", name, list);
      text_.add_edge(list, "internal", "elements", elements);
      text_.add_edge(context, "context", name, emitter);
      text_.add_edge(code, "internal", "script_or_debug_info", script);
      text_.add_edge(dictionary, "property", name, emitter);
      lists_.push_back(elements);
      codes_.push_back(code);
      contexts_.push_back(context);
      text_.add_edge(emitter, "property", "own", text_.add_node("string", plant.content, 40));
    }
  }
  void grow() {
    constexpr std::uint32_t kEach = 60;
    for (std::uint32_t i = 0; i < lists_.size(); ++i) {
      for (std::uint32_t k = 0; k < kEach; ++k) {
        const auto closure = text_.add_node("closure", planted_[i].name, 200 + 3 * i);
        text_.add_edge(lists_[i], "element", step_ * kEach + k, closure);
        text_.add_edge(closure, "internal", "shared", codes_[i]);
        text_.add_edge(closure, "internal", "context", contexts_[i]);
        text_.add_location(closure, 3 + i, 10, 4);
        text_.add_edge(closure, "property", planted_[i].name, text_.add_node("string", planted_[i].content, 24));
        text_.add_edge(closure, "property", "held", text_.add_node("object", planted_[i].name, 48));
      }
    }
    ++step_;
  }
  [[nodiscard]] std::string text() const { return text_.text(); }
  [[nodiscard]] std::uint64_t first_emitter() const { return text_.id(3); }

 private:
  std::vector<PlantedText> planted_;
  SnapshotText text_;
  std::vector<std::uint32_t> lists_;
  std::vector<std::uint32_t> codes_;
  std::vector<std::uint32_t> contexts_;
  std::uint32_t step_ = 0;
};

/// Writes one snapshot of `process` for each name of a file, growing between them.
inline void write_series(PlantedProcess process, const std::filesystem::path& folder,
                         const std::vector<std::string>& names) {
  std::filesystem::create_directories(folder);
  for (const std::string& name : names) {
    process.grow();
    std::ofstream(folder / name) << process.text();
  }
}

}  // namespace heapdiff::test
