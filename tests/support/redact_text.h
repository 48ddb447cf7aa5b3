#pragma once
// Redacts snapshots that a test holds in memory.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/redact_snapshot.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heapdiff::test {

/// Leaves every text as it is, so that the output has the names of the input.
class PlainMask final : public TextMask {
 public:
  std::string mask(TextRole /*role*/, std::string_view text) const override { return std::string(text); }
};

class TextSink final : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

/// The snapshot as `redact` writes it, no text masked.
inline std::string redact_text(std::string_view text, std::size_t chunk = SIZE_MAX) {
  const auto open = [&] {
    OpenedInput input;
    input.name = "test.heapsnapshot";
    input.source = memory_source(text, chunk);
    return input;
  };
  const PlainMask mask;
  TextSink out;
  redact_snapshot(open, Limits(), mask, out);
  return out.text;
}

}  // namespace heapdiff::test
