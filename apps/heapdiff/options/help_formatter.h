#pragma once
// The text of --help.

#include <memory>
#include <string>

namespace CLI {
class FormatterBase;
class Option;
}  // namespace CLI

namespace heapdiff {

/// Formats the help in 80 columns: first what the command is for and how it is called, then its options by their
/// groups, and last its footer, which has the examples. Commands inherit the formatter from the program.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> make_help_formatter();

/// The name of an option's value ("SIZE") without what validators add; empty for a flag.
[[nodiscard]] std::string value_word(const CLI::Option& option);

}  // namespace heapdiff
