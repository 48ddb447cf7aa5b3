#pragma once
#include "kit/kit_names.h"

#include <optional>
#include <string>
#include <string_view>

namespace heapdiff::kit {

/// A file for node:test that runs the suspect, takes snapshots and lets heapdiff judge them. For DOM nodes it drives a
/// page in Chromium. `bytes_per_object`: what an operation that leaks one object keeps.
[[nodiscard]] std::string regression_test(const KitNames& names, std::string_view file, std::string_view title,
                                          const std::optional<double>& bytes_per_object);

}  // namespace heapdiff::kit
