#pragma once
// The short answer for a terminal.

#include "heapdiff/reports/render.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace heapdiff::formats {

/// Lines that the short answer takes at most at `width` columns with `suspects` of them: 25 from 80 columns on, 35 from
/// 60 on, 45 below, and 12 more for each further suspect of the three that are shown.
[[nodiscard]] std::size_t most_brief_lines(unsigned width, std::size_t suspects);

/// Whether it leaks, where, how fast, why, and what to do now. What changes how to read the rest comes first. Parts
/// that do not fit are cut, the least important first, and the last line says where the rest is.
[[nodiscard]] std::string render_brief(const RcaReport& report, const RenderOptions& options);

/// The first `count` sentences of `text`. A full stop inside quotes or brackets, or one that a small letter follows,
/// ends none.
[[nodiscard]] std::string_view first_sentences(std::string_view text, std::size_t count);

}  // namespace heapdiff::formats
