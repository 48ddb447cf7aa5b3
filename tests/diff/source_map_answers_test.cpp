// Original positions in a real bundle's map, against the answers of @jridgewell/trace-mapping (testdata/README.md).

#include "sites/source_map.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <fstream>
#include <string>

TEST_CASE("original positions agree with trace-mapping on a bundle of 223 files") {
  using namespace heapdiff;
  const std::string folder = std::string(HEAPDIFF_TESTDATA) + "/source-maps";
  std::string text;
  const gzFile file = gzopen((folder + "/bundle.js.map.gz").c_str(), "rb");
  REQUIRE(file != nullptr);
  std::string block(1U << 16U, '\0');
  for (int n = 0; (n = gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0;) {
    text.append(block, 0, static_cast<std::size_t>(n));
  }
  gzclose(file);
  std::string problem;
  const auto map = sites::parse_source_map(text, problem);
  REQUIRE(map);
  CHECK(map->sources.size() == 223);
  std::ifstream answers(folder + "/answers.txt");
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  int source = 0;
  std::uint32_t original_line = 0;
  std::uint32_t original_column = 0;
  int asked = 0;
  int differing = 0;
  while (answers >> line >> column >> source >> original_line >> original_column) {
    ++asked;
    const sites::Mapping* found = map->find(line, column);
    const bool same = found == nullptr
                          ? source == -1
                          : found->source == source && found->line == original_line && found->column == original_column;
    differing += same ? 0 : 1;
  }
  CHECK(asked == 3000);
  CHECK(differing == 0);
}
