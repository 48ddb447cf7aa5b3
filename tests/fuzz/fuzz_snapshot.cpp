// Bytes to graph. The graph is the same on one and on two threads and in small pieces. `redact` accepts what the loader
// accepts and does not change the numbers. Both refuse everything else with the same Error, whose offset is inside the
// file.

#include "fuzz/check.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/redact_snapshot.h"
#include "io/keyed_mask.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

constexpr std::size_t kMost = 1U << 20U;

Limits small_limits() {
  Limits limits;
  limits.max_uncompressed_bytes = kMost;
  return limits;
}

/// `refusal` receives the words of the error.
std::optional<Heap> heap_of(std::string_view bytes, unsigned threads, std::size_t chunk, std::string& refusal) {
  std::string compression;
  try {
    const auto source = expand(memory_source(bytes, chunk), "fuzz", small_limits(), &compression);
    LoadOptions options;
    options.limits = small_limits();
    options.threads = threads;
    LoadedSnapshot loaded = load_snapshot(*source, "fuzz", options);
    HeapOptions derive;
    derive.threads = threads;
    return compute_heap(std::move(loaded), derive);
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::input || error.kind() == ErrorKind::limit, error.what());
    if (compression == "none" && error.offset()) {
      require(*error.offset() <= bytes.size(), "an offset inside the file");
    }
    refusal = error.what();
    return std::nullopt;
  }
}

void same(const Heap& a, const Heap& b, const char* what) {
  require(a.graph.node_count() == b.graph.node_count() && a.graph.edge_count() == b.graph.edge_count(), what);
  for (std::uint32_t i = 0; i < a.graph.node_count(); ++i) {
    const NodeIndex n(i);
    require(a.graph.id(n) == b.graph.id(n) && a.graph.type(n) == b.graph.type(n) &&
                a.graph.self_size(n) == b.graph.self_size(n) && a.retained_size(n) == b.retained_size(n),
            what);
  }
}

class Collected : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

/// What `redact` makes of the bytes, or nothing and the words of its error.
std::optional<std::string> redacted_text(std::string_view bytes, std::string& refusal) {
  static const KeyedMask kMask("fuzz");
  const auto open = [&] {
    OpenedInput input;
    input.name = "fuzz";
    input.source = expand(memory_source(bytes), "fuzz", small_limits(), &input.compression);
    return input;
  };
  Collected out;
  try {
    redact_snapshot(open, small_limits(), kMask, out);
  } catch (const Error& error) {
    refusal = error.what();
    return std::nullopt;
  }
  return std::move(out.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string refusal;
  std::string refusal_in_pieces;
  std::string redact_refusal;
  const auto heap = heap_of(bytes, 1, SIZE_MAX, refusal);
  const auto in_pieces = heap_of(bytes, 2, 3, refusal_in_pieces);
  require(heap.has_value() == in_pieces.has_value(), "accepted in one read and in many");
  const auto redacted_bytes = redacted_text(bytes, redact_refusal);
  require(redact_refusal == refusal, "load: " + refusal + "; redact: " + redact_refusal);
  if (!heap || !redacted_bytes) {
    return 0;
  }
  same(*heap, *in_pieces, "the same graph in one read and in many");
  require(heap->retained_size(SnapshotGraph::root()) == heap->graph.total_self_size(), "the root retains everything");
  const auto redacted = heap_of(*redacted_bytes, 1, SIZE_MAX, refusal);
  require(redacted.has_value() || redacted_bytes->size() > kMost, "a redacted file can be read");
  if (redacted) {
    same(*heap, *redacted, "redact leaves the graph alone");
  }
  return 0;
}
