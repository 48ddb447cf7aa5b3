#include "compare/shape_tree.h"

#include <utility>

namespace heapdiff::compare {

namespace {

constexpr int kMaxFoldedSteps = 8;          // of a ring: promise, reaction, closure, context ...
constexpr std::uint16_t kMaxDepth = 400;    // deeper objects count for the shape at this depth
constexpr std::size_t kMaxShapes = 500000;  // a program has some ten thousand; further ones count for their parents

std::size_t mix(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name) {
  std::uint64_t h = (std::uint64_t{parent} << 32U | label) * 0x9E3779B97F4A7C15ULL;
  h ^= h >> 29U;
  h = (h + class_name) * 0xBF58476D1CE4E5B9ULL;
  return static_cast<std::size_t>(h ^ (h >> 32U));
}

}  // namespace

std::uint32_t TextTable::number_of(std::string_view text) {
  const auto [at, is_new] = numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) {
    texts_.push_back(&at->first);
  }
  return at->second;
}

void ShapeColumn::add(std::uint32_t shape, std::uint64_t self_size) {
  if (shape >= objects.size()) {
    objects.resize(shape + 1 + objects.size() / 2);
    bytes.resize(objects.size());
  }
  ++objects[shape];
  bytes[shape] += self_size;
}

ShapeTree::ShapeTree() : shapes_(1), slots_(std::size_t{1} << 12U) {}

ShapeTree::Slot& ShapeTree::slot_of(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = mix(parent, label, class_name) & mask;
  while (slots_[at].shape != 0 &&
         (slots_[at].parent != parent || slots_[at].label != label || slots_[at].class_name != class_name)) {
    at = (at + 1) & mask;
  }
  return slots_[at];
}

void ShapeTree::grow() {
  std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  for (const Slot& slot : old) {
    if (slot.shape != 0) {
      slot_of(slot.parent, slot.label, slot.class_name) = slot;
    }
  }
}

std::uint32_t ShapeTree::folded(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name) const {
  const Shape& above = shapes_[parent];
  std::uint32_t at = parent;
  for (int step = 0; step < kMaxFoldedSteps && at != kRoot; ++step) {
    const Shape& shape = shapes_[at];
    const Shape& before = shapes_[shape.parent];
    if (shape.label == label && shape.class_name == class_name && shape.parent != kRoot &&
        before.label == above.label && before.class_name == above.class_name) {
      return at;
    }
    at = shape.parent;
  }
  return kRoot;
}

std::uint32_t ShapeTree::child(std::uint32_t parent, std::uint32_t label, std::uint32_t class_name,
                               ShapeTraits traits) {
  Slot& known = slot_of(parent, label, class_name);
  if (known.shape != 0) {
    return known.shape;
  }
  if (parent != kRoot && (shapes_[parent].depth >= kMaxDepth || shapes_.size() >= kMaxShapes)) {
    return parent;
  }
  std::uint32_t made = parent == kRoot ? kRoot : folded(parent, label, class_name);
  if (made == kRoot) {
    made = static_cast<std::uint32_t>(shapes_.size());
    const auto depth = static_cast<std::uint16_t>(shapes_[parent].depth + 1);
    shapes_.push_back({parent, label, class_name, depth, traits});
  }
  known = {parent, label, class_name, made};
  if (++used_ * 2 > slots_.size()) {
    grow();
  }
  return made;
}

}  // namespace heapdiff::compare
