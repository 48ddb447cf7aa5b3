#include "capture/memory_usage_file.h"

#include "capture/process_files.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace heapdiff::capture {

namespace {

using UsagePart = std::optional<std::uint64_t> MemoryUsage::*;
constexpr std::array<std::pair<std::string_view, UsagePart>, 5> kUsageParts = {
    {{"rss", &MemoryUsage::rss},
     {"heapTotal", &MemoryUsage::heap_total},
     {"heapUsed", &MemoryUsage::heap_used},
     {"external", &MemoryUsage::external},
     {"arrayBuffers", &MemoryUsage::array_buffers}}};

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// "name: value" in a line, and behind it.
struct Pair {
  std::string_view name;
  std::string_view value;  ///< without quotes
};

/// Takes the next pair out of a line; none when there is no further one.
std::optional<Pair> next_pair(std::string_view& line) {
  while (!line.empty()) {
    if (!is_word(line.front())) {
      line.remove_prefix(1);
      continue;
    }
    const auto end = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_word) - line.begin());
    Pair pair{line.substr(0, end), {}};
    line.remove_prefix(end);
    std::string_view rest = line.substr(std::min(line.find_first_not_of("\"' \t"), line.size()));
    if (!rest.starts_with(':')) {
      continue;
    }
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const bool quoted = rest.starts_with('"') || rest.starts_with('\'');
    const std::size_t stop = quoted ? rest.find(rest.front(), 1) : rest.find_first_of(", \t\r}");
    pair.value = rest.substr(quoted ? 1 : 0, stop == std::string_view::npos ? stop : stop - (quoted ? 1 : 0));
    line = rest.substr(std::min(stop == std::string_view::npos ? rest.size() : stop + (quoted ? 1 : 0), rest.size()));
    return pair;
  }
  return std::nullopt;
}

class UsageReader {
 public:
  void take_line(std::string_view line) {
    const std::size_t brace = line.find('{');
    std::string_view lead = line.substr(0, brace);
    while (!lead.empty() && (lead.back() == ' ' || lead.back() == '\t' || lead.back() == '\r' || lead.back() == ',')) {
      lead.remove_suffix(1);
    }
    if (const auto time = lead.empty() ? std::nullopt : parse_time(lead)) {
      begin(*time);
      line = brace == std::string_view::npos ? std::string_view() : line.substr(brace);
    }
    while (const auto pair = next_pair(line)) {
      take(*pair);
    }
  }
  std::vector<MemoryPoint> points() {
    finish();
    return std::move(points_);
  }

 private:
  void begin(std::int64_t time) {
    if (point_.at_ns || point_.before.rss) {
      finish();
    }
    point_.at_ns = time;
  }
  void take(const Pair& pair) {
    if (pair.name == "time" || pair.name == "timestamp" || pair.name == "at") {
      if (const auto time = parse_time(pair.value)) {
        if (point_.before.rss && point_.at_ns) {
          finish();
        }
        point_.at_ns = time;
      }
      return;
    }
    for (const auto& [name, part] : kUsageParts) {
      if (pair.name == name) {
        const auto value = ascii::parse_number<std::uint64_t>(pair.value);
        if (value && part == &MemoryUsage::rss && point_.before.rss) {
          finish();
        }
        point_.before.*part = value ? value : point_.before.*part;
      }
    }
  }
  void finish() {
    if (point_.before.rss) {
      points_.push_back(point_);
    }
    point_ = {};
  }

  MemoryPoint point_;
  std::vector<MemoryPoint> points_;
};

}  // namespace

std::vector<MemoryPoint> parse_memory_usage(std::string_view text) {
  UsageReader reader;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    reader.take_line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return reader.points();
}

std::vector<MemoryPoint> read_memory_usage(const std::string& file) {
  constexpr std::size_t kMaxBytes = 64'000'000;
  const auto text = read_small_file(file, kMaxBytes + 1);
  if (!text) {
    throw Error(ErrorKind::input, file, std::nullopt, std::strerror(errno));
  }
  if (text->size() > kMaxBytes) {
    throw Error(ErrorKind::limit, file, std::nullopt, "expected at most 64 MB");
  }
  std::vector<MemoryPoint> points = parse_memory_usage(*text);
  if (points.empty()) {
    throw Error(ErrorKind::input, file, std::nullopt,
                "expected lines of a time and process.memoryUsage(), found none with \"rss\"",
                "console.log(new Date().toISOString(), process.memoryUsage()) prints them.");
  }
  return points;
}

}  // namespace heapdiff::capture
