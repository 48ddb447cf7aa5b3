#pragma once
// Shell completions and the man page, made from the options that the program declares.

#include <array>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace heapdiff {

struct ExitCode {
  std::string_view code;
  std::string_view meaning;
};
/// What the program promises to scripts (README.md).
inline constexpr std::array kExitCodes = {
    ExitCode{"0", "done, and every gate held"},
    ExitCode{"1", "a gate failed"},
    ExitCode{"2", "usage"},
    ExitCode{"3", "input unreadable, malformed, or not of one process"},
    ExitCode{"4", "memory or another limit"},
    ExitCode{"5", "output not written"},
    ExitCode{"6", "not enough evidence for a gate (--lenient: 0)"},
    ExitCode{"70", "a bug in heapdiff"},
    ExitCode{"130", "interrupted (143: terminated)"},
};

/// The completion script for "bash", "zsh" or "fish" of the program that `command` is part of; empty for another shell.
[[nodiscard]] std::string completion_script(const CLI::App& command, std::string_view shell);

/// The man page of that program for section 1, in the man macros.
[[nodiscard]] std::string man_page(const CLI::App& command, std::string_view version);

}  // namespace heapdiff
