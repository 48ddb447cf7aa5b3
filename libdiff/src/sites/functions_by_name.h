#pragma once
// The functions of a script by name, and the names of their parameters.

#include "sites/code_model.h"

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heapdiff::sites {

/// Refers to its argument, which must outlive it.
class FunctionsByName {
 public:
  explicit FunctionsByName(const CodeModel& code) : code_(code) {}

  /// Functions and methods with a name. The table is made at the first call.
  [[nodiscard]] const std::vector<std::size_t>& named(std::string_view name);

  /// Name of a parameter; empty for patterns, and when there are fewer parameters.
  [[nodiscard]] std::string_view parameter_at(const FunctionRange& range, std::size_t position) const;

 private:
  const CodeModel& code_;
  bool is_made_ = false;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_;
};

}  // namespace heapdiff::sites
