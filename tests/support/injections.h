#pragma once
// Two hundred texts that try to become something live in one of the formats.

#include <string>
#include <vector>

namespace heapdiff::test {

inline std::vector<std::string> injections() {
  const std::vector<std::string> seeds = {
      // Markdown and HTML
      "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "<!-- c -->", "[a](http://x.io)",
      "![a](http://x.io/i.png)", "[a][b]", "[^1]: note", "`code`", "```\nfence", "~~~", "**b**", "__b__", "~~s~~",
      "# h", "> quote", "- item", "1. item", "---", "| a | b |", "a|b", "<https://x.io>", "https://x.io/a", "www.x.io",
      "me@x.io", "@octocat", "#123", "GH-123", "octo/repo#1", ":smile:", "$x^2$", "$$y$$", "\\", "^sup^", "[[wiki]]",
      // Jira
      "{code}", "{noformat}x{noformat}", "{color:red}r{color}", "{panel}", "{html}<b>{html}", "!i.png!",
      "[l|http://x.io]", "[~admin]", "||h||", "h1. T", "bq. q", "{{m}}", "BUG-892 :) (y)",
      // terminals and spreadsheets
      "\x1b]0;title\x07\x1b[31m", "=cmd|'/c calc'!A0\r\n\u202egnp"};
  std::vector<std::string> all;
  for (const std::string& seed : seeds) {
    all.push_back(seed);
    all.push_back("\n" + seed + "\n");
    all.push_back("x " + seed + " y");
    all.push_back(" \t" + seed + "}}*|`");
  }
  return all;
}

/// Names that try to become code, configuration or a mention where the repair kit uses them.
inline std::vector<std::string> code_injections() {
  return {"'); pwned(); ('",
          "\"); pwned(); (\"",
          "`${pwned()}`",
          "${pwned()}",
          "*/ pwned(); /*",
          "x\npwned();\n",
          "x\u2028pwned();\u2029",
          "\\'); pwned(); //",
          "x: y # pwned",
          "{{ pwned }} {{ $labels.pwned }}",
          "'\n      - alert: pwned\n        expr: 1\n",
          "\"} or vector(1) or x{pwned=\"",
          "@all @pwned {{#is_alert}}pwned{{/is_alert}}",
          "</script><script>pwned()</script>",
          "a:*; pwned():*",
          "class",
          "await",
          "__proto__",
          "const",
          "Map",
          "MOST",
          "..\\..\\pwned'+pwned()+'"};
}

}  // namespace heapdiff::test
