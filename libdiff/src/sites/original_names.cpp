#include "sites/original_names.h"

#include "heapdiff/diff/runtime_scripts.h"

#include <algorithm>
#include <set>
#include <utility>

namespace heapdiff::sites {

namespace {

FunctionPosition position_of(const CodePlace& place) {
  FunctionPosition position;
  position.script = place.script;
  position.line = place.line;
  position.column = place.column;
  return position;
}

/// The original name of the variable that an identifier of a generated script stands for; no file where no source map
/// covers it.
OriginalName original_of(ScriptSources& sources, const Script& from, const Token& token) {
  const Mapping* const mapping = from.map->at(token.line - 1, token.column - 1);
  if (mapping == nullptr) {
    return {};
  }
  OriginalName out;
  out.file = sources.place(from, token.line, token.column, nullptr).file;
  out.name = mapping->name < 0 ? std::string(token.text) : from.map->names[static_cast<std::size_t>(mapping->name)];
  return out;
}

/// Whether a token is a use of a variable, and no property or key of the same name.
bool is_variable(const CodeModel& code, std::size_t token) {
  return code.is_name(token) && (token == 0 || (code.at(token - 1) != "." && code.at(token - 1) != "?."));
}

/// Where the code of a range itself names a variable, apart from the functions in it; kNone: of the script. No file
/// where it does not.
OriginalName original_in(ScriptSources& sources, const Script& from, std::size_t range, const std::string& name) {
  const CodeModel& code = *from.code;
  const std::size_t begin = range == kNone ? 0 : code.functions()[range].head;
  const std::size_t end = range == kNone ? code.tokens().size() : code.functions()[range].end;
  for (std::size_t t = begin; t < end; ++t) {
    if (code.at(t) == name && code.owner(t) == range && is_variable(code, t)) {
      if (OriginalName found = original_of(sources, from, code.tokens()[t]); !found.file.empty()) {
        return found;
      }
    }
  }
  return {};
}

/// The variable of the scope around a function: the innermost code around it that names the variable. `searched` has
/// the ranges in which it was not found: many functions lie in one.
OriginalName original_around(ScriptSources& sources, const Script& from, std::size_t function, const std::string& name,
                             std::set<std::pair<const Script*, std::size_t>>& searched) {
  OriginalName found;
  do {
    function = from.code->functions()[function].parent;
    if (searched.emplace(&from, function).second) {
      found = original_in(sources, from, function, name);
    }
  } while (found.file.empty() && function != kNone);
  return found;
}

}  // namespace

OriginalName original_function(ScriptSources& sources, const CodePlace& place, const std::string& name) {
  OriginalName out{name, plain_script_name(place.script)};
  if (place.line == 0 || place.script.empty() || is_runtime_script(place.script)) {
    return out;
  }
  const Script& from = sources.script(position_of(place), false);
  if (!from.map) {
    return out;
  }
  const Site site = sources.place(from, place.line, place.column, nullptr);
  if (site.generated_file.empty()) {
    return out;
  }
  out.file = site.file;
  if (name.empty()) {
    return out;  // a function without a name: the one around it has one, in the original text only
  }
  if (!site.function.empty()) {
    out.name = site.function;
    return out;
  }
  // The original text is not there, or its parser knows no name at that position: the map may know one.
  const std::size_t function = from.code ? from.code->function_at(place.line, place.column) : kNone;
  if (function == kNone) {
    return out;
  }
  const FunctionRange& range = from.code->functions()[function];
  constexpr std::size_t kMaxBefore = 3;  // "var name =" before a function that is assigned
  for (std::size_t t = range.head - std::min(range.head, kMaxBefore); t <= range.body && t < range.end; ++t) {
    if (from.code->is_name(t) && from.code->at(t) == name) {
      if (OriginalName found = original_of(sources, from, from.code->tokens()[t]); !found.file.empty()) {
        out.name = std::move(found.name);
        break;
      }
    }
  }
  return out;
}

OriginalName original_variable(ScriptSources& sources, const std::vector<CodePlace>& functions,
                               const std::string& name) {
  OriginalName out{name, {}};
  std::set<std::pair<const Script*, std::size_t>> searched;
  for (const CodePlace& place : functions) {
    const Script& from = sources.script(position_of(place), false);
    if (out.file.empty()) {
      out.file = original_function(sources, place, {}).file;
    }
    const std::size_t function = from.map && from.code ? from.code->function_at(place.line, place.column) : kNone;
    if (function == kNone) {
      continue;
    }
    if (OriginalName found = original_around(sources, from, function, name, searched); !found.file.empty()) {
      return found;
    }
    const FunctionRange& range = from.code->functions()[function];
    for (std::size_t t = range.head; t < range.end; ++t) {
      if (from.code->at(t) == name && is_variable(*from.code, t)) {
        if (OriginalName found = original_of(sources, from, from.code->tokens()[t]); !found.file.empty()) {
          return found;
        }
      }
    }
  }
  return out;
}

}  // namespace heapdiff::sites
