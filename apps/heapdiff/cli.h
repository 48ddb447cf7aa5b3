#pragma once
// The program: picks the command, parses its options, runs it.

namespace heapdiff {

/// Runs the program. The exit code; throws Error for what goes wrong.
[[nodiscard]] int run_program(int argc, char** argv);

}  // namespace heapdiff
