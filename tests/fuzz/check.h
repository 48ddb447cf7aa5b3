#pragma once
// A property that does not hold ends the fuzzer like a crash, with a sentence.

#include <cstdio>
#include <cstdlib>
#include <string>

namespace heapdiff::test {

inline void require(bool holds, const std::string& what) {
  if (!holds) {
    std::fprintf(stderr, "property broken: %s\n", what.c_str());
    std::abort();
  }
}

}  // namespace heapdiff::test
