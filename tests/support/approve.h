#pragma once
// Approved outputs: files in testdata/approved that a person has read. `./setup.sh approve` renews them.

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace heapdiff::test {

/// The first line in which two texts differ, as "line N: expected ..., got ..."; empty when they are equal.
inline std::string first_difference(const std::string& approved, const std::string& text) {
  std::istringstream expected(approved);
  std::istringstream got(text);
  std::string a;
  std::string b;
  for (std::size_t line = 1;; ++line) {
    const bool more_a = static_cast<bool>(std::getline(expected, a));
    const bool more_b = static_cast<bool>(std::getline(got, b));
    if (!more_a && !more_b) {
      return approved == text ? std::string() : "the last line ends in another way";
    }
    if (more_a != more_b || a != b) {
      return "line " + std::to_string(line) + ":\n  approved: " + (more_a ? a : "(end)") +
             "\n  received: " + (more_b ? b : "(end)");
    }
  }
}

/// Compares `text` with testdata/approved/NAME. With HEAPDIFF_APPROVE in the environment it writes that file instead,
/// and the difference shows in `git diff`.
inline void approve(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(HEAPDIFF_TESTDATA) / "approved" / name;
  if (std::getenv("HEAPDIFF_APPROVE") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string approved{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string difference = first_difference(approved, text);
  CHECK_MESSAGE(difference.empty(), name << " differs from testdata/approved, " << difference
                                         << "\n  When the change is meant: ./setup.sh approve, and read git diff.");
}

}  // namespace heapdiff::test
