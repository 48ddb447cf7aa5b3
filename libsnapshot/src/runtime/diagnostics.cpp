#include "heapdiff/snapshot/diagnostics.h"

#include <fmt/format.h>

#include <utility>

namespace heapdiff {

void Diagnostics::warn(std::string_view kind, std::string text, std::uint64_t count) {
  auto found = entries_.find(kind);
  if (found == entries_.end()) {
    found = entries_.emplace(std::string(kind), Entry{std::move(text), 0}).first;
  }
  found->second.count += count;
}

std::vector<std::string> Diagnostics::sentences() const {
  std::vector<std::string> out;
  for (const auto& [kind, entry] : entries_) {
    out.push_back(entry.count > 1 ? fmt::format("{} ({} times)", entry.text, entry.count) : entry.text);
  }
  return out;
}

void Diagnostics::merge(const Diagnostics& other) {
  for (const auto& [kind, entry] : other.entries_) {
    warn(kind, entry.text, entry.count);
  }
}

}  // namespace heapdiff
