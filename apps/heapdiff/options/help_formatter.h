#pragma once
// The text of --help.

#include <CLI/CLI.hpp>

#include <string>

namespace heapdiff {

/// 80 columns; what a command is for and how it is called stand first, options in the groups that they were given. The
/// footer of a command is its examples. Commands inherit it from the program.
class HelpFormatter : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

/// "SIZE" for an option that takes one, without what its validators would add; empty for a flag.
[[nodiscard]] std::string value_word(const CLI::Option& option);

}  // namespace heapdiff
