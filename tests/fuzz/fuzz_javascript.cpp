// The tokenizer of JavaScript alone, which is fast: its tokens lie in the text, in order, and do not overlap.

#include "fuzz/check.h"
#include "sites/js_tokenizer.h"

#include <cstdint>
#include <string_view>
#include <vector>

using namespace heapdiff;
using heapdiff::test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t end = 0;
  std::uint32_t line = 1;
  std::uint32_t column = 0;
  for (const sites::Token& token : sites::tokenize(text)) {
    require(!token.text.empty(), "a token has a text");
    require(token.offset >= end && token.offset + token.text.size() <= size, "tokens do not overlap");
    require(token.text.data() == text.data() + token.offset, "a token is a part of the text");
    require(token.line > line || (token.line == line && token.column >= column), "positions do not fall");
    end = token.offset + token.text.size();
    line = token.line;
    column = token.column;
  }
  require(sites::tokenize(text, 3).size() <= 3, "the limit of tokens holds");
  return 0;
}
