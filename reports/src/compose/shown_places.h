#pragma once
// Places in sentences, written as the lines of the report are.

#include "heapdiff/diff/site.h"

#include <string>
#include <vector>

namespace heapdiff::compose {

/// `text` in which a place in brackets that is one of `sites` is written as that site is: "(/app/dist/cache.js:12)"
/// becomes "(src/cache.ts:9)". The heap knows scripts by the path on the machine that ran them, and one file has one
/// name in a report. A line of a bundle that stands for several lines of the source is written as the function that is
/// on it; where that is not known, as the line of the bundle. O(sites squared + text times sites).
[[nodiscard]] std::string with_shown_places(std::string text, const std::vector<Site>& sites);

}  // namespace heapdiff::compose
