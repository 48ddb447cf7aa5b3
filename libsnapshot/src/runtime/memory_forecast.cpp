#include "heapdiff/snapshot/memory_forecast.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace heapdiff {
namespace {

std::optional<std::uint64_t> read_number(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  return file >> value ? std::optional(value) : std::nullopt;  // "max" is no number: no limit
}

std::optional<std::uint64_t> machine_available() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  std::uint64_t kilobytes = 0;
  std::string unit;
  while (file >> key >> kilobytes >> unit) {
    if (key == "MemAvailable:") {
      return kilobytes * 1024;
    }
  }
  return std::nullopt;
}

/// Bytes of page cache that the group can drop at once.
std::uint64_t reclaimable(const std::string& folder) {
  std::ifstream file(folder + "/memory.stat");
  std::string key;
  std::uint64_t value = 0;
  while (file >> key >> value) {
    if (key == "inactive_file") {
      return value;
    }
  }
  return 0;
}

/// What the control groups (version 2) above this process leave: every level has its own limit.
std::optional<std::uint64_t> groups_available() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  std::optional<std::uint64_t> least;
  while (std::getline(file, line)) {
    if (!line.starts_with("0::/")) {
      continue;
    }
    std::string path = line.substr(3);
    while (true) {
      const std::string folder = "/sys/fs/cgroup" + (path == "/" ? std::string() : path);
      if (const auto limit = read_number(folder + "/memory.max")) {
        const std::uint64_t used = read_number(folder + "/memory.current").value_or(0);
        const std::uint64_t held = used - std::min(used, reclaimable(folder));
        least = std::min(least.value_or(UINT64_MAX), *limit - std::min(*limit, held));
      }
      const std::size_t slash = path.rfind('/');
      if (path == "/" || slash == std::string::npos) {
        break;
      }
      path.resize(std::max<std::size_t>(slash, 1));
    }
  }
  return least;
}

}  // namespace

std::uint64_t forecast_memory_bytes(std::uint64_t nodes, std::uint64_t edges, std::uint64_t text_bytes,
                                    MemoryUse use) noexcept {
  // Columns alive at the peak; the counts were checked against the limits, so nothing overflows. With tables only the
  // peak is while dominators are found: kind, size, class, name and id 15, numbers, parents and lists 16, edges 4 and
  // predecessors 2.7. With the graph kept it is while suspects are looked for: the graph 17 and 6, dominators, retained
  // sizes and classes 14, retaining paths 12, what was seen when 9, and what is kept of the snapshots 8. Measured with
  // two snapshots of 0.5 GB: 615 MB for 6.6 M nodes and 22 M edges.
  const std::uint64_t columns = use == MemoryUse::tables ? nodes * 31 + edges * 7 : nodes * 62 + edges * 15 / 2;
  constexpr std::uint64_t kBlocks = std::uint64_t{8} << 20U;
  return columns + text_bytes / 14 + kBlocks;
}

std::optional<std::uint64_t> available_memory_bytes() {
  const auto machine = machine_available();
  const auto groups = groups_available();
  if (!machine || !groups) {
    return machine ? machine : groups;
  }
  return std::min(*machine, *groups);
}

}  // namespace heapdiff
