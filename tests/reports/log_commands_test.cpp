// What a report prints in the log of a CI job: parsers written from the rules of the systems that read it find nothing.

#include "heapdiff/reports/log_commands.h"

#include "heapdiff/reports/jira_kit.h"
#include "heapdiff/reports/render.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// The commands that a line holds, by the name of the system that would run them.
std::vector<std::string> commands_in(const std::string& line) {
  std::vector<std::string> found;
  // GitHub's runner: ActionCommand.TryParseV2 trims the start of the line and wants "::name ...::".
  const std::size_t first = line.find_first_not_of(" \t\r\v\f");
  if (first != std::string::npos && line.compare(first, 2, "::") == 0 &&
      line.find("::", first + 2) != std::string::npos) {
    found.emplace_back("github");
  }
  // The same runner and Azure's agent: "##[name]" and "##vso[area.name]" anywhere in the line.
  const std::string small = lower(line);
  for (const char* prefix : {"##[", "##vso["}) {
    const std::size_t at = small.find(prefix);
    if (at != std::string::npos && small.find(']', at) != std::string::npos) {
      found.emplace_back("azure");
    }
  }
  if (small.find("##teamcity[") != std::string::npos) {
    found.emplace_back("teamcity");
  }
  // GitLab: "section_start:SECONDS:NAME" and an escape sequence behind it.
  static const std::regex kSection(R"(^\s*section_(start|end):[0-9]+:)");
  if (std::regex_search(small, kSection)) {
    found.emplace_back("gitlab");
  }
  for (const char* heading : {"--- ", "+++ ", "~~~ ", "^^^ "}) {
    if (line.rfind(heading, 0) == 0) {
      found.emplace_back("buildkite");
    }
  }
  return found;
}

std::size_t command_count(const std::string& text) {
  std::istringstream in(text);
  std::size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    count += commands_in(line).size();
  }
  return count;
}

const std::vector<std::string> kPayloads = {"##[error]x",
                                            "##[Command]whoami",
                                            "a ##[group]b",
                                            "##vso[task.setvariable variable=PATH]/tmp",
                                            "x##VSO[task.complete result=Succeeded;]",
                                            "##teamcity[buildStatus status='SUCCESS']",
                                            "##TeamCity[x]",
                                            "::stop-commands::token",
                                            "::error file=a::b",
                                            "   ::add-mask::a",
                                            "\t::set-env name=A::b",
                                            "###[error]x",
                                            "section_start:1:build[collapsed=true]",
                                            "SECTION_END:1:build",
                                            "--- group",
                                            "+++ open",
                                            "~~~ folded",
                                            "^^^ +++",
                                            "#\u200b#[error]",
                                            "##[##[error]]",
                                            "::::",
                                            "::warning::a\n::error::b",
                                            "b\r::error::c"};

}  // namespace

TEST_CASE("no name in any format becomes a command of a CI system") {
  for (const std::string& payload : kPayloads) {
    // Words before it, so that wrapping puts it at the start of a line at some width.
    for (const std::string& name : {payload, "words " + payload + " more", "a/" + payload}) {
      CAPTURE(name);
      const RcaReport report = test::masked(test::sample_report(name));
      for (const std::string& format : report_formats()) {
        if (format == "github") {
          continue;
        }
        CAPTURE(format);
        for (const bool brief : {false, true}) {
          for (const unsigned width : {40U, 57U, 80U, 113U}) {
            if ((format != "text" && (brief || width != 80))) {
              continue;
            }
            CHECK(command_count(render(report, *parse_format(format), {.width = width, .brief = brief})) == 0);
          }
        }
      }
      for (const FolderFile& file : jira_kit(report)) {
        CHECK_MESSAGE(command_count(file.bytes) == 0, file.name);
      }
      CHECK(command_count(verdict_line(report)) == 0);
    }
  }
}

TEST_CASE("the annotations for GitHub hold the commands that heapdiff means, and no other") {
  const auto lines_of_commands = [](const RcaReport& report) {
    std::istringstream in(render(test::masked(report), Format::github, {}));
    std::size_t commands = 0;
    for (std::string line; std::getline(in, line);) {
      const std::string kind = line.substr(0, line.find(' '));
      CHECK((kind == "::error" || kind == "::warning" || kind == "::notice"));
      CHECK(commands_in(line) == std::vector<std::string>{"github"});
      ++commands;
    }
    return commands;
  };
  const std::size_t benign = lines_of_commands(test::sample_report("name"));
  for (const std::string& payload : kPayloads) {
    CAPTURE(payload);
    CHECK(lines_of_commands(test::sample_report(payload)) == benign);
  }
}

TEST_CASE("breaking a command does not change the text that JSON carries") {
  const RcaReport report = test::sample_report("##vso[task.setvariable variable=A]b ##[error]c");
  const auto json = nlohmann::json::parse(render(report, Format::json, {}));
  CHECK(json["suspects"][0]["title"] == report.suspects[0].title);
  CHECK(without_log_commands("issue ## 7, a#[0], c::d, --x") == "issue ## 7, a#[0], c::d, --x");
  CHECK(without_log_commands("##[x]") == "#\\#[x]");
  CHECK(without_log_commands("##[x]", LogSyntax::markup) == "#&#35;[x]");
  CHECK(without_log_commands("  ::x::") == "  \\::x::");
}
