#pragma once
// Runs the built program as a user would.

#include "support/plain_words.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>
#include <sys/wait.h>

namespace heapdiff::test {

struct Outcome {
  int code = -1;
  std::string out;
};

/// Standard output and exit code of `heapdiff ARGUMENTS`; standard error too when `with_errors`. `folder`: where it
/// runs.
inline Outcome run_cli(const std::string& arguments, bool with_errors = false, const std::string& folder = ".") {
  const std::string command =
      "cd '" + folder + "' && TZ=UTC " HEAPDIFF_BINARY " " + arguments + (with_errors ? " 2>&1" : " 2>/dev/null");
  Outcome outcome;
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    outcome.out.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (outcome.out.find("<script") == std::string::npos) {  // a page has the scripts of others
    CHECK_MESSAGE(forbidden_in(outcome.out) == "", arguments);
  }
  return outcome;
}

}  // namespace heapdiff::test
