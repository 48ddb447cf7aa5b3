#pragma once
// Compression of what is written.

#include "heapdiff/snapshot/redact_snapshot.h"

#include <memory>
#include <string_view>

namespace heapdiff {

/// A sink that compresses what is written to it and writes the result to another sink.
class CompressingSink : public ByteSink {
 public:
  /// Ends the compressed stream. To be called once, after the last write; without it the stream is cut short.
  virtual void finish() = 0;
};

/// A sink with the compression that the end of `file_name` asks for: ".gz", ".zst", else none. Memory: 128 KB and the
/// compressor's own. `out` has to outlive the sink. One thread at a time may use it.
[[nodiscard]] std::unique_ptr<CompressingSink> compressing_sink(std::string_view file_name, ByteSink& out);

}  // namespace heapdiff
