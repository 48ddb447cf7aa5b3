#pragma once
// The shapes of the objects of several snapshots: which folded path leads to an object, and of which class it is.
//
// A shape is a node of a tree: below its parent's shape, an edge label and a class. Snapshots of different processes
// share the tree, because nothing in it is an id or an address. Chains and rings are folded: where a label and a class
// follow the same two again as above, the path goes back to the shape above. So the tree is as large as a program has
// places, and not as large as its heap.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heapdiff::compare {

/// Texts as numbers. Equal texts have equal numbers.
class TextTable {
 public:
  [[nodiscard]] std::uint32_t number_of(std::string_view text);
  [[nodiscard]] const std::string& text(std::uint32_t number) const { return *texts_[number]; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<const std::string*> texts_;  // keys of numbers_, which do not move
};

/// What one snapshot has of each shape; a shape beyond the end has nothing.
struct ShapeColumn {
  std::vector<std::uint32_t> objects;
  std::vector<std::uint64_t> bytes;  ///< self sizes

  void add(std::uint32_t shape, std::uint64_t self_size);
  [[nodiscard]] std::uint32_t objects_of(std::uint32_t shape) const noexcept {
    return shape < objects.size() ? objects[shape] : 0;
  }
  [[nodiscard]] std::uint64_t bytes_of(std::uint32_t shape) const noexcept {
    return shape < bytes.size() ? bytes[shape] : 0;
  }
};

struct ShapeTraits {
  bool is_overhead = false;  ///< the engine's: compiled code, feedback, hidden classes and what only they reach
  bool is_store = false;     ///< a backing store: a reader wants to see its owner
  bool is_function = false;
};

struct Shape {
  std::uint32_t parent = 0;
  std::uint32_t label = 0;       ///< text of the edge from the parent; of a shape that is known by itself, empty
  std::uint32_t class_name = 0;  ///< text
  std::uint16_t depth = 0;
  ShapeTraits traits;
};

class ShapeTree {
 public:
  ShapeTree();

  static constexpr std::uint32_t kRoot = 0;
  /// The shape of this label and class below `parent`, made when it is new. O(1), amortised.
  [[nodiscard]] std::uint32_t child(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name,
                                    ShapeTraits traits);
  [[nodiscard]] const Shape& at(std::uint32_t shape) const noexcept { return shapes_[shape]; }
  /// A parent comes before its children.
  [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(shapes_.size()); }

 private:
  [[nodiscard]] std::uint32_t folded(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name) const;
  void grow();

  struct Slot {
    std::uint32_t parent = 0;
    std::uint32_t label = 0;
    std::uint32_t class_name = 0;
    std::uint32_t shape = 0;  // 0: empty, as nothing leads to the root
  };
  [[nodiscard]] Slot& slot_of(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name);

  std::vector<Shape> shapes_;
  std::vector<Slot> slots_;  // open addressing
  std::size_t used_ = 0;
};

}  // namespace heapdiff::compare
