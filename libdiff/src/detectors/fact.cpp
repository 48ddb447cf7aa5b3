#include "heapdiff/diff/fact.h"

#include "heapdiff/diff/quantity.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff {

std::string Fact::text() const {
  switch (kind_) {
    case FactKind::variable_bytes:
    case FactKind::new_bytes:
    case FactKind::off_heap_bytes:
    case FactKind::in_heap_bytes:
    case FactKind::bytes_for_each:
    case FactKind::bytes_per_buffer:
    case FactKind::text_bytes:
    case FactKind::parent_bytes:
    case FactKind::bytes_per_slice:
    case FactKind::slice_bytes:
    case FactKind::store_bytes:
      return format_bytes(value_);
    case FactKind::timer_period:
      return format_duration(value_);
    case FactKind::script_id:
      return fmt::format("{:.0f}", value_);
    default:
      return format_count(static_cast<std::int64_t>(std::llround(value_)));
  }
}

}  // namespace heapdiff
