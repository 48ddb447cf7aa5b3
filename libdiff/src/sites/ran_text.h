#pragma once
// Whether a file holds the text that ran.

#include <string_view>

namespace heapdiff::sites {

/// Whether the file `name` with the text `file` may be the script whose text begins with `prefix`. It is not where it
/// is an older or a newer version, another file of the name, or the source that the script was compiled from: its lines
/// would be others. A page holds its scripts somewhere inside; a first line `#!` may be left out. Line ends may differ,
/// and in TypeScript blanks: Node runs it by overwriting the types, so that each line keeps its place.
///
/// A snapshot has the first 1,000 or so UTF-16 units of a script's text. A `prefix` without blanks contradicts nothing:
/// it is the mask of a redacted snapshot, or empty. Cost: linear in the two texts.
bool is_ran_text(std::string_view name, std::string_view file, std::string_view prefix);

}  // namespace heapdiff::sites
