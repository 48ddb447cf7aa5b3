#pragma once
// The text of --help.

#include <memory>
#include <string>

namespace CLI {
class FormatterBase;
class Option;
}  // namespace CLI

namespace heapdiff {

/// 80 columns; what a command is for and how it is called stand first, options in the groups that they were given. The
/// footer of a command is its examples. Commands inherit it from the program.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> make_help_formatter();

/// "SIZE" for an option that takes one, without what its validators would add; empty for a flag.
[[nodiscard]] std::string value_word(const CLI::Option& option);

}  // namespace heapdiff
