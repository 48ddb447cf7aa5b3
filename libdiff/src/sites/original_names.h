#pragma once
// From a name in a heap to the name in the source that its authors wrote: minifiers rename functions and variables.

#include "heapdiff/diff/held_name.h"
#include "sites/script_sources.h"

#include <string>
#include <vector>

namespace heapdiff::sites {

/// Name and file of the function or class at `place`. Where no source map covers it they are as in the snapshot.
[[nodiscard]] OriginalName original_function(ScriptSources& sources, const CodePlace& place, const std::string& name);

/// Name and file of a variable that all of `functions` see: what the source map says where the code around the first of
/// them names it, else where that function uses it. Where none does, or no source map says more, the name is as in the
/// snapshot and the file that of the first one.
[[nodiscard]] OriginalName original_variable(ScriptSources& sources, const std::vector<CodePlace>& functions,
                                             const std::string& name);

}  // namespace heapdiff::sites
