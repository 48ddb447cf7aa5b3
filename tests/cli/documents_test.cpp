// What the documents for contributors name is there: files, folders, and the tests that hold SECURITY.md's promises.

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = HEAPDIFF_SOURCE_DIR;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Lines without those of code blocks.
std::vector<std::string> lines_of(const std::string& document) {
  std::istringstream text(text_of(kRoot / document));
  std::vector<std::string> lines;
  bool code = false;
  for (std::string line; std::getline(text, line);) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start != std::string::npos && line.compare(start, 3, "```") == 0) {
      code = !code;
    } else if (!code) {
      lines.push_back(line);
    }
  }
  return lines;
}

/// The words of a line that stand in backticks.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; (at = line.find('`', at)) != std::string::npos;) {
    const std::size_t end = line.find('`', at + 1);
    if (end == std::string::npos) {
      break;
    }
    parts.push_back(line.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return parts;
}

/// A path below one of the repository's folders, as far as it is one: "libdiff/src/v8/".
bool is_path(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kFolders = {"apps/",  "libsnapshot/", "libdiff/", "reports/",
                                                               "tests/", "testdata/",    ".github/", ".ci/"};
  const bool below =
      std::any_of(kFolders.begin(), kFolders.end(), [&](auto folder) { return word.starts_with(folder); });
  return below && word.find_first_of(" *") == std::string_view::npos && word.find("NAME") == std::string_view::npos;
}

/// Files that the recipes of CONTRIBUTING.md make.
constexpr std::array<std::string_view, 3> kMadeByRecipes = {
    "libdiff/src/detectors/finalization.cpp", "tests/reports/chat_test.cpp", "reports/src/formats/chat.cpp"};

}  // namespace

TEST_CASE("files and folders that the documents name exist") {
  for (const std::string document : {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"}) {
    std::size_t paths = 0;
    bool renamed = false;
    for (const std::string& line : lines_of(document)) {
      renamed = renamed || line == "## Renamed";
      std::vector<std::string> words = words_of(line);
      if (renamed && words.size() > 1) {
        words.erase(words.begin());  // the old name
      }
      for (const std::string& word : words) {
        const bool made = std::find(kMadeByRecipes.begin(), kMadeByRecipes.end(), word) != kMadeByRecipes.end();
        if (is_path(word) && !made) {
          CHECK_MESSAGE(fs::exists(kRoot / word), document, " names ", word);
          ++paths;
        }
      }
    }
    CHECK(paths > 1);
  }
}

TEST_CASE("the tests that hold the promises of SECURITY.md exist") {
  std::size_t names = 0;
  for (const std::string& line : lines_of("SECURITY.md")) {
    if (!line.starts_with("| ")) {
      continue;
    }
    const std::string holders = line.substr(line.rfind(" | ") + 1);  // the last cell
    std::string text;
    std::string file;
    for (std::size_t at = 0; (at = holders.find_first_of("`\"", at)) != std::string::npos;) {
      const char mark = holders[at];
      const std::size_t end = holders.find(mark, at + 1);
      REQUIRE(end != std::string::npos);
      const std::string word = holders.substr(at + 1, end - at - 1);
      at = end + 1;
      if (mark == '`' && word.ends_with(".cpp")) {
        file = word;
        text = text_of(kRoot / file);
        CHECK_MESSAGE(!text.empty(), "SECURITY.md names ", file);
      } else if (mark == '"') {
        CHECK_MESSAGE(text.find("TEST_CASE(\"" + word + "\")") != std::string::npos, file, " lacks \"", word, "\"");
        ++names;
      }
    }
  }
  CHECK(names > 20);
}
