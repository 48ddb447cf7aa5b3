#pragma once
// The names by which a program reaches the place where a suspect's objects are stored.

#include "heapdiff/diff/facts.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

/// One of these names, as the heap has it.
struct HeldName {
  enum class Of : std::uint8_t {
    label,     ///< a property, or "[]" for an element of a collection
    variable,  ///< of the scope that the functions in `code` see
    function,  ///< a function or class, whose position is in `code`
    captured,  ///< a variable in the scope of a function without a name; the function is in `code`
    module     ///< the file of a module
  };
  Of of = Of::label;
  std::string text;
  std::vector<CodePlace> code;  ///< in order of script and position
};

/// A name in the program's own source.
struct OriginalName {
  std::string name;
  std::string file;  ///< of a script or its original source; empty where it is not known
};

}  // namespace heapdiff
