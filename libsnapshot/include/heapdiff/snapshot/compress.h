#pragma once
// Bytes on their way out, compressed.

#include "heapdiff/snapshot/redact_snapshot.h"

#include <memory>
#include <string_view>

namespace heapdiff {

/// A sink that compresses what it gets into another one.
class CompressingSink : public ByteSink {
 public:
  /// Ends the compressed stream; to be called once, after the last write.
  virtual void finish() = 0;
};

/// The compression that the end of a file's name asks for: ".gz", ".zst", or none. `out` has to outlive the sink.
[[nodiscard]] std::unique_ptr<CompressingSink> compressing_sink(std::string_view file_name, ByteSink& out);

}  // namespace heapdiff
