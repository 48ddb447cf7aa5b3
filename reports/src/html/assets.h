#pragma once
// The fixed parts of the HTML report, embedded by cmake/EmbedAssets.cmake.

#include <string_view>
#include <vector>

namespace heapdiff::html {

struct Asset {
  std::string_view name;        ///< file in reports/assets
  std::string_view csp_source;  ///< "'sha256-...'" of `text`
  std::string_view text;
};

[[nodiscard]] const std::vector<Asset>& styles();
[[nodiscard]] const std::vector<Asset>& scripts();
[[nodiscard]] const std::vector<Asset>& licences();

}  // namespace heapdiff::html
