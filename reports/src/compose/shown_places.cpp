#include "compose/shown_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string_view>

namespace heapdiff::compose {

namespace {

/// The end that a script's path and the path from the source root have in common: "/cache/service.js:12".
std::string end_of_place(const Site& site) {
  constexpr std::string_view kAbove = "../";
  const bool mapped = !site.generated_file.empty();
  std::string_view file = mapped ? site.generated_file : site.file;
  while (file.starts_with(kAbove)) {
    file.remove_prefix(kAbove.size());
  }
  return fmt::format("{}{}:{}", file.starts_with('/') ? "" : "/", file, mapped ? site.generated_line : site.line);
}

/// Whether another site has the same line of the generated script and another one of the source: a bundle has all its
/// code on a few lines. What a sentence names is a function, so that the site of a function is meant.
bool means_another_site(const Site& site, const std::vector<Site>& sites) {
  const auto is_function = [](const Site& s) {
    return s.evidence == SiteEvidence::closure || s.evidence == SiteEvidence::generator;
  };
  return !site.generated_file.empty() && std::any_of(sites.begin(), sites.end(), [&](const Site& other) {
    return other.generated_file == site.generated_file && other.generated_line == site.generated_line &&
           (other.file != site.file || other.line != site.line) && (is_function(other) || !is_function(site));
  });
}

/// Writes `shown` for each place in brackets that ends with `end`.
void replace_places(std::string& text, const std::string& end, const std::string& shown) {
  for (std::size_t at = text.find(end); at != std::string::npos; at = text.find(end, at)) {
    const std::size_t behind = at + end.size();
    const std::size_t open = text.rfind('(', at);
    const bool whole = behind == text.size() || std::isdigit(static_cast<unsigned char>(text[behind])) == 0;
    if (!whole || open == std::string::npos || text.find(')', open) < at) {
      at = behind;
      continue;
    }
    text.replace(open + 1, behind - open - 1, shown);
    at = open + 1 + shown.size();
  }
}

}  // namespace

std::string with_shown_places(std::string text, const std::vector<Site>& sites) {
  for (const bool shared : {false, true}) {
    for (const Site& site : sites) {
      if (site.file.empty() || site.line == 0 || means_another_site(site, sites) != shared) {
        continue;
      }
      replace_places(text, end_of_place(site),
                     shared ? fmt::format("{}:{}", site.generated_file, site.generated_line)
                            : fmt::format("{}:{}", site.file, site.line));
    }
  }
  return text;
}

}  // namespace heapdiff::compose
