#pragma once
// TOML files that people and checkouts bring along.

#include <string>
#include <toml++/toml.h>

namespace heapdiff {

/// Reads a TOML file. Throws Error{input} with the line for a file that cannot be opened or that is not TOML, and
/// Error{usage} for one that is larger than 256 KiB or nests deeper than 32 levels: the parser is recursive, and no
/// settings need that. `expected` names the content in the complaint: "settings".
[[nodiscard]] toml::table read_toml(const std::string& path, const char* expected);

/// The same for the text of a file, which has been read from `path`.
[[nodiscard]] toml::table parse_toml(const std::string& text, const std::string& path, const char* expected);

}  // namespace heapdiff
