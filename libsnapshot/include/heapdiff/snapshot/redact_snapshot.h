#pragma once
// A snapshot with the same graph and other texts, for people who must not see the data.

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/progress.h"

#include <functional>
#include <string>
#include <string_view>

namespace heapdiff {

/// The use of a text of the string table. A text with several uses becomes several entries.
enum class TextRole {
  value,      ///< content of a string
  code_name,  ///< content of a string that code holds as a script's or a function's name
  name,       ///< name of a class, function, script, variable or internal edge
  property,   ///< name of a property, event or symbol
  key,        ///< name of a property of plain objects with so many that they serve as dictionaries, and of no other
};

/// Replaces texts. The same arguments have to give the same result.
class TextMask {
 public:
  TextMask() = default;
  TextMask(const TextMask&) = delete;
  TextMask& operator=(const TextMask&) = delete;
  virtual ~TextMask() = default;
  [[nodiscard]] virtual std::string mask(TextRole role, std::string_view text) const = 0;
  /// Whether all nodes whose name is the content of a string get the name of the first of them, so that nobody can tell
  /// which of them were equal.
  [[nodiscard]] virtual bool joins_values() const { return false; }
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

/// Writes the snapshot that `open` gives to `out` with every text masked. Nodes, edges, ids, sizes, positions, traces
/// and samples stay as they are, and in their order. Sections that heapdiff does not know are left out, because they
/// may hold anything.
///
/// `open` is called twice and has to give the same bytes: the first pass learns how each text is used. Memory is 9
/// bytes per node, 5 per string, 8 per edge that leaves code or a concatenated string, and 12 per property of an object
/// with more than 64 edges.
///
/// Throws the errors of `load_snapshot`: the same reader checks the file, so both refuse the same files, with the same
/// message and offset. Only the limits of memory are different, because no graph and no names are kept. Throws
/// Error{input} also for a file that changes between the passes. After an error the output is of no use.
void redact_snapshot(const std::function<OpenedInput()>& open, const Limits& limits, const TextMask& mask,
                     ByteSink& out, ProgressListener* progress = nullptr);

}  // namespace heapdiff
