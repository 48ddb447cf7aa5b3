// The HTML report: nothing from a heap becomes markup, the policy's hashes are those of the content, sizes are bounded.

#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/render.h"
#include "support/sample_explorer.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace heapdiff;

/// A report in which every text that can come from a heap, a file or a repository is `name`.
RcaReport report_with(const std::string& name) {
  RcaReport r;
  r.tool_version = "1.0";
  r.command_line = name;
  r.verdict = Verdict::leak;
  r.headline = "Leak: " + name;
  r.reason = name;
  for (int i = 0; i < 4; ++i) {
    ReportSnapshot s;
    s.path = name;
    s.captured_at = "2026-03-02T01:0" + std::to_string(i) + ":00Z";
    s.captured_at_source = "file-name";
    s.self_size_bytes = static_cast<std::uint64_t>(7'000'000 + i * 900'000);
    s.compression = "zstd";
    s.digest = "00ff";
    r.snapshots.push_back(std::move(s));
  }
  r.growth_bytes = 2'700'000;
  r.heap_rate = RateValue{54e6, 50e6, 58e6, 0.95};
  r.rate_method = "least squares";
  r.rate_notes = {name};
  ReportSuspect s;
  s.kind = "event-listener";
  s.constructor = name;
  s.title = name;
  s.why = "It grows.";
  s.evidence = name;
  s.confidence = Confidence::high;
  s.signature = "0123456789abcdef";
  s.growth_bytes = 2'600'000;
  s.rate = RateValue{52e6, 49e6, 55e6, 0.95};
  s.fix = advice_for(s.kind).fix;
  s.fix_frees_bytes = 2'500'000;
  s.fix_frees_text = "Frees " + name;
  ReportSite site;
  site.file = name;
  site.line = 53;
  site.function = name;
  site.role = SiteRole::registration;
  site.evidence = SiteEvidence::closure;
  site.note = name;
  site.generated_file = name;
  site.excerpt = {{52, name, false}, {53, name, true}};
  s.sites = {site, site};
  s.commit = ReportCommit{"abc", "2026-01-01", name};
  s.path = {{name, EdgeType::property, name, "object", 5, 1, PathRole::none},
            {name, EdgeType::element, name, name, 7, 3, PathRole::none}};
  s.other_holders = {name};
  s.levels = {{1, 100}, {2, 200}, {3, 300}, {4, 400}};
  s.counters = {{name, {1, 2, 3, 4}}};
  r.suspects = {s};
  r.ruled_out = r.limits_of_evidence = r.next_steps = r.self_check = r.warnings = {name};
  r.growth_tree = {name, GrowthKind::all, 10, {{name, GrowthKind::suspect, 9, {{name, GrowthKind::step, 4, {}}}}}};
  r.constructors = r.closures = r.listeners = {{name, name, 1, 2, 10, 20, 100, 200}};
  r.explorer = test::sample_explorer(name, 5, r.snapshots.size());
  return r;
}

std::string html_of(const RcaReport& report) { return render(test::masked(report), Format::html, {}); }

/// The data block's text.
std::string data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"report-data\">";
  const std::size_t from = page.find(open) + open.size();
  return page.substr(from, page.find("</script>", from) - from);
}

/// The page's tags, comments and raw elements as a browser's tokenizer sees them; character data is left out.
std::vector<std::string> tokens_of(const std::string& page) {
  std::vector<std::string> tokens;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at)) {
    const char next = at + 1 < page.size() ? page[at + 1] : ' ';
    if (std::isalpha(static_cast<unsigned char>(next)) == 0 && next != '/' && next != '!' && next != '?') {
      ++at;
      continue;
    }
    std::string token;
    char quote = 0;
    while (at < page.size()) {
      const char c = page[at++];
      if (quote != 0) {
        quote = c == quote ? '\0' : quote;
        continue;  // attribute values may differ, attributes may not
      }
      if (c == '"' || c == '\'') {
        quote = c;
        continue;
      }
      token += c;
      if (c == '>') {
        break;
      }
    }
    tokens.push_back(token);
    const bool script = token.rfind("<script", 0) == 0;
    if (script || token.rfind("<style", 0) == 0) {
      at = page.find(script ? "</script" : "</style", at);
    }
  }
  return tokens;
}

std::string base64_of_hex(const std::string& hex) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bits = (bits << 8U) | static_cast<std::uint32_t>(std::stoul(hex.substr(i, 2), nullptr, 16));
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += kAlphabet[(bits >> static_cast<unsigned>(held)) & 63U];
    }
  }
  if (held > 0) {
    out += kAlphabet[(bits << static_cast<unsigned>(6 - held)) & 63U];
  }
  return out + std::string((4 - out.size() % 4) % 4, '=');
}

/// By coreutils, so that the build's own arithmetic is checked by another.
std::string sha256_source(const std::string& text) {
  std::array<char, 64> path{"/tmp/heapdiff_html_XXXXXX"};
  const int file = ::mkstemp(path.data());
  REQUIRE(file >= 0);
  REQUIRE(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(file);
  std::array<char, 65> hex{};
  std::FILE* pipe = ::popen(("sha256sum " + std::string(path.data())).c_str(), "r");
  REQUIRE(pipe != nullptr);
  CHECK(std::fread(hex.data(), 1, 64, pipe) == 64);
  ::pclose(pipe);
  ::unlink(path.data());
  return "'sha256-" + base64_of_hex(hex.data()) + "'";
}

std::vector<std::string> elements(const std::string& page, const std::string& open, const std::string& close) {
  std::vector<std::string> found;
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    const std::size_t end = page.find(close, at);
    found.push_back(page.substr(at, end - at));
    at = end;
  }
  return found;
}

}  // namespace

TEST_CASE("html: hostile names leave the page's tokens as a benign name does") {
  const std::vector<std::string> benign = tokens_of(html_of(report_with("Customer")));
  CHECK(benign.size() > 200);
  const std::vector<std::string> payloads = {
      "<script>alert(1)</script>",
      "</script><script>alert(1)</script>",
      "</style><img src=x onerror=alert(1)>",
      "<!--",
      "--><b>",
      "<![CDATA[ x ]]>",
      "\"onmouseover=alert(1) x=\"",
      "'onfocus=alert(1) autofocus='",
      "&lt;script&gt;",
      "&#60;script&#62;",
      "</textarea></title><svg/onload=alert(1)>",
      "javascript:alert(1)",
      "`${alert(1)}`",
      "\\u003cscript\\u003e",
      "<?xml version=\"1.0\"?>",
      "</main></body></html>",
      "a\xe2\x80\xa8"
      "b\xe2\x80\xa9"
      "c",
      "<a href=\"javascript:alert(1)\">x</a>",
      "<iframe srcdoc='<script>1</script>'>",
      std::string("\0<b>\0", 5),
      "\xff\xfe<b>",
      "{{constructor.constructor('alert(1)')()}}",
      "<script\n>alert(1)</script\t>",
      "<SCRIPT>x</SCRIPT>",
      "]]>--!><b>",
      "a\"><meta http-equiv=refresh content=0>",
  };
  for (const std::string& payload : payloads) {
    CAPTURE(payload);
    const std::string page = html_of(report_with(payload));
    CHECK(tokens_of(page) == benign);
    const std::string data = data_of(page);
    CHECK(data.find_first_of("<>&") == std::string::npos);
    const auto parsed = nlohmann::json::parse(data);
    CHECK(parsed.contains("tree"));
    CHECK(parsed["explorer"]["cells"].size() == 5);
  }
}

TEST_CASE("html: the repair kit and the commits are there to read and to paste") {
  RcaReport report = test::sample_report("Customer");
  report.suspects[0].commit_text = "deadbeef changed the line";
  report.suspects[0].recent_commits[0].subject = "cache per tenant";
  const std::string page = html_of(report);
  for (const char* part : {"deadbeef changed the line", "cache per tenant", "Regression test", "Prometheus rules",
                           "Datadog monitor", "Runbook", "node:test"}) {
    CAPTURE(part);
    CHECK(page.find(part) != std::string::npos);
  }
}

TEST_CASE("html: characters of markup are shown as themselves") {
  const std::string page = html_of(report_with("Map<K & \"V\", 'x'>"));
  CHECK(page.find("Map&lt;K &amp; &quot;V&quot;, &#39;x&#39;&gt;") != std::string::npos);
  CHECK(nlohmann::json::parse(data_of(page))["tree"]["name"] == "Map<K & \"V\", 'x'>");
}

TEST_CASE("html: control characters, bidi marks and broken UTF-8 are visible") {
  const std::string page = html_of(report_with("a\x1b[31m\x07\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\n\xff"));
  for (const char* live : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xff"}) {
    CHECK(page.find(live) == std::string::npos);
  }
  CHECK(page.find("\\u{202e}") != std::string::npos);
}

TEST_CASE("html: the policy allows this page's scripts and styles, by hash, and nothing else") {
  const std::string page = html_of(report_with("Customer"));
  std::smatch match;
  REQUIRE(std::regex_search(page, match, std::regex("Content-Security-Policy\" content=\"([^\"]*)\"")));
  const std::string policy = match[1];
  std::string expected = "default-src 'none'; script-src";
  const std::vector<std::string> scripts = elements(page, "<script>", "</script>");
  CHECK(scripts.size() == 6);
  for (const std::string& script : scripts) {
    expected += " " + sha256_source(script);
  }
  expected += "; style-src";
  for (const std::string& style : elements(page, "<style>", "</style>")) {
    expected += " " + sha256_source(style);
  }
  CHECK(policy == expected + "; base-uri 'none'; form-action 'none'");
  for (const std::string& token : tokens_of(page)) {
    CAPTURE(token);
    CHECK_FALSE(std::regex_search(token, std::regex(R"(\s(on[a-z]+|style|src)=)")));
    CHECK(token.rfind("<link", 0) != 0);
  }
}

TEST_CASE("html: names in the explorer's data are what a reader would see, without a character that acts") {
  RcaReport report = report_with("Customer");
  report.explorer->names[1] = "</script><!--\xe2\x80\xa8\x1b[31m";
  const auto names = nlohmann::json::parse(data_of(html_of(report)))["explorer"]["names"];
  CHECK(std::find(names.begin(), names.end(), "</script><!--\\u{2028}\\u{1b}[31m") != names.end());
}

TEST_CASE("html: secrets in the explorer's names, keys and events are masked") {
  RcaReport report = report_with("Customer");
  report.explorer->names[0] = "alice.liddell@example.com";
  report.explorer->edges[0].name = "token:bob.jones@example.com";
  report.explorer->edges[1].name = "updated:customer:2817";
  const std::string page = html_of(report);
  CHECK(page.find("liddell") == std::string::npos);
  CHECK(page.find("bob.jones") == std::string::npos);
  CHECK(page.find("2817") == std::string::npos);
  CHECK(page.find("updated:customer:*") != std::string::npos);
}

TEST_CASE("html: a page without an explorer is whole") {
  RcaReport report = report_with("Customer");
  report.explorer.reset();
  const std::string page = html_of(report);
  CHECK(page.find("id=\"treemap\"") == std::string::npos);
  CHECK(page.find("id=\"cuts\"") == std::string::npos);
  CHECK(nlohmann::json::parse(data_of(page))["explorer"].is_null());
}

TEST_CASE("html: what does not fit into the budget is left out, the least important first, and the page says so") {
  RcaReport report = report_with("Customer");
  const auto packed = [&](std::uint32_t classes, std::size_t snapshots) {
    report.explorer = test::sample_explorer(std::string(150, 'q'), classes, snapshots);
    report.snapshots.resize(snapshots, report.snapshots.back());
    const std::string page = html_of(report);
    CHECK(data_of(page).size() < 1'500'000);
    CHECK(page.size() < 2'000'000);
    return std::pair(page, nlohmann::json::parse(data_of(page))["explorer"]);
  };
  const auto [whole, all] = packed(50, 4);
  CHECK(all["classes"].size() == 50);
  CHECK(all["details"].size() == 50);
  CHECK(whole.find("classes can be opened") == std::string::npos);
  const auto [cut, some] = packed(4000, 4);
  CHECK(some["suspects"].size() == 2);
  CHECK(some["cells"].size() == 4000);
  CHECK(some["classes"].size() < 4000);
  CHECK(some["details"].size() < some["classes"].size());
  CHECK(cut.find(" of 4,000 classes can be opened") != std::string::npos);
  // Every position that is referred to is there.
  const auto names = static_cast<std::int64_t>(some["names"].size());
  for (const auto& step : some["steps"]) {
    CHECK(step[0] < static_cast<std::int64_t>(some["steps"].size()));
    CHECK(step[1] < static_cast<std::int64_t>(some["edges"].size()));
    CHECK(step[3] < names);
  }
  for (const auto& subject : some["classes"]) {
    CHECK(subject[0] < names);
    CHECK(subject[4][0][4] < static_cast<std::int64_t>(some["steps"].size()));
  }
  const auto [long_series, columns] = packed(50, 300);
  CHECK(columns["snapshots"].size() == 40);
  CHECK(columns["table"][0].size() == 1 + 3 * 40);
  CHECK(long_series.find("40 of 300 snapshots can be compared") != std::string::npos);
}

TEST_CASE("html: the axis of the chart starts at zero, or the page says where") {
  RcaReport report = report_with("Customer");
  CHECK(html_of(report).find("id=\"axis\"") == std::string::npos);
  CHECK(nlohmann::json::parse(data_of(html_of(report)))["axis"][0] == 0);
  for (ReportSnapshot& s : report.snapshots) {
    s.self_size_bytes += 90'000'000;
  }
  CHECK(html_of(report).find("The axis starts at 96 MB, not at zero.") != std::string::npos);
}

TEST_CASE("html: no two ticks of the chart have the same label") {
  for (const std::uint64_t more : {0U, 90'000'000U, 2'000'000'000U}) {
    RcaReport report = report_with("Customer");
    for (ReportSnapshot& s : report.snapshots) {
      s.self_size_bytes += more;
    }
    const std::string page = html_of(report);
    const std::string chart =
        page.substr(page.find("<svg class=\"chart full\""),
                    page.find("<svg class=\"chart slim\"") - page.find("<svg class=\"chart full\""));
    std::set<std::string> labels;
    const std::string open = "<text class=\"tick end\"";
    std::size_t ticks = 0;
    for (std::size_t at = chart.find("<path class=\"grid\""); at != std::string::npos;
         at = chart.find("<path class=\"grid\"", at + 1)) {
      const std::size_t text = chart.find('>', chart.find(open, at)) + 1;
      labels.insert(chart.substr(text, chart.find('<', text) - text));
      ++ticks;
    }
    CHECK(ticks >= 2);
    CHECK(labels.size() == ticks);
  }
}

TEST_CASE("html: a name in a sentence of ours is code, and a file that is not compressed has no remark") {
  RcaReport report = report_with("Customer");
  report.suspects[0].sites[0].note = "adds to `pages`";
  report.suspects[0].sites[0].evidence = heapdiff::SiteEvidence::source_text;
  report.suspects[0].fix_frees_text = "Clearing `pages` would free 2 MB.";
  report.snapshots[0].compression = "none";
  const std::string page = html_of(report);
  CHECK(page.find("adds to <code>pages</code> (found in the source)") != std::string::npos);
  CHECK(page.find("Clearing <code>pages</code> would free") != std::string::npos);
  CHECK(page.find("(none)") == std::string::npos);
  report.suspects[0].fix_frees_text = "Clearing `a`b` would free 2 MB.";
  CHECK(html_of(report).find("Clearing `a`b` would free") != std::string::npos);
}

TEST_CASE("html: the same report gives the same bytes") {
  CHECK(html_of(report_with("Customer")) == html_of(report_with("Customer")));
}

TEST_CASE("html: size budgets hold for a small report and for one that is far too large") {
  const std::string small = html_of(report_with("Customer"));
  CHECK(small.size() < 500'000);
  RcaReport large = report_with("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"");
  large.suspects.front().path.resize(5000, large.suspects.front().path.front());
  large.suspects.resize(400, large.suspects.front());
  large.snapshots.resize(3000, large.snapshots.back());
  large.warnings.resize(10'000, std::string(5000, '<'));
  const std::string page = html_of(large);
  CHECK(page.size() < 2'000'000);
  CHECK(page.find("Further suspects, in short") != std::string::npos);
  CHECK(page.find("and 9950 more") != std::string::npos);
}

TEST_CASE("html: whole without scripts") {
  const std::string page = html_of(report_with("Customer"));
  const std::string still = page.substr(0, page.find("<script type="));
  for (const char* part :
       {"<polygon class=\"band\"", "<mark class=\"row\">", "class=\"path\"", "54.0 MB/h", "It grows.",
        "<code>off(event, listener)</code>", "2.5 MB", "<caption>Constructors", "id=\"inputs\"", "The MIT License"}) {
    CAPTURE(part);
    CHECK(still.find(part) != std::string::npos);
  }
}

TEST_CASE("html: sizes have DevTools' names") {
  const std::string page = heapdiff::render(test::sample_report("x"), heapdiff::Format::html, {});
  CHECK(page.find("elf size</th>") == std::string::npos);
  CHECK(page.find("Shallow size</th>") != std::string::npos);
}

TEST_CASE("html: a backtick in a heap's name is a backtick") {
  RcaReport report = report_with("`x`");
  report.suspects[0].why = "Listeners of `x` pile up.";
  CHECK(html_of(report).find("<code>x</code>") == std::string::npos);
  report.suspects[0].fix = "Look at `x`.";  // not our advice, so it may hold a name
  CHECK(html_of(report).find("Look at `x`.") != std::string::npos);
}

TEST_CASE("html: an empty report and one without times are pages too") {
  RcaReport bare;
  bare.verdict = Verdict::no_leak;
  bare.headline = "No leak.";
  CHECK(html_of(bare).find("No leak.") != std::string::npos);
  RcaReport timeless = report_with("Customer");
  for (ReportSnapshot& s : timeless.snapshots) {
    s.captured_at.reset();
    s.captured_at_source = "none";
  }
  timeless.heap_rate.reset();
  const std::string page = html_of(timeless);
  CHECK(page.find("time not known") != std::string::npos);
  CHECK(page.find(">#4</text>") != std::string::npos);
  CHECK(page.find("class=\"band\"") == std::string::npos);
}

TEST_CASE("html: the libraries are those that the assets' README and SHA256SUMS name") {
  const std::string folder = std::string(HEAPDIFF_SOURCE_DIR) + "/reports/assets/";
  const auto slurp = [&](const std::string& name) {
    std::ifstream file(folder + name, std::ios::binary);
    REQUIRE(file.good());
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string readme = slurp("README.md");
  std::istringstream sums(slurp("SHA256SUMS"));
  std::string hash;
  std::string name;
  int libraries = 0;
  while (sums >> hash >> name) {
    CAPTURE(name);
    CHECK(sha256_source(slurp(name)) == "'sha256-" + base64_of_hex(hash) + "'");
    if (name.find("LICENSE") == std::string::npos) {
      CHECK(readme.find("`" + name + "`") != std::string::npos);
      CHECK(readme.find(hash) != std::string::npos);
      ++libraries;
    }
  }
  CHECK(libraries == 3);
}
