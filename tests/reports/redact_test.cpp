#include "heapdiff/reports/redact.h"

#include "heapdiff/reports/error_text.h"
#include "heapdiff/reports/personal.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/load.h"
#include "heapdiff/snapshot/visible_text.h"
#include "support/planted_secrets.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <re2/re2.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using heapdiff::EdgeType;
using heapdiff::GrowthKind;
using heapdiff::mask_code;
using heapdiff::mask_key;
using heapdiff::mask_secrets;
using heapdiff::PathRole;

TEST_CASE("names, places and messages without secrets stay as they are") {
  for (const char* text : {"src/cache/cache.service.ts:53",
                           "Detached Node / SocketAddressBlockListWrap",
                           "invalidate:customer:*",
                           "node:internal/modules/cjs/loader:225",
                           "/app/node_modules/ioredis/built/Command.js:36",
                           "/app/node_modules/.pnpm/ioredis@5.3.2/node_modules/ioredis/built/Redis.js",
                           "JSArrayBufferData",
                           "New objects: 3.6 MB. Of these 3.4 MB in suspects or levelled off, 180 kB compiled code.",
                           "Heap.20260302.010030.1.0.002.heapsnapshot.zst",
                           "snapshot-1772413200000.heapsnapshot",
                           "session:created",
                           "token:refresh",
                           "main.8d1b6a7c9e0f1a2b3c4d.js",
                           "getTLSv1ServerCertificateChain",
                           "authorization",
                           "2026-03-02T01:00:30Z",
                           "105.6 MB/h (95 % 102.1 to 109.0)",
                           "heapdiff a b --limit 4GB --at x=2026-03-02T01:00:00Z",
                           "XMLHttpRequestEventTarget",
                           "blink::V8UnionFloat16ArrayOrFloat32ArrayOrUint8ClampedArray",
                           "AbstractUserAuthenticationTokenProviderFactoryBean",
                           "{name, plan, note}",
                           "The interval holds zero: the series alone does not show that the whole heap grows."}) {
    CHECK(mask_secrets(text) == text);
  }
}

TEST_CASE("each planted secret is masked, and masking twice changes nothing") {
  for (const auto& plant : heapdiff::test::planted_secrets()) {
    const std::string masked = mask_secrets(plant.text);
    CHECK_MESSAGE(masked.find(plant.secret) == std::string::npos, plant.text << " -> " << masked);
    CHECK(mask_secrets(masked) == masked);
  }
}

TEST_CASE("random tokens of letters and digits are masked, whatever letters they happen to have") {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::mt19937_64 random(892);
  std::size_t masked = 0;
  constexpr std::size_t kTokens = 10000;
  for (std::size_t i = 0; i < kTokens; ++i) {
    std::string token(32, ' ');
    for (char& c : token) {
      c = kLetters[random() % kLetters.size()];
    }
    masked += mask_secrets(token) == "[secret]" ? 1U : 0U;
  }
  CHECK(masked * 100 >= kTokens * 97);  // no measure tells all random text from names
}

TEST_CASE("sentences and options about passwords stay readable") {
  for (const char* text : {"password is required",
                           "the password must be changed",
                           "reset password",
                           "Password Manager",
                           "passphrase was wrong",
                           "login password field",
                           "password reset link",
                           "show --user alice",
                           "docker run -p 8080:80",
                           "mkdir -p build",
                           "grep -u pattern",
                           "ls -a src",
                           "secretary",
                           "keyboard=on",
                           "monkey: banana",
                           "tokenize(text)",
                           "signal: SIGTERM",
                           "authorizationCode",
                           "x-powered-by: Express",
                           "sessionStorage",
                           "passive: true",
                           "compass=north",
                           "node -r ./instrument.js",
                           "psql is a client"}) {
    CHECK(mask_secrets(text) == text);
  }
}

TEST_CASE("an error about a path that ends in a word for a secret keeps its reason") {
  using heapdiff::Error;
  using heapdiff::ErrorKind;
  using heapdiff::mask_error;
  CHECK(mask_error(Error(ErrorKind::input, "/srv/password", std::nullopt, "no such file or folder", "Look again.")) ==
        "/srv/password: no such file or folder\nLook again.");
  CHECK(mask_error(Error(ErrorKind::input, "out/token", 17, "expected '{'")) == "out/token: byte 17: expected '{'");
  CHECK(mask_error(Error(ErrorKind::output, "password=hunter2", std::nullopt, "Is a directory")) ==
        "password=[secret]: Is a directory");
  CHECK(mask_error(Error(ErrorKind::usage, "got 'token=quux'")) == "got 'token=[secret]'");
}

TEST_CASE("personal data is masked for what is posted, and versions, places and times are none") {
  using heapdiff::mask_personal;
  for (const auto& plant : heapdiff::test::planted_personal()) {
    const std::string masked = mask_personal(mask_secrets(plant.text));
    CHECK_MESSAGE(masked.find(plant.secret) == std::string::npos, plant.text << " -> " << masked);
    CHECK(mask_personal(masked) == masked);
  }
  for (const char* text : {"Chrome/120.0.6099.109",
                           "Mozilla/5.0 (X11) Version 1.2.3.4",
                           "v1.2.3.4",
                           "ioredis@5.3.2.1",
                           "lib-1.2.3.4.so",
                           "release 10.0.1.2",
                           "src/a.ts:53:7",
                           "2026-03-02T01:00:30Z",
                           "Heap.20260302.010030.1.0.002.heapsnapshot",
                           "2026-11-27",
                           "std::vector::iterator",
                           "http2::Session",
                           "dead::beef",
                           "10:21:33",
                           "1,234,567 objects",
                           "105.6 MB/h (95 % 102.1 to 109.0)",
                           "http://www.w3.org/1999/xhtml",
                           "@12345 of 67890",
                           "0x1234567890",
                           "300 more Profile",
                           "1.2.3",
                           "ISO 8601",
                           "HTTP 404 2345"}) {
    CHECK(mask_personal(text) == text);
  }
  CHECK(mask_personal("of one function, fe80::1ff:fe23:4567:890a: one call") == "of one function, [address]: one call");
  using heapdiff::RedactLevel;
  for (const char* format : {"jira", "adf", "adf-body", "markdown", "html", "postmortem", "github-summary"}) {
    CHECK(heapdiff::usual_redact_level(format) == RedactLevel::personal);
  }
  for (const char* format : {"text", "json", "csv", "sarif", "junit"}) {
    CHECK(heapdiff::usual_redact_level(format) == RedactLevel::secrets);
  }
}

TEST_CASE("a mask says what stood there and keeps what is none of the secret") {
  CHECK(mask_secrets("redis://app:hunter2@cache.internal:6379/0") == "redis://[user]@cache.internal:6379/0");
  // A name that was cut where its secret ends.
  CHECK(mask_secrets("redis://app:hunter2…") == "redis://[user]…");
  CHECK(mask_secrets("user:alice@exam…") == "user:[e-mail]…");
  CHECK(mask_secrets("https://example.com/a/b…") == "https://example.com/a/b…");
  CHECK(mask_secrets("GET /users?email=a&page=2#top") == "GET /users?email=[value]&page=[value]#top");
  CHECK(mask_secrets("file:///home/alice/app/x.js:3") == "file://~/app/x.js:3");
  CHECK(mask_secrets("heapdiff /root/a /home/bob/b") == "heapdiff ~/a ~/b");
  CHECK(mask_secrets("C:\\Users\\alice\\x.js") == "~\\x.js");
  CHECK(mask_secrets("user:alice@example.com:invalidate") == "user:[e-mail]:invalidate");
  CHECK(mask_secrets("app:hunter2@cache:6379") == "[user]@cache:6379");
  CHECK(mask_secrets("DB_PASS=hunter2") == "DB_PASS=[secret]");
  CHECK(mask_secrets("bypass=always") == "bypass=always");
  CHECK(mask_secrets(R"({"{\"apiKey\":\"abcdef\"}"})").find("abcdef") == std::string::npos);
  CHECK(mask_secrets("(\"--password opensesame\")").find("opensesame") == std::string::npos);
  CHECK(mask_secrets("a\x1b[31m") == "a\\u{1b}[31m");
}

TEST_CASE("a mask that stands before a colon is masked for good at the first time") {
  const std::string once = mask_secrets("XYXzzYYpYnYnoM8Yt6pooM9:/uur");
  CHECK(once == mask_secrets(once));
  CHECK(once.find("pooM9") == std::string::npos);
}

TEST_CASE("keys that are data are folded, identifiers are not") {
  CHECK(mask_key("invalidate:customer:28") == "invalidate:customer:*");
  CHECK(mask_key("user12345") == "*");
  CHECK(mask_key("utf8") == "utf8");
  CHECK(mask_key("_events") == "_events");
  CHECK(mask_key("http2Sessions") == "http2Sessions");
}

TEST_CASE("in code a literal is masked and an expression stays") {
  CHECK(mask_code("  const password = readPassword(file);") == "  const password = readPassword(file);");
  CHECK(mask_code("  const dbPassword = 'hunter2!';") == "  const dbPassword = '[secret]';");
  CHECK(mask_code("  token: `abcd1234`,") == "  token: `[secret]`,");
  CHECK(mask_code("this.subscriber.on(event, handler);") == "this.subscriber.on(event, handler);");
  CHECK(mask_code("const a = b ? c=1 : d;") == "const a = b ? c=1 : d;");
}

TEST_CASE("commits and the growth tree are masked like the rest") {
  heapdiff::RcaReport report;
  report.growth_tree = {
      "all",
      GrowthKind::all,
      1,
      {{"user:alice@example.com", GrowthKind::suspect, 1, {{"password=hunter2", GrowthKind::step, 1, {}}}}}};
  heapdiff::ReportSuspect suspect;
  suspect.commit_text = suspect.commit_notes.emplace_back("by alice@example.com");
  suspect.recent_commits = {{"abc", "2026-01-01", "password=hunter2", std::nullopt}};
  suspect.ruled_out = {"token=quux"};
  report.suspects.push_back(suspect);
  heapdiff::redact(report);
  CHECK(report.growth_tree.children[0].name == "user:[e-mail]");
  CHECK(report.growth_tree.children[0].children[0].name == "password=[secret]");
  CHECK(report.suspects[0].commit_text == "by [e-mail]");
  CHECK(report.suspects[0].commit_notes[0] == "by [e-mail]");
  CHECK(report.suspects[0].recent_commits[0].subject == "password=[secret]");
  CHECK(report.suspects[0].ruled_out[0] == "token=[secret]");
}

TEST_CASE("the keys of a dictionary that grows never show") {
  heapdiff::RcaReport report;
  heapdiff::ReportSuspect suspect;
  suspect.kind = "object-growth";
  suspect.constructor = "Session";
  suspect.path = {{"sessions", EdgeType::property, "Object", "object", 3, 1, PathRole::none},
                  {"alice", EdgeType::property, "Session", "object", 5, 1, PathRole::none}};
  report.suspects.push_back(suspect);
  heapdiff::redact(report);
  CHECK(report.suspects[0].path[0].edge == "sessions");
  CHECK(report.suspects[0].path[1].edge == "*");
}

/// Whether a name holds what the filter is for. Written down here apart from the filter, so that it cannot agree with
/// itself: addresses of people, credentials in URLs, queries, home folders, UUIDs, hashes of 24 digits or more.
bool holds_private_data(const std::string& name) {
  static const RE2 kPrivate(
      R"re([\w.+-]+@[\w-]+\.[\w.]+|://[^/\s]*@|[?&][\w%.\[\]-]+=.|/home/\w|/Users/\w|/root\b|\b[0-9a-f]{24,}\b|)re"
      R"re(\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-)re");
  return RE2::PartialMatch(name, kPrivate);
}

TEST_CASE("names drawn from real snapshots are masked for what they hold only") {
  const char* const file = std::getenv("HEAPDIFF_NAMES");  // set by tests/external/real_names.sh
  if (file == nullptr) {
    MESSAGE("HEAPDIFF_NAMES is not set");
    return;
  }
  const auto names = nlohmann::json::parse(std::ifstream(file)).get<std::vector<std::string>>();
  std::size_t wrong = 0;
  std::size_t personal = 0;
  for (const std::string& name : names) {
    const std::string masked = mask_secrets(name);
    const bool is_wrong = masked != heapdiff::visible_text(name) && !holds_private_data(name);
    wrong += is_wrong ? 1U : 0U;
    if (is_wrong) {
      MESSAGE(name.substr(0, 120) << " -> " << masked.substr(0, 120));
    }
    if (const std::string posted = heapdiff::mask_personal(masked); posted != masked) {
      ++personal;
      MESSAGE("posted: " << masked.substr(0, 120) << " -> " << posted.substr(0, 120));
    }
  }
  MESSAGE(names.size() << " names, " << wrong << " masked without a reason, " << personal << " more where posted");
  CHECK(names.size() >= 25'000);
  CHECK(wrong * 1000 <= names.size());
  CHECK(personal * 1000 <= names.size());
}

TEST_CASE("of the names in real snapshots fewer than one in a thousand are masked without a reason") {
  using heapdiff::NodeType;
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(HEAPDIFF_TESTDATA "/snapshots")) {
    if (!entry.path().string().ends_with(".heapsnapshot.zst") ||
        entry.path().string().find("/corpus/") != std::string::npos) {
      continue;
    }
    const auto loaded = heapdiff::load_snapshot(entry.path().string(), heapdiff::LoadOptions());
    const heapdiff::SnapshotGraph& graph = loaded.graph;
    for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
      const heapdiff::NodeIndex n(i);
      const NodeType type = graph.type(n);
      const bool text =
          type == NodeType::string || type == NodeType::concatenated_string || type == NodeType::sliced_string;
      if (!text) {
        names.emplace(graph.name(n));
      }
      for (const auto edge : graph.edges(n)) {
        if (edge.type == heapdiff::EdgeType::property || edge.type == heapdiff::EdgeType::context) {
          names.emplace(graph.edge_name(edge));
        }
      }
    }
  }
  std::size_t masked = 0;
  std::string examples;
  for (const std::string& name : names) {
    const std::string shown = mask_secrets(name);
    if (shown != heapdiff::visible_text(name) && !holds_private_data(name)) {
      ++masked;
      examples += masked <= 40 ? name.substr(0, 100) + " -> " + shown.substr(0, 100) + "\n" : "";
    }
  }
  MESSAGE(names.size() << " names, " << masked << " masked:\n" << examples);
  CHECK(names.size() > 10000);
  CHECK(masked * 1000 < names.size());
}
