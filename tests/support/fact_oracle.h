#pragma once
// What the facts of a drawn leak have to be, counted on plain lists.

#include "support/drawn_leaks.h"
#include "support/plain_heap.h"

#include <optional>
#include <string>
#include <vector>

namespace heapdiff::test {

class FactOracle {
 public:
  /// `holders` are ids as drawn; empty: all new objects belong to the leak.
  FactOracle(const std::vector<std::string>& texts, const std::vector<std::uint64_t>& holders, const Suspect& suspect);

  /// The value that a fact should have; none for a fact that this heap does not have.
  [[nodiscard]] std::optional<double> value(const Fact& fact) const;

 private:
  using Test = std::function<bool(const PlainNode&)>;

  [[nodiscard]] bool is_new(std::size_t n) const { return !heaps_.front().has(last().nodes[n]); }
  [[nodiscard]] std::size_t first_step(std::size_t n) const;
  [[nodiscard]] const PlainHeap& last() const { return heaps_.back(); }
  [[nodiscard]] const PlainNode& node(std::size_t n) const { return last().nodes[n]; }
  [[nodiscard]] bool is_store(std::size_t n) const;
  void find_items();
  [[nodiscard]] std::vector<std::size_t> of_class(const std::string& name) const;
  [[nodiscard]] std::vector<std::size_t> counted(const std::string& name) const;
  [[nodiscard]] std::pair<double, double> chain(const std::string& name) const;
  [[nodiscard]] double new_where(const Test& test) const;
  [[nodiscard]] double bytes_where(const Test& test) const;
  [[nodiscard]] std::vector<std::size_t> functions() const;
  [[nodiscard]] static bool is_pending(const PlainHeap& heap, const PlainNode& timer);
  [[nodiscard]] bool repeats(const PlainNode& timer) const;
  [[nodiscard]] double listeners(const std::string& subject, std::size_t step) const;
  [[nodiscard]] std::optional<double> of_functions(const Fact& fact) const;
  [[nodiscard]] std::optional<double> of_timers(const Fact& fact) const;
  [[nodiscard]] std::optional<double> of_content(const Fact& fact) const;
  [[nodiscard]] std::optional<double> of_strings(const Fact& fact) const;

  std::vector<PlainHeap> heaps_;
  const Suspect& suspect_;
  std::vector<std::size_t> holders_;  // positions in the last heap
  std::vector<std::size_t> new_;      // below the holders
  std::vector<std::size_t> items_;
  std::vector<std::size_t> held_;  // items that holders or their stores refer to
};

}  // namespace heapdiff::test
