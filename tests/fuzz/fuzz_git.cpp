// What git prints of a hostile repository, and the comparison of two versions of a file.

#include "commits/git_output.h"
#include "commits/line_match.h"
#include "fuzz/check.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

void compare_versions(std::string_view text) {
  const std::size_t half = text.size() / 2;
  const std::string_view older = text.substr(0, half);
  const std::string_view newer = text.substr(half);
  const auto lines = static_cast<std::uint32_t>(1 + std::count(older.begin(), older.end(), '\n'));
  for (std::uint32_t line = 0; line < 4; ++line) {
    for (const auto& before :
         {commits::same_line_before(older, newer, line), commits::renamed_line_before(older, newer, line)}) {
      require(!before || (*before >= 1 && *before <= lines), "a line of the older version");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      if (const auto blamed = commits::parse_porcelain(text)) {
        require(!blamed->commit.file.empty() && blamed->commit.id.size() >= 40, "a commit and its file");
      }
      break;
    case 1:
      for (const CommitCandidate& commit : commits::parse_log(text, "a.js")) {
        require(commit.file == "a.js", "the file that was asked for");
      }
      break;
    case 2:
      static_cast<void>(commits::git_version(text));
      break;
    default:
      compare_versions(text);
  }
  return 0;
}
