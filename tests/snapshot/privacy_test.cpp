// The snapshots in testdata were taken on somebody's machine: none of that machine may be in them.

#include "support/real_snapshot.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// Occurrences of `pattern` that are not part of one of the `allowed` words.
std::vector<std::string> hits(std::string_view text, std::string_view pattern,
                              const std::vector<std::string_view>& allowed) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(pattern); at != std::string_view::npos; at = text.find(pattern, at + 1)) {
    const bool excused = std::any_of(allowed.begin(), allowed.end(), [&](std::string_view word) {
      const std::size_t inside = word.find(pattern);
      return inside != std::string_view::npos && inside <= at && text.substr(at - inside).starts_with(word);
    });
    if (!excused) {
      found.emplace_back(text.substr(at < 30 ? 0 : at - 30, 80));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("no snapshot in testdata says anything of the machine it was taken on") {
  // Identifiers of Node.js' own sources are the only words that may hold "TOKEN" or "PASSWORD".
  const std::vector<std::string_view> allowed{"NOT_HTTP_TOKEN_CODE_POINT", "ERR_INVALID_HTTP_TOKEN",
                                              "URL_FLAGS_HAS_PASSWORD"};
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(HEAPDIFF_TESTDATA "/snapshots")) {
    if (entry.path().extension() != ".zst") {
      continue;
    }
    ++files;
    const std::string text = heapdiff::test::expanded_file(entry.path().string());
    CAPTURE(entry.path().filename().string());
    CHECK(text.size() > (entry.path().stem().extension() == ".heapsnapshot" ? 1'000'000U : 1'000U));
    for (const std::string_view pattern :
         {"/srv/", "/root/", "/home/", "/tmp/", "/Users/", "/mnt/", "npm_config", "NPM_CONFIG", "HOSTNAME", "SSH_",
          "TOKEN", "API_KEY", "PASSWORD", "PRIVATE KEY", "LD_LIBRARY_PATH"}) {
      const std::vector<std::string> found = hits(text, pattern, allowed);
      CAPTURE(pattern);
      CHECK_MESSAGE(found.empty(), found.size(), " times, first: ", found.empty() ? std::string() : found.front());
    }
  }
  CHECK(files > 0);
}
