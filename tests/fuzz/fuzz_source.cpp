// Source text and source maps: hostile files of a repository. They may make no sense; positions have to stay inside.

#include "fuzz/check.h"
#include "heapdiff/reports/redact.h"
#include "sites/code_model.h"
#include "sites/removals.h"
#include "sites/source_map.h"
#include "sites/statement_finder.h"
#include "sites/statement_text.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

void read_map(std::string_view text) {
  std::string problem;
  const auto map = sites::parse_source_map(text, problem);
  require(map.has_value() || !problem.empty(), "a reason");
  if (map) {
    for (const sites::Mapping& m : map->mappings) {
      require(m.source < static_cast<std::int32_t>(map->sources.size()), "a source that exists");
      const sites::Mapping* at = map->find(m.generated_line, m.generated_column);
      require(at == nullptr || at->source >= 0, "a mapping with a source");
    }
  }
  static_cast<void>(sites::decode_base64(text));
}

void read_script(std::string_view text) {
  const auto lines = static_cast<std::uint32_t>(1 + std::count(text.begin(), text.end(), '\n') +
                                                std::count(text.begin(), text.end(), '\r'));
  const sites::CodeModel code(text);
  const sites::RunCount runs(code);
  for (const sites::Token& token : code.tokens()) {
    require(token.offset + token.text.size() <= text.size(), "a token inside the text");
  }
  for (int operation = 0; operation <= static_cast<int>(StoreHint::Operation::any); ++operation) {
    StoreHint hint;
    hint.operation = static_cast<StoreHint::Operation>(operation);
    hint.holder_name = "a";
    hint.event = "e:*";
    hint.constructor = "C";
    FunctionPosition position;
    position.line = 1;
    position.column = 1;
    for (const auto& found : {sites::find_statements(code, runs, position, hint, 0),
                              sites::find_statements_anywhere(code, runs, hint, 0)}) {
      for (const sites::FoundStatement& statement : found) {
        // U+2028 ends a line too, and takes three bytes.
        require(statement.line >= 1 && statement.line <= lines + text.size() / 3, "a line of the text");
        if (const auto parts = sites::statement_at(code, text, statement.line, statement.column, hint)) {
          static_cast<void>(sites::removal_of(code, *parts, statement.line));
        }
      }
    }
  }
  static_cast<void>(mask_code(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) {
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    data[0] % 2 == 0 ? read_map(text) : read_script(text);
  }
  return 0;
}
