// The words of reports: none that the style page in reports/README.md forbids, in the texts of the source and in what
// is rendered from them. The outputs of the program are checked where tests run it (support/run_cli.h).

#include "heapdiff/reports/render.h"
#include "support/injections.h"
#include "support/plain_words.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using heapdiff::test::forbidden_in;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The string literals of C++ source, those that stand next to each other as one.
std::vector<std::string> literals_of(const std::string& code) {
  std::vector<std::string> out;
  bool joins = false;  // nothing but blanks since the last literal
  const auto add = [&](const std::string& text) {
    if (joins) {
      out.back() += text;
    } else {
      out.push_back(text);
    }
    joins = true;
  };
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::string_view rest = std::string_view(code).substr(i);
    if (rest.starts_with("//")) {
      i = std::min(code.find('\n', i), code.size());
    } else if (rest.starts_with("/*")) {
      i = std::min(code.find("*/", i), code.size());
    } else if (rest.starts_with("R\"")) {
      const std::size_t open = code.find('(', i);
      const std::string close = ")" + code.substr(i + 2, open - i - 2) + "\"";
      const std::size_t end = code.find(close, open);
      add(code.substr(open + 1, end - open - 1));
      i = end + close.size() - 1;
    } else if (code[i] == '"') {
      std::string text;
      for (++i; i < code.size() && code[i] != '"'; ++i) {
        if (code[i] == '\\') {
          ++i;
          text += code[i] == 'n' ? '\n' : code[i];
        } else {
          text += code[i];
        }
      }
      add(text);
    } else if (code[i] == '\'' && (i == 0 || std::isalnum(static_cast<unsigned char>(code[i - 1])) == 0)) {
      i += code[i + 1] == '\\' ? 3U : 2U;
      joins = false;
    } else if (std::isspace(static_cast<unsigned char>(code[i])) == 0) {
      joins = false;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("literals are found as the compiler joins them") {
  const auto found = literals_of("a(\"let \"\n  \"go\", '\"', R\"x(of\nwhat)x\"); // \"comment\"\nb = \"it\\\"s\";");
  CHECK(found == std::vector<std::string>{"let go", "of\nwhat", "it\"s"});
}

TEST_CASE("the list catches its words across lines, in any case, and no part of a word") {
  CHECK(forbidden_in("holds ever\n      more") != "");
  CHECK(forbidden_in("It was Mended.") != "");
  CHECK(forbidden_in("we recommend it, and the commander") == "");
  CHECK(forbidden_in("plain words") == "");
}

TEST_CASE("no text of the source has a word that the style page forbids") {
  std::size_t count = 0;
  for (const char* folder : {"reports", "apps", "libdiff/src", "libsnapshot/src"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(HEAPDIFF_SOURCE_DIR) / folder)) {
      const std::string suffix = entry.path().extension().string();
      if (suffix != ".cpp" && suffix != ".h") {
        continue;
      }
      for (const std::string& text : literals_of(content(entry.path()))) {
        ++count;
        CHECK_MESSAGE(forbidden_in(text) == "", entry.path().filename().string());
      }
    }
  }
  CHECK(count > 3000);
}

TEST_CASE("no report has a word that the style page forbids") {
  const heapdiff::RcaReport report = heapdiff::test::masked(heapdiff::test::sample_report());
  for (const std::string& name : heapdiff::report_formats()) {
    if (name == "html") {
      continue;  // has the scripts of others; the approved page is without them
    }
    for (const bool brief : {false, true}) {
      heapdiff::RenderOptions options;
      options.brief = brief;
      CHECK_MESSAGE(forbidden_in(render(report, *heapdiff::parse_format(name), options)) == "", name);
    }
  }
  for (const auto& entry : fs::directory_iterator(HEAPDIFF_TESTDATA "/approved")) {
    CHECK_MESSAGE(forbidden_in(content(entry.path())) == "", entry.path().filename().string());
  }
}
