#include "sites/source_text.h"

#include <algorithm>
#include <string_view>

namespace heapdiff::sites {
namespace {

constexpr std::size_t kMaxExcerptBytes = 240;  ///< of one line: minified lines are long

std::vector<std::size_t> line_starts(std::string_view text) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool lone_return = text[i] == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n');
    if (text[i] == '\n' || lone_return) {
      starts.push_back(i + 1);
    }
  }
  return starts;
}

}  // namespace

std::shared_ptr<const SourceText> make_source_text(std::string text) {
  auto made = std::make_shared<SourceText>();
  made->lines = line_starts(text);
  made->text = std::move(text);
  return made;
}

std::vector<SourceLine> excerpt_of(const SourceText& source, std::uint32_t line) {
  std::vector<SourceLine> lines;
  if (line == 0 || line > source.lines.size()) {
    return lines;
  }
  const std::uint32_t first = line > 2 ? line - 2 : 1;
  const auto last = static_cast<std::uint32_t>(std::min<std::size_t>(source.lines.size(), std::size_t{line} + 2));
  for (std::uint32_t i = first; i <= last; ++i) {
    const std::size_t start = source.lines[i - 1];
    const std::size_t end = i < source.lines.size() ? source.lines[i] : source.text.size();
    std::string text = source.text.substr(start, end - start);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
      text.pop_back();
    }
    if (text.size() > kMaxExcerptBytes) {
      std::size_t cut = kMaxExcerptBytes;
      while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
        --cut;
      }
      text.resize(cut);
    }
    if (i != line && start == source.text.size()) {
      break;  // the empty text after the last line end is no line
    }
    lines.push_back(SourceLine{i, std::move(text)});
  }
  return lines;
}

}  // namespace heapdiff::sites
