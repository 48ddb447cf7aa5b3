#include "capture/memory_room.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <algorithm>
#include <sstream>
#include <string_view>

namespace heapdiff::capture {

namespace {

/// A folder of a control group, and the names that its version uses.
struct GroupLevel {
  std::string folder;
  bool first_version = false;

  [[nodiscard]] std::string limit_file() const {
    return folder + (first_version ? "/memory.limit_in_bytes" : "/memory.max");
  }
  [[nodiscard]] std::string used_file() const {
    return folder + (first_version ? "/memory.usage_in_bytes" : "/memory.current");
  }
  [[nodiscard]] std::string stat_file() const { return folder + "/memory.stat"; }
  [[nodiscard]] const char* cache_key() const { return first_version ? "total_inactive_file" : "inactive_file"; }
};

constexpr const char* kMachineFile = "/proc/meminfo";

/// All levels from the group to the root. In a container the path is often that of the machine, and the files of the
/// container's own group lie at the root.
std::vector<GroupLevel> levels_of(const std::string& groups) {
  constexpr std::size_t kMaxLevels = 32;
  std::vector<GroupLevel> levels;
  std::istringstream lines(groups);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const bool first_version = controllers.find(",memory,") != std::string::npos;
    if (!first_version && controllers != ",,") {
      continue;
    }
    const std::string root = first_version ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
    std::string path = line.substr(second + 1);
    if (path.find("..") != std::string::npos) {
      path.clear();  // of a group outside of this namespace
    }
    while (levels.size() < kMaxLevels) {
      while (path.ends_with('/')) {
        path.pop_back();
      }
      levels.push_back({root + path, first_version});
      if (path.empty()) {
        break;
      }
      path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
  }
  return levels;
}

std::optional<std::uint64_t> number_in(const std::optional<std::string>& text) {
  if (!text) {
    return std::nullopt;
  }
  return ascii::parse_number<std::uint64_t>(std::string_view(*text).substr(0, text->find_first_of("\n ")));
}

std::uint64_t value_of_key(const std::optional<std::string>& text, std::string_view key) {
  std::istringstream in(text.value_or(std::string()));
  std::string name;
  std::uint64_t value = 0;
  while (in >> name >> value) {
    if (name == key) {
      return value;
    }
    in.ignore(256, '\n');
  }
  return 0;
}

/// Positions of the longest array or table that may have references. V8 lays arrays of more than 16,384 elements into
/// the large object space, so that none is longer than that space has room for; what is known of arrays there is no
/// table.
std::uint64_t longest_table(const SnapshotSize& size) {
  constexpr std::uint64_t kSlotBytes = 8;
  constexpr std::uint64_t kMostInPage = 16'384;
  const std::uint64_t large = size.large_object_bytes.value_or(0);
  const std::uint64_t most = std::max(kMostInPage, large / kSlotBytes);
  if (!size.census) {
    return most;
  }
  const std::uint64_t rest = (large - std::min(large, size.census->large_array_bytes)) / kSlotBytes;
  return std::min(most, std::max({kMostInPage, size.census->longest, rest}));
}

}  // namespace

std::optional<std::uint64_t> MemoryRoom::smallest() const {
  if (!left_bytes || !machine_left_bytes) {
    return left_bytes ? left_bytes : machine_left_bytes;
  }
  return std::min(*left_bytes, *machine_left_bytes);
}

std::vector<std::string> memory_files(const std::string& groups) {
  std::vector<std::string> files{kMachineFile};
  for (const GroupLevel& level : levels_of(groups)) {
    files.insert(files.end(), {level.limit_file(), level.used_file(), level.stat_file()});
  }
  return files;
}

MemoryRoom read_memory_room(const std::string& groups, const FileReader& read) {
  constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 62U;  // version 1 writes almost 2^63
  MemoryRoom room;
  for (const GroupLevel& level : levels_of(groups)) {
    const auto limit = number_in(read(level.limit_file()));
    if (!limit || *limit >= kNoLimit) {
      continue;
    }
    const std::uint64_t used = number_in(read(level.used_file())).value_or(0);
    const std::uint64_t cache = value_of_key(read(level.stat_file()), level.cache_key());
    const std::uint64_t held = used - std::min(used, cache);
    const std::uint64_t left = *limit - std::min(*limit, held);
    if (!room.left_bytes || left < *room.left_bytes) {
      room.left_bytes = left;
      room.limit_bytes = *limit;
    }
  }
  if (const std::uint64_t kilobytes = value_of_key(read(kMachineFile), "MemAvailable:"); kilobytes != 0) {
    room.machine_left_bytes = kilobytes * 1024;
  }
  return room;
}

std::uint64_t memory_to_count(std::uint64_t heap_bytes) {
  // Measured: 83 to 102 bytes for each object (Node.js 20 and 24), which is 2.2 times a heap of the smallest ones.
  constexpr std::uint64_t kFixedBytes = 8'000'000;
  return kFixedBytes + heap_bytes / 4 * 9;
}

SnapshotCost cost_of_snapshot(const SnapshotSize& size) {
  // Measured (Node.js 18 to 24): the peak of resident memory rose by 22 to 53 MB for an empty program, which has 35,000
  // objects or more and tables of 15,000 positions; then by 170 to 414 bytes for each object, 48 to 60 for each
  // reference of an array, and 1,100 to 1,230 for each position of the longest table.
  constexpr std::uint64_t kFixedBytes = 55'000'000;
  constexpr std::uint64_t kObjectsOfNone = 35'000;
  constexpr std::uint64_t kPositionsOfNone = 15'000;
  constexpr std::uint64_t kBytesPerObject = 420;
  constexpr std::uint64_t kBytesPerReference = 66;
  constexpr std::uint64_t kBytesPerPosition = 1'300;
  constexpr std::uint64_t kBytesPerFileByte = 11;
  constexpr std::uint64_t kFileBytesPerObject = 85;
  constexpr std::uint64_t kMostFileBytesPerHeapByte = 9;  // quarters: the smallest objects
  constexpr double kFileBytesPerSecond = 10e6;
  const std::uint64_t table = longest_table(size);
  const std::uint64_t positions = kBytesPerPosition * (table - std::min(table, kPositionsOfNone));
  if (size.objects && !size.expected_bytes) {
    const std::uint64_t objects = *size.objects - std::min(*size.objects, kObjectsOfNone);
    const std::uint64_t references = size.census ? size.census->references : size.heap_bytes / 8;
    const std::uint64_t file = *size.objects * kFileBytesPerObject;
    return {kFixedBytes + kBytesPerObject * objects + kBytesPerReference * references + positions,
            static_cast<double>(file) / kFileBytesPerSecond};
  }
  const std::uint64_t file = size.expected_bytes.value_or(size.heap_bytes / 4 * kMostFileBytesPerHeapByte);
  return {kLeastRoomBytes + kBytesPerFileByte * file + positions, static_cast<double>(file) / kFileBytesPerSecond};
}

}  // namespace heapdiff::capture
