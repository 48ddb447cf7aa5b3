#pragma once
// The text of a source file with its lines.

#include "heapdiff/diff/site.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace heapdiff::sites {

struct SourceText {
  std::string text;
  std::vector<std::size_t> lines;  ///< offsets of their starts; lines are counted as the tokenizer counts them
};

[[nodiscard]] std::shared_ptr<const SourceText> make_source_text(std::string text);

/// A 1-based line with up to two lines before and after it; empty when the text has no such line.
[[nodiscard]] std::vector<SourceLine> excerpt_of(const SourceText& source, std::uint32_t line);

}  // namespace heapdiff::sites
