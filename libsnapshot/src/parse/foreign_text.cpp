#include "parse/foreign_text.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace heapdiff::parse {
namespace {

constexpr std::size_t kMaxTextAhead = std::size_t{64} << 10U;

/// Sections that only heap snapshots have. "nodes" and "samples" are members of other profiles, too.
constexpr std::array<std::string_view, 5> kSnapshotSections = {"edges", "strings", "locations", "trace_function_infos",
                                                               "trace_tree"};

/// Whether a protocol buffer begins here, with a short message whose first field is a number. Firefox writes its
/// snapshots so.
bool is_firefox_snapshot(std::string_view ahead, std::uint64_t offset) {
  constexpr char kFirstFieldIsNumber = 0x08;
  constexpr char kMaxLength = 0x10;
  // The length of the message may be 9, 10 or 13, which is white space and was skipped.
  if (offset == 1) {
    return ahead.starts_with(kFirstFieldIsNumber);
  }
  return offset == 0 && ahead.size() > 1 && ahead[0] > 1 && ahead[0] < kMaxLength && ahead[1] == kFirstFieldIsNumber;
}

/// Where `{"snapshot"` begins, with white space between the two or without.
std::optional<std::size_t> find_snapshot(std::string_view text) {
  constexpr std::string_view kKey = "\"snapshot\"";
  for (std::size_t key = text.find(kKey); key != std::string_view::npos; key = text.find(kKey, key + 1)) {
    std::size_t at = key;
    while (at > 0 && ascii::is_space(text[at - 1])) {
      --at;
    }
    if (at > 0 && text[at - 1] == '{') {
      return at - 1;
    }
  }
  return std::nullopt;
}

/// Whether `text` begins with an array of objects, as the nodes and samples of other profiles do.
bool is_array_of_objects(std::string_view text) {
  for (const char expected : {'[', '{'}) {
    while (!text.empty() && ascii::is_space(text.front())) {
      text.remove_prefix(1);
    }
    if (!text.starts_with(expected)) {
      return false;
    }
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace

std::string text_ahead(io::TextWindow& window) {
  std::string ahead;
  while (ahead.size() < kMaxTextAhead) {
    const std::string_view chunk = window.chunk();
    if (chunk.empty()) {
      break;
    }
    const std::size_t n = std::min(chunk.size(), kMaxTextAhead - ahead.size());
    ahead.append(chunk.data(), n);
    window.advance(n);
  }
  return ahead;
}

std::string advice_on_start(std::string_view ahead, std::uint64_t offset) {
  if (ahead.starts_with("\xFF\xFE") || ahead.starts_with("\xFE\xFF")) {
    return "The text is UTF-16, as PowerShell's > writes it. Convert it to UTF-8: iconv -f UTF-16 -t UTF-8 FILE > "
           "NEW.heapsnapshot";
  }
  if (ahead.starts_with("version https://git-lfs")) {
    return "This is a pointer of Git LFS and not the file that it stands for: fetch that with git lfs pull.";
  }
  if (is_firefox_snapshot(ahead, offset)) {
    return "This looks like a snapshot of Firefox (.fxsnapshot), which is another format: heapdiff reads those of V8, "
           "as Node.js and Chromium write them.";
  }
  if (ahead.starts_with("\"{\\\"snapshot\\\"")) {
    return "This is a JSON string that contains the snapshot. Take it out: jq -j . FILE > NEW.heapsnapshot";
  }
  if (const auto begin = find_snapshot(ahead)) {
    return fmt::format(
        "A snapshot begins at byte {0}, behind other text. Cut that text off: tail -c +{1} FILE > NEW.heapsnapshot",
        offset + *begin, offset + *begin + 1);
  }
  if (ahead.starts_with('<')) {
    return "This looks like HTML, perhaps an error page saved in place of the snapshot.";
  }
  return {};
}

std::string advice_on_first_key(std::string_view key, std::string_view ahead) {
  if (key == "method" || key == "params") {
    return "These are events of the Chrome DevTools Protocol. The snapshot is in their chunks: jq -j "
           "'select(.method == \"HeapProfiler.addHeapSnapshotChunk\").params.chunk' FILE > NEW.heapsnapshot";
  }
  const bool of_objects = is_array_of_objects(ahead);
  if (key == "head" || (key == "samples" && of_objects)) {
    return "This looks like a .heapprofile (a sampling profile): give it with --heap-profile.";
  }
  if ((key == "nodes" && of_objects) || key == "startTime" || key == "endTime" || key == "timeDeltas") {
    return "This looks like a .cpuprofile. Take a heap snapshot.";
  }
  if (key == "traceEvents") {
    return "This looks like a Chrome trace. Take a heap snapshot.";
  }
  if (key == "nodes" || key == "samples" ||
      std::find(kSnapshotSections.begin(), kSnapshotSections.end(), key) != kSnapshotSections.end()) {
    return advice_on_order();
  }
  return "This is JSON, but no heap snapshot.";
}

std::string advice_on_order() {
  return "The sections are in an order in which they cannot be read: \"snapshot\" has to be the first one and "
         "\"nodes\" "
         "has to come before \"edges\". Put them in order: jq -c '{snapshot, nodes, edges} + .' FILE > "
         "NEW.heapsnapshot";
}

std::string advice_on_rest(int first_byte, std::uint64_t end) {
  if (first_byte == '{') {
    return "A second snapshot seems to start here: give each its own file.";
  }
  return fmt::format("The snapshot is whole, and {} follow it. Cut them off: head -c {} FILE > NEW.heapsnapshot",
                     first_byte == 0 ? "NUL bytes" : "other bytes", end);
}

}  // namespace heapdiff::parse
