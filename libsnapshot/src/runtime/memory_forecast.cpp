#include "heapdiff/snapshot/memory_forecast.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace heapdiff {
namespace {

std::optional<std::uint64_t> read_number(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  return file >> value ? std::optional(value) : std::nullopt;  // "max" is not a number and means that there is no limit
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

/// Bytes of page cache that the kernel can free at once.
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

/// Bytes that the control groups (version 2) of this process leave. Each level has its own limit.
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
  // The sum of the columns at the peak. The counts were checked against the limits, so nothing overflows.
  // For tables the peak is the computation of dominators. Bytes per node: type, size, class, name and id 15, numbers,
  // parents and lists of predecessors 16. Bytes per edge: targets 4, predecessors 2.7.
  // With the graph the peak is the search for suspects. Bytes per node: the graph 17, dominators, retained sizes and
  // classes 14, retaining paths 12, ages of objects 9, facts about the snapshots 8. Bytes per edge: 6. Measured with
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
