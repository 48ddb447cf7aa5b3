// The report of a leak and that of a healthy program, in each format, as a person has approved them.

#include "heapdiff/reports/render.h"
#include "support/approve.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <regex>
#include <string>

using heapdiff::test::approve;
using heapdiff::test::run_cli;

namespace {

/// What is between `open` and `close` taken out, each time.
std::string emptied(std::string text, const std::string& open, const std::string& close) {
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at + open.size())) {
    const std::size_t from = at + open.size();
    text.erase(from, text.find(close, from) - from);
  }
  return text;
}

/// The report without what changes with each release, or with the scripts of reports/assets, and without the explorer's
/// data: html_test.cpp has these.
std::string stable(std::string text, const std::string& format) {
  if (format == "html") {
    text = emptied(std::move(text), "<style>", "</style>");
    text = emptied(std::move(text), "<script>", "</script>");
    text = emptied(std::move(text), ",\"explorer\":", "</script>");
    text = std::regex_replace(text, std::regex("sha256-[A-Za-z0-9+/=]+"), "sha256-");
  }
  static const std::regex kVersion(R"((heapdiff |[vV]ersion": ?")[0-9]+\.[0-9]+\.[0-9]+)");
  return std::regex_replace(text, kVersion, "$1VERSION");
}

}  // namespace

TEST_CASE("reports are as approved, in each format") {
  // In a folder of their own: in a repository, formats for CI name files from its root.
  const heapdiff_test::TemporaryFolder folder;
  for (const std::string series : {"bug-892-ci", "healthy-lru"}) {
    std::filesystem::copy(HEAPDIFF_TESTDATA "/snapshots/" + series, folder.path / series,
                          std::filesystem::copy_options::recursive);
    for (const std::string& format : heapdiff::report_formats()) {
      const std::string arguments =
          series + " --source-root " + series + "/source --fail-on leak --fail-on 'rate>5MB/h' -q --format " + format;
      const std::string whole = format == "text" ? arguments + " --full" : arguments;
      approve(series + "." + format, stable(run_cli(whole, false, folder.path.string()).out, format));
      if (format == "text") {
        approve(series + ".brief", stable(run_cli(arguments, false, folder.path.string()).out, format));
      }
    }
  }
}
