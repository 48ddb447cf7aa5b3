// A shape with more objects than in the other heap begins a *point*, and what hangs below it belongs to the point as
// long as its number is explained by that of its parent. So 4,900 more listeners and their 4,900 closures, contexts and
// strings are one point. Points whose holders have the same folded path are one row.

#include "compare/row_finder.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "suspects/signature.h"
#include "v8/events.h"
#include "v8/machinery.h"
#include "v8/modules.h"
#include "v8/timers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

namespace heapdiff::compare {

namespace {

/// A shape has a point of its own below another point's when it has more than this many times the objects that its
/// parent's growth explains.
constexpr double kOwnGrowth = 2;
/// In a place that only one heap has: a shape with so many objects for each of its parent's accumulates there.
constexpr double kFanOut = 8;
/// A holder that leads to points by more labels than this is a dictionary: no class has so many fields.
constexpr std::size_t kMaxLabels = 16;
constexpr int kMaxStepsToEmitter = 3;
constexpr int kMaxSignatureSteps = 4;
/// With another version of the engine: its own objects of one place are a row of their own from this number on.
constexpr std::int64_t kManyOfEngine = 512;
/// Rows that are one, because an object moved: from this size on, and to this share of it.
constexpr std::int64_t kMinMovedBytes = 4096;
constexpr double kMaxMovedDifference = 0.02;
/// The row of all shapes that are the same in both heaps; the engine's is the one before.
constexpr std::uint32_t kUnchangedRow = 1;

/// Where the objects of a point hang.
struct Holder {
  std::uint32_t shape = ShapeTree::kRoot;
  std::string label;
};

class RowFinder {
 public:
  RowFinder(const ShapeTree& tree, const TextTable& texts, const ShapeColumn& base, const ShapeColumn& now)
      : tree_(tree), texts_(texts), base_(base), now_(now) {}

  FoundRows find(bool engine_differs) {
    engine_differs_ = engine_differs;
    found_.point_of.assign(tree_.size(), 0);
    found_.row_of.assign(tree_.size(), 0);
    found_.is_place.assign(tree_.size(), false);
    point_bytes_.assign(tree_.size(), 0);
    for (std::uint32_t t = 1; t < tree_.size(); ++t) {
      found_.point_of[t] = tree_.at(t).traits.is_overhead ? 0 : point_at(t);
      point_bytes_[found_.point_of[t]] += change_of(t);
    }
    found_.rows.resize(2);
    found_.rows[0].kind = CompareRowKind::engine;
    found_.rows[kUnchangedRow].kind = CompareRowKind::scattered;
    found_.signatures.resize(2);
    find_holders();
    for (std::uint32_t t = 1; t < tree_.size(); ++t) {
      found_.row_of[t] = row_at(t);
      add(t);
    }
    mark_places();
    merge_moved();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::int64_t count(const ShapeColumn& column, std::uint32_t t) const { return column.objects_of(t); }
  [[nodiscard]] std::int64_t change_of(std::uint32_t t) const {
    return static_cast<std::int64_t>(now_.bytes_of(t)) - static_cast<std::int64_t>(base_.bytes_of(t));
  }

  /// The point that shape `t` belongs to: itself, that of its parent, or none (0).
  [[nodiscard]] std::uint32_t point_at(std::uint32_t t) const {
    const std::uint32_t parent = tree_.at(t).parent;
    const std::uint32_t above = found_.point_of[parent];
    std::int64_t more = count(now_, t);
    std::int64_t less = count(base_, t);
    if (above == 0) {
      return more != less ? t : 0;
    }
    std::int64_t parent_more = count(now_, parent);
    std::int64_t parent_less = count(base_, parent);
    if (count(now_, above) < count(base_, above)) {
      std::swap(more, less);
      std::swap(parent_more, parent_less);
    }
    if (more <= less) {
      return above;
    }
    const double expected = parent_less == 0
                                ? kFanOut * static_cast<double>(std::max<std::int64_t>(parent_more, 1)) - 1
                                : kOwnGrowth * static_cast<double>(parent_more) / static_cast<double>(parent_less) *
                                      static_cast<double>(std::max<std::int64_t>(less, 1));
    return static_cast<double>(more) > expected ? t : above;
  }

  [[nodiscard]] const std::string& label(std::uint32_t t) const { return texts_.text(tree_.at(t).label); }
  [[nodiscard]] const std::string& class_name(std::uint32_t t) const { return texts_.text(tree_.at(t).class_name); }

  /// The nearest shape above `t` that a programmer would name, and the label below it.
  [[nodiscard]] Holder holder_of(std::uint32_t t) const {
    std::uint32_t below = t;
    std::uint32_t at = tree_.at(t).parent;
    const auto is_link = [&] {
      return tree_.at(at).class_name == tree_.at(below).class_name && tree_.at(at).label == tree_.at(below).label;
    };
    while (at != ShapeTree::kRoot && (tree_.at(at).traits.is_store || is_link())) {
      below = at;
      at = tree_.at(at).parent;
    }
    Holder holder{at, tree_.at(at).traits.is_store ? std::string("[]") : label(below)};
    if (tree_.at(below).traits.is_store && below != t) {
      holder.label = "[]";  // a dictionary and its store lead to the same entries
    }
    for (const std::string_view timer : {v8::kTimeoutClass, v8::kImmediateClass}) {
      // All timers hang in the same lists: only what they call tells one leak from another.
      if (class_name(t).starts_with(timer) && class_name(t).size() > timer.size()) {
        holder.label += class_name(t).substr(timer.size());
      }
    }
    std::uint32_t up = at;
    std::string event = label(below);
    for (int step = 0; step < kMaxStepsToEmitter && up != ShapeTree::kRoot; ++step) {
      if (label(up) == v8::kEventsProperty) {
        return {tree_.at(up).parent, fmt::format("{} {}", v8::kEventsProperty, event)};
      }
      event = label(up);
      up = tree_.at(up).parent;
    }
    if (holder.shape == ShapeTree::kRoot) {
      holder.label = class_name(below);
    }
    return holder;
  }

  /// The shape whose own bytes changed belongs to what it holds: a table to its owner.
  [[nodiscard]] std::uint32_t owner_of(std::uint32_t t) const {
    while (tree_.at(t).traits.is_store && tree_.at(t).parent != ShapeTree::kRoot) {
      t = tree_.at(t).parent;
    }
    return t;
  }

  /// Holders of all points; the labels of dictionaries become one; the largest point of each holder.
  void find_holders() {
    std::unordered_map<std::uint32_t, std::set<std::string>> labels;
    for (std::uint32_t t = 1; t < tree_.size(); ++t) {
      if (found_.point_of[t] != t) {
        continue;
      }
      Holder holder = holder_of(t);
      std::set<std::string>& known = labels[holder.shape];
      if (known.size() <= kMaxLabels) {
        known.insert(holder.label);
      }
      holders_.emplace(t, std::move(holder));
    }
    for (auto& [point, holder] : holders_) {
      if (holder.shape != ShapeTree::kRoot && labels[holder.shape].size() > kMaxLabels) {
        holder.label = holder.label.starts_with(v8::kEventsProperty) ? fmt::format("{} *", v8::kEventsProperty) : "[]";
      }
    }
    for (std::uint32_t t = 1; t < tree_.size(); ++t) {
      if (found_.point_of[t] == t) {
        std::uint32_t& largest = largest_point_[holders_.at(t).shape];
        if (largest == 0 || point_bytes_[t] > point_bytes_[largest]) {
          largest = t;
        }
      }
    }
  }

  [[nodiscard]] std::string signature_of(const Holder& holder) const {
    std::string text = holder.label;
    std::uint32_t at = holder.shape;
    for (int step = 0; step < kMaxSignatureSteps && at != ShapeTree::kRoot; ++step) {
      text += fmt::format(" < {} < {}", class_name(at), label(at));
      at = tree_.at(at).parent;
    }
    return suspects::stable_path(text);
  }

  /// The file in a class that names a function, a scope or a timer's callback: "src/cache.ts put"; empty for others.
  [[nodiscard]] std::string file_in(std::uint32_t t) const {
    std::string_view name = class_name(t);
    for (const std::string_view timer : {v8::kTimeoutClass, v8::kImmediateClass}) {
      if (name.starts_with(timer) && name.size() > timer.size()) {
        name.remove_prefix(timer.size() + 1);
      }
    }
    const std::size_t blank = name.find(' ');
    return blank == std::string_view::npos || v8::is_system_class(name) || name[0] == '('
               ? std::string()
               : std::string(name.substr(0, blank));
  }

  /// Whether only the engine's own objects are on the way to `t`.
  [[nodiscard]] bool is_of_engine(std::uint32_t t) const {
    for (; t != ShapeTree::kRoot; t = tree_.at(t).parent) {
      const std::string file = file_in(t);
      if (!file.empty() && !is_runtime_script(file) && file.find('.') != std::string::npos) {
        return false;
      }
    }
    return true;
  }

  std::uint32_t row_at(std::uint32_t t) {
    if (tree_.at(t).traits.is_overhead) {
      return 0;
    }
    const std::uint32_t point = found_.point_of[t];
    if (point != 0) {
      return row_of_point(point);
    }
    if (change_of(t) == 0) {
      return kUnchangedRow;
    }
    const std::uint32_t owner = owner_of(t);
    const auto largest = largest_point_.find(owner);
    if (largest != largest_point_.end()) {
      return row_of_point(largest->second);
    }
    return row_of({tree_.at(owner).parent, label(owner)}, owner,
                  signature_of({tree_.at(owner).parent, label(owner)}) + " = " + class_name(owner));
  }

  /// The file of the function or scope that a path begins with; empty for all other paths.
  [[nodiscard]] std::string script_above(std::uint32_t t) const {
    while (tree_.at(t).parent != ShapeTree::kRoot) {
      t = tree_.at(t).parent;
    }
    return file_in(t);
  }

  std::uint32_t row_of_point(std::uint32_t point) {
    const auto [at, is_new] = row_of_point_.try_emplace(point, 0);
    if (is_new) {
      const Holder& holder = holders_.at(point);
      const bool engines =
          engine_differs_ && is_of_engine(point) && std::max(count(now_, point), count(base_, point)) < kManyOfEngine;
      at->second = engines ? 0 : row_of(holder, point, signature_of(holder));
    }
    return at->second;
  }

  std::uint32_t row_of(const Holder& holder, std::uint32_t item, std::string signature) {
    const auto [at, is_new] = row_of_signature_.try_emplace(signature, static_cast<std::uint32_t>(found_.rows.size()));
    if (is_new) {
      CompareRow& row = found_.rows.emplace_back();
      row.label = holder.label;
      row.holder = holder.shape == ShapeTree::kRoot ? std::string() : class_name(holder.shape);
      found_.signatures.push_back(std::move(signature));
      item_of_.emplace(at->second, item);
    } else if (std::abs(point_bytes_[item]) > std::abs(point_bytes_[item_of_.at(at->second)])) {
      item_of_[at->second] = item;
    }
    return at->second;
  }

  void add(std::uint32_t t) {
    CompareRow& row = found_.rows[found_.row_of[t]];
    row.base_bytes += static_cast<std::int64_t>(base_.bytes_of(t));
    row.new_bytes += static_cast<std::int64_t>(now_.bytes_of(t));
  }

  /// New shapes on the way to a point that has most of their bytes: the place is new, and what fills it matters.
  void mark_places() {
    for (std::uint32_t t = 1; t < tree_.size(); ++t) {
      const std::uint32_t above = found_.point_of[tree_.at(t).parent];
      if (found_.point_of[t] != t || above == 0 || point_bytes_[t] <= point_bytes_[above]) {
        continue;
      }
      for (std::uint32_t at = tree_.at(t).parent; found_.point_of[at] == above; at = tree_.at(at).parent) {
        found_.is_place[at] = true;
      }
    }
    for (const auto& [row, item] : item_of_) {
      describe(found_.rows[row], item);
    }
    for (std::uint32_t t = 1; t < tree_.size(); ++t) {
      const auto item = item_of_.find(found_.row_of[t]);
      // A function and its scope are two points of one row: only the objects of the largest point's class are counted.
      if (found_.point_of[t] == t && item != item_of_.end() &&
          tree_.at(item->second).class_name == tree_.at(t).class_name) {
        found_.rows[item->first].base_objects += count(base_, t);
        found_.rows[item->first].new_objects += count(now_, t);
      }
    }
  }

  /// An object that several others refer to hangs below whichever of them a path reaches first, which may differ from
  /// run to run: as much of one class is more in one place and less in another. Both become one row.
  void merge_moved() {
    std::vector<std::uint32_t> more;
    std::vector<std::uint32_t> less;
    for (std::uint32_t r = kUnchangedRow + 1; r < found_.rows.size(); ++r) {
      const std::int64_t difference = found_.rows[r].difference();
      if (std::abs(difference) >= kMinMovedBytes) {
        (difference > 0 ? more : less).push_back(r);
      }
    }
    std::multimap<std::string, std::uint32_t> by_class;
    for (const std::uint32_t r : less) {
      by_class.emplace(found_.rows[r].constructor, r);
    }
    std::vector<std::uint32_t> moved_to(found_.rows.size());
    std::iota(moved_to.begin(), moved_to.end(), 0U);
    for (const std::uint32_t r : more) {
      CompareRow& row = found_.rows[r];
      const auto [first, last] = by_class.equal_range(row.constructor);
      const auto same = std::find_if(first, last, [&](const auto& entry) {
        const std::int64_t left = row.difference() + found_.rows[entry.second].difference();
        return static_cast<double>(std::abs(left)) <= kMaxMovedDifference * static_cast<double>(row.difference());
      });
      if (same == last) {
        continue;
      }
      CompareRow& other = found_.rows[same->second];
      row.base_bytes += std::exchange(other.base_bytes, 0);
      row.new_bytes += std::exchange(other.new_bytes, 0);
      row.base_objects += other.base_objects;
      row.new_objects += other.new_objects;
      moved_to[same->second] = r;
      by_class.erase(same);
    }
    for (std::uint32_t& row : found_.row_of) {
      row = moved_to[row];
    }
  }

  /// The class, the path and the script of a row, from the largest of its points.
  void describe(CompareRow& row, std::uint32_t item) const {
    row.constructor = class_name(item);
    row.script = script_above(item);
    for (std::uint32_t at = item; at != ShapeTree::kRoot; at = tree_.at(at).parent) {
      SuspectStep step;
      step.edge = label(at);
      step.edge_type = step.edge == "[]" ? EdgeType::element : EdgeType::property;
      step.node = class_name(at);
      row.path.push_back(std::move(step));
    }
    std::reverse(row.path.begin(), row.path.end());
  }

  const ShapeTree& tree_;
  const TextTable& texts_;
  const ShapeColumn& base_;
  const ShapeColumn& now_;
  bool engine_differs_ = false;
  FoundRows found_;
  std::vector<std::int64_t> point_bytes_;                           // by shape
  std::unordered_map<std::uint32_t, Holder> holders_;               // by point
  std::unordered_map<std::uint32_t, std::uint32_t> largest_point_;  // by shape of a holder
  std::unordered_map<std::uint32_t, std::uint32_t> row_of_point_;
  std::unordered_map<std::string, std::uint32_t> row_of_signature_;
  std::unordered_map<std::uint32_t, std::uint32_t> item_of_;  // by row: its largest point
};

}  // namespace

FoundRows find_rows(const ShapeTree& tree, const TextTable& texts, const ShapeColumn& base, const ShapeColumn& now,
                    bool engine_differs) {
  return RowFinder(tree, texts, base, now).find(engine_differs);
}

}  // namespace heapdiff::compare
