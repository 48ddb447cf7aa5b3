#pragma once
// The script that posts a folder to Jira. It is a fixed file, assets/post.sh, which holds no text of a heap.

#include <string_view>

namespace heapdiff::formats {

[[nodiscard]] std::string_view post_script();

}  // namespace heapdiff::formats
