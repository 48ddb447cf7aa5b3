// Ninety-five names that try to become something live where a report is read: in the log of a CI job, in Jira, in
// Markdown and HTML, in a spreadsheet, in a shell. They go through the program and all its formats, and each output is
// judged by the rules of the one that reads it, written down here apart from the escapers.

#include "heapdiff/reports/render.h"
#include "model/untrusted_note.h"
#include "support/measured_run.h"
#include "support/planted_process.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <re2/re2.h>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::test::measured_run;
using heapdiff::test::MeasuredRun;
using heapdiff::test::PlantedProcess;
using heapdiff::test::PlantedText;
using heapdiff_test::TemporaryFolder;

namespace {

/// "pwned" stands in each of them where it takes effect.
std::vector<std::string> payloads() {
  return {
      // Logs of CI jobs
      "::error file=pwned::x", "  ::warning::pwned", "::set-output name=pwned::1", "::set-env name=PATH::pwned",
      "::add-mask::pwned", "::stop-commands::pwned", "::group::pwned", "::save-state name=pwned::1",
      "\n::notice::pwned", "a\r::debug::pwned", "##[error]pwned", "x ##[section]pwned",
      "##vso[task.setvariable variable=pwned]1", "##vso[task.uploadfile]/pwned", "##VSO[build.addbuildtag]pwned",
      "##teamcity[message text='pwned']", "##teamcity[setParameter name='pwned' value='1']",
      "section_start:1:pwned\r\x1b[0K", "section_end:1:pwned", "--- pwned", "+++ pwned", "~~~ pwned", "^^^ +++ pwned",
      "\x1b]1338;url=pwned\x07",
      // Jira
      "{code}pwned{code}", "{html}<b>pwned</b>{html}", "{noformat}pwned", "{color:red}pwned{color}", "{panel:pwned}",
      "{quote}pwned{quote}", "[pwned|http://pwned.example]", "[~pwned]", "[^pwned.txt]", "!http://pwned.example/a.png!",
      "h1. pwned", "bq. pwned", "||pwned||", "{{pwned}}", "{include:pwned}", "{jira:pwned}", "{iframe:src=pwned}",
      "{toc}pwned", "http://pwned.example/", "mailto:pwned@pwned.example",
      // Markdown and HTML
      "<script>pwned()</script>", "<img src=x onerror=pwned()>", "<svg/onload=pwned()>", "\"><a href=pwned>",
      "' onmouseover='pwned()", "</script><script>pwned()//", "<!--pwned-->", "]]><pwned>", "</title><pwned>",
      "<iframe srcdoc=pwned>", "<details open ontoggle=pwned()>", "[pwned](javascript:pwned())",
      "![pwned](http://pwned.example/i.png)", "[pwned]: http://pwned.example", "<http://pwned.example>",
      "www.pwned.example", "@pwned", "pwned/pwned#1", "#1 pwned", "`pwned`", "```\npwned\n```", "# pwned", "> pwned",
      "- [x] pwned", "| pwned | b |", "&lt;pwned&gt;", "$\\href{pwned}$", "[^pwned]", ":pwned:", "~~pwned~~",
      // Spreadsheets
      "=HYPERLINK(\"http://pwned.example\")", "=cmd|'/c pwned'!A0", "+pwned()", "-2+3+cmd|'pwned'!A0", "@SUM(pwned)",
      "\t=pwned()", "\r=pwned()", "\"=pwned()", "a\",\"=pwned()", "\n=pwned()", "%0A=pwned()", "\uFF1Dpwned()",
      ";=pwned()",
      // Shells and terminals
      "$(touch pwned)", "`touch pwned`", "; touch pwned #", "' && touch pwned && '", "\" && touch pwned && \"",
      "| tee pwned", "\x1b[2J\x1b]0;pwned\x07", "\u202egnp.pwned"};
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void require_no_control_characters(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool allowed = byte == '\n' || (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if ((byte < 0x20 && !allowed) || byte == 0x7F) {
      FAIL_CHECK("a control character " << static_cast<int>(byte) << " in: " << text.substr(i < 40 ? 0 : i - 40, 80));
      return;
    }
  }
  CHECK(text.find("\u202e") == std::string::npos);
}

/// The rules of GitHub's runner, Azure's agent, TeamCity, GitLab and Buildkite for lines of output.
void require_no_log_command(const std::string& text, bool annotations) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::string small = lower(line);
    const std::size_t first = small.find_first_not_of(" \t\r\v\f");
    const std::string trimmed = first == std::string::npos ? "" : small.substr(first);
    if (annotations && RE2::PartialMatch(trimmed, "^::(error|warning|notice) [^:]*::")) {
      CHECK_MESSAGE(small.find("##[") == std::string::npos, line);
      CHECK_MESSAGE(!RE2::PartialMatch(small, "title=[^:]*file=pwned"), line);
    } else {
      CHECK_MESSAGE(!trimmed.starts_with("::"), line);
    }
    for (const char* command : {"##[", "##vso[", "##teamcity["}) {
      CHECK_MESSAGE(small.find(command) == std::string::npos, line);
    }
    CHECK_MESSAGE(!RE2::PartialMatch(trimmed, "^section_(start|end):[0-9]"), line);
    CHECK_MESSAGE(!RE2::PartialMatch(line, R"(^(---|\+\+\+|~~~|\^\^\^) +(\+\+\+ )?pwned)"), line);
  }
}

/// Jira's wiki markup: what a backslash stands before is text, and so is what stands in {noformat} and {code}.
void require_no_jira_markup(const std::string& text) {
  std::string rest;
  bool verbatim = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char* macro : {"{noformat", "{code"}) {
      if (text.compare(i, std::string_view(macro).size(), macro) == 0 && (i == 0 || text[i - 1] != '\\')) {
        const std::size_t close = text.find('}', i);
        if (close != std::string::npos) {
          verbatim = !verbatim;
          i = close + 1;
        }
      }
    }
    if (i >= text.size() || verbatim) {
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) {
      rest += "_";
      ++i;
      continue;
    }
    rest += text[i];
  }
  CHECK_FALSE(verbatim);
  for (const char* live : {R"(\{(html|color|quote|include|jira|iframe|toc|panel:pwned)[:}])",
                           R"(\[[^\]\n]*pwned[^\]\n]*\])", R"(!http[^\n]*!)", R"((^|\n)(h1|bq)\. pwned)",
                           R"(\|\|pwned\|\|)", R"(\{\{pwned\}\})", R"(https?://pwned)", R"(mailto:pwned)"}) {
    std::string found;
    CHECK_MESSAGE(!RE2::PartialMatch(rest, "(" + std::string(live) + ")", &found), live << ": " << found);
  }
}

/// CommonMark: code spans and fenced blocks hold text; outside of them a backslash or an entity makes one of a mark.
std::string markdown_outside_code(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  std::string fence;
  for (std::string line; std::getline(in, line);) {
    const std::size_t at = line.find_first_not_of(' ');
    const std::size_t ticks = at == std::string::npos ? 0 : std::min(line.find_first_not_of('`', at), line.size()) - at;
    if (fence.empty() ? ticks >= 3 : at != std::string::npos && line.substr(at) == fence) {
      fence = fence.empty() ? line.substr(at, ticks) : "";
      continue;
    }
    if (!fence.empty()) {
      continue;
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\' && i + 1 < line.size()) {
        out += "_";
        ++i;
      } else if (line[i] == '`') {
        std::size_t end = i;
        while (end < line.size() && line[end] == '`') {
          ++end;
        }
        const std::string run = line.substr(i, end - i);
        std::size_t close = line.find(run, end);
        while (close != std::string::npos &&
               ((close + run.size() < line.size() && line[close + run.size()] == '`') || line[close - 1] == '`')) {
          close = line.find(run, line.find_first_not_of('`', close));
        }
        if (close == std::string::npos) {
          out += run;
          i = end - 1;
        } else {
          out += "<code>";
          i = close + run.size() - 1;
        }
      } else {
        out += line[i];
      }
    }
    out += '\n';
  }
  return out;
}

void require_no_markdown_markup(const std::string& text) {
  // heapdiff's own comment below the title says that names are data.
  const std::string note = fmt::format("\n<!-- {} -->\n", heapdiff::model::kUntrustedNote);
  const std::size_t noted = text.find(note);
  const std::string rest =
      markdown_outside_code(noted == std::string::npos ? text : std::string(text).erase(noted, note.size()));
  for (const char* live :
       {R"((?i)<(script|img|svg|a|iframe|details|pwned|/script|/title|!--)[\s/>-])", R"(\]\([^)\n]*pwned)",
        R"((^|\n)\[[^\]\n]*pwned[^\]\n]*\]:)", R"(<https?://pwned)", R"(https?://pwned)", R"(www\.pwned)",
        R"((^|[\s(])@pwned)", R"(pwned/pwned#1)", R"((^|\n)(#|>|- \[x\]) pwned)", R"((^|\n)\| pwned \|)",
        R"(\[\^pwned\])", R"(:pwned:)", R"(~~pwned~~)", R"(\$\\href)"}) {
    std::string found;
    CHECK_MESSAGE(!RE2::PartialMatch(rest, "(" + std::string(live) + ")", &found), live << ": " << found);
  }
}

/// The attributes of a tag, read as HTML's tokenizer reads them from behind the tag's name to its ">", which `at` is
/// set to. A name is in lower case; a value that has no quotes ends at a blank.
std::vector<std::pair<std::string, std::string>> attributes_of(const std::string& text, std::size_t& at) {
  constexpr std::string_view kBlank = " \t\r\n\f";
  std::vector<std::pair<std::string, std::string>> out;
  while (at < text.size() && text[at] != '>') {
    if (text[at] == '/' || kBlank.find(text[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    const std::size_t name_end = std::min(text.find_first_of(" \t\r\n\f/>=", at + 1), text.size());
    auto& [name, value] = out.emplace_back(lower(text.substr(at, name_end - at)), "");
    at = name_end;
    if (at >= text.size() || text[at] != '=') {
      continue;
    }
    const char quote = ++at < text.size() ? text[at] : '>';
    const bool quoted = quote == '"' || quote == '\'';
    const std::size_t end =
        std::min(quoted ? text.find(quote, at + 1) : text.find_first_of(" \t\r\n\f>", at), text.size());
    value = lower(text.substr(at + (quoted ? 1 : 0), end - at - (quoted ? 1 : 0)));
    at = std::min(end + (quoted ? 1 : 0), text.size());
  }
  return out;
}

/// HTML's tokenizer: a tag begins with "<" and a letter, "/" or "!". Scripts and styles are looked at by their ends.
void require_no_html_markup(const std::string& text) {
  std::map<std::string, std::size_t> tags;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    std::size_t end = at + 1;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '/' || text[end] == '!')) {
      ++end;
    }
    const std::string tag = lower(text.substr(at + 1, end - at - 1));
    if (tag == "script" || tag == "style") {
      at = text.find("</" + tag, end);
      REQUIRE(at != std::string::npos);
      continue;
    }
    ++tags[tag];
    const std::string around = text.substr(at, 200);
    CHECK_MESSAGE((tag.find("pwned") == std::string::npos && tag != "iframe" && tag != "img"), around);
    if (tag.starts_with("!")) {
      continue;
    }
    at = end;
    for (const auto& [name, value] : attributes_of(text, at)) {
      CHECK_MESSAGE(!name.starts_with("on"), around);
      if (name == "href" || name == "src" || name == "srcdoc") {
        CHECK_MESSAGE(!RE2::PartialMatch(value, R"(^\s*(javascript:|https?:|pwned))"), around);
      }
    }
  }
  CHECK(tags.size() > 5);
}

/// RFC 4180, and what spreadsheets take for a formula: a cell that begins with one of these characters.
void require_no_formula(const std::string& text) {
  std::string cell;
  bool quoted = false;
  std::size_t cells = 0;
  const auto judge = [&] {
    ++cells;
    const std::size_t first = cell.find_first_not_of(" \t\r\n");
    const char c = first == std::string::npos ? 'a' : cell[first];
    const bool number = RE2::FullMatch(cell, R"(-?[0-9.e+]+)");
    CHECK_MESSAGE((number || std::string_view("=+-@").find(c) == std::string_view::npos), cell);
    CHECK_MESSAGE(!cell.starts_with("\uFF1D"), cell);
    cell.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += '"';
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (text[i] == ',' || text[i] == '\n')) {
      judge();
    } else if (text[i] != '\r') {
      cell += text[i];
    }
  }
  CHECK_FALSE(quoted);
  CHECK(cells > 20);
}

/// SARIF 2.1.0, 3.11.6: "[text](target)" in a message is a link unless a backslash stands before the brackets.
void require_no_sarif_link(const nlohmann::json& document) {
  std::vector<const nlohmann::json*> open{&document};
  while (!open.empty()) {
    const nlohmann::json* const at = open.back();
    open.pop_back();
    if (at->is_object() && at->contains("text") && (*at)["text"].is_string()) {
      std::string found;
      const std::string text = (*at)["text"];
      CHECK_MESSAGE(!RE2::PartialMatch(text, R"((?:^|[^\\])(\[[^\]]*[^\\]\]\())", &found), text);
    }
    if (at->is_structured()) {
      for (const auto& child : *at) {
        open.push_back(&child);
      }
    }
  }
}

void judge_output(const std::string& format, const std::string& text) {
  CAPTURE(format);
  require_no_control_characters(text);
  if (format != "html") {
    require_no_log_command(text, format == "github");
  }
  if (format == "jira") {
    require_no_jira_markup(text);
  } else if (format == "markdown" || format == "postmortem" || format == "github-summary") {
    require_no_markdown_markup(text);
  } else if (format == "html") {
    require_no_html_markup(text);
  } else if (format == "csv") {
    require_no_formula(text);
  } else if (format == "sarif") {
    require_no_sarif_link(nlohmann::json::parse(text));
  } else if (format == "json" || format == "adf" || format == "adf-body" || format == "codequality") {
    CHECK(nlohmann::json::accept(text));
  } else if (format == "junit") {
    CHECK(text.find("<pwned") == std::string::npos);
    CHECK(text.find("]]><") == std::string::npos);
  }
}

}  // namespace

TEST_CASE("no injected name is live in any format, on standard output, or in an error") {
  const std::vector<std::string> names = payloads();
  CHECK(names.size() == 95);
  const TemporaryFolder folder;
  // Three series, so that each name is among the suspects that a report shows.
  constexpr std::size_t kOfOneSeries = 12;
  for (std::size_t first = 0; first < names.size(); first += kOfOneSeries) {
    std::vector<PlantedText> planted;
    for (std::size_t i = first; i < std::min(first + kOfOneSeries, names.size()); ++i) {
      planted.push_back({names[i], names[i]});
    }
    const fs::path series = folder.path / fmt::format("series-{}", first);
    heapdiff::test::write_series(PlantedProcess(planted), series,
                                 {"1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot", "4.heapsnapshot"});
    const std::string all = "'" + series.string() + "'";
    const std::string last = "'" + (series / "4.heapsnapshot").string() + "'";
    std::string analyze = "analyze " + all + " --interval 10m --fail-on leak --full";
    for (const std::string& format : heapdiff::report_formats()) {
      analyze += " -o " + format + "=" + (folder.path / ("report." + format)).string();
    }
    const MeasuredRun run = measured_run(analyze);
    CHECK(run.code == 1);
    judge_output("text", run.out);
    judge_output("stderr", run.errors);
    for (const std::string& format : heapdiff::report_formats()) {
      const std::string text = heapdiff::test::whole_file((folder.path / ("report." + format)).string());
      CHECK((text.find("pwned") != std::string::npos || format == "codequality"));  // which needs a line of source
      judge_output(format, text);
    }
    for (const char* format : {"text", "markdown", "json", "csv"}) {
      judge_output(format, measured_run("summary --top 0 " + last + " --format " + format).out);
      judge_output(format, measured_run("diff --top 0 '" + (series / "1.heapsnapshot").string() + "' " + last +
                                        " --format " + format)
                               .out);
    }
    judge_output("text", measured_run("explain " + all + " --interval 10m --suspect 1").out);
    judge_output("text", measured_run("verify --before " + all + " --after " + all + " --interval 10m").out);
  }
}

TEST_CASE("no injected argument is live in an error, and commands that a report proposes start no other") {
  const TemporaryFolder folder;
  for (const std::string& name : payloads()) {
    std::string quoted = "'";
    for (const char c : name) {
      quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    quoted += "'";
    CAPTURE(name);
    for (const std::string& command : {"summary ./" + quoted, "analyze --fail-on " + quoted,
                                       "explain -q x --constructor " + quoted, "diff a " + quoted}) {
      const MeasuredRun run = measured_run(command, {}, folder.path.string());
      CHECK(run.code != 0);
      CHECK(run.out.empty());
      judge_output("stderr", run.errors);
    }
    if (name.find_first_of("/\n\r\x1b") != std::string::npos) {
      continue;
    }
    // A folder of that name: what the report proposes to run is run, with heapdiff doing nothing.
    const fs::path series = folder.path / name;
    heapdiff::test::write_series(PlantedProcess(std::vector<PlantedText>{{"Session", "x"}}), series,
                                 {"1.heapsnapshot", "2.heapsnapshot"});
    const MeasuredRun run = measured_run("analyze ./" + quoted + " --interval 10m --full", {}, folder.path.string());
    judge_output("text", run.out);
    re2::StringPiece rest(run.out);
    std::string proposed;
    while (RE2::FindAndConsume(&rest, "`(heapdiff [^`]*)`", &proposed)) {
      folder.write("script.sh", "heapdiff() { :; }\n" + proposed + "\n");
      CHECK(std::system(
                ("cd '" + folder.path.string() + "' && bash script.sh >/dev/null 2>&1; test ! -e pwned").c_str()) == 0);
    }
    fs::remove_all(series);
  }
}
