#pragma once
// A snapshot with the same graph and other texts: what can be handed to people who must not see the data.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/progress.h"

#include <functional>
#include <string>
#include <string_view>

namespace heapdiff {

/// What a text of the string table is used as. One text in several uses becomes several entries.
enum class TextRole {
  value,      ///< content of a string
  code_name,  ///< content of a string that code holds as a script's or a function's name
  name,       ///< name of a class, function, script, variable or internal edge
  property,   ///< name of a property, event or symbol
  key,        ///< name of a property of plain objects with so many that they serve as dictionaries, and of no other
};

/// Decides what stands in a text's place. The same question has to get the same answer.
class TextMask {
 public:
  TextMask() = default;
  TextMask(const TextMask&) = delete;
  TextMask& operator=(const TextMask&) = delete;
  virtual ~TextMask() = default;
  [[nodiscard]] virtual std::string mask(TextRole role, std::string_view text) const = 0;
};

/// Takes bytes in order.
class ByteSink {
 public:
  ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  virtual ~ByteSink() = default;
  virtual void write(std::string_view bytes) = 0;
};

/// Writes the snapshot that `open` gives to `out` with every text masked. Nodes, edges, ids, sizes, places and traces
/// stay as they are, and in their order; sections that heapdiff does not know are left out, they may hold anything.
///
/// `open` is called twice and has to give the same bytes: the first pass learns how each text is used. Memory is 9
/// bytes per node and per string, and 8 per edge that leaves code, a concatenated string or an object with more than 64
/// edges. Throws Error{input} with the offset of what is wrong, also for a file that changes between the passes; what
/// was written until then is of no use.
void redact_snapshot(const std::function<OpenedInput()>& open, const Limits& limits, const TextMask& mask,
                     ByteSink& out, ProgressListener* progress = nullptr);

}  // namespace heapdiff
