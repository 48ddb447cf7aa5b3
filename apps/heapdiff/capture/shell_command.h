#pragma once
// The command of --before-each.

#include <string>

namespace heapdiff::capture {

class Interrupt;

/// Runs a command line with /bin/sh; its output goes to our standard error. Throws Error{input} when it fails, and
/// Interrupted after it was ended, with all that it started.
void run_shell_command(const std::string& command, const Interrupt& interrupt);

}  // namespace heapdiff::capture
