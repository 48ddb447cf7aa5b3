#pragma once
// The program: chooses the command, parses its options, runs it.

namespace heapdiff {

/// Runs the program and returns its exit code. Throws Error.
[[nodiscard]] int run_program(int argc, char** argv);

}  // namespace heapdiff
