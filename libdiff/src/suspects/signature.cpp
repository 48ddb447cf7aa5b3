#include "suspects/signature.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "v8/events.h"
#include "v8/node_predicates.h"
#include "v8/roots.h"
#include "v8/strings.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

namespace heapdiff::suspects {

namespace {

/// One spelling for classes that versions of Node name differently.
std::string_view class_name(std::string_view name) {
  return name == v8::kAbortSignalClass ? v8::kEventTargetClass : name;
}

std::string words_of(const OriginalName& name) { return name.name + "@" + script_stem(name.file); }

/// Names of variables in the order of the alphabet: a minifier changes their order.
void add_captured(std::string& out, std::vector<std::string>& captured) {
  std::sort(captured.begin(), captured.end());
  for (const std::string& name : captured) {
    out += "," + name;
  }
  captured.clear();
}

/// The first function of the program that came with the objects, or that they keep.
const FunctionPosition* first_function(const Suspect& suspect) {
  const auto at = std::find_if(suspect.functions.begin(), suspect.functions.end(), [](const FunctionPosition& f) {
    return f.relation != FunctionRelation::program && f.line > 0 && !is_runtime_script(f.script);
  });
  return at == suspect.functions.end() ? nullptr : &*at;
}

}  // namespace

std::string_view stable_label(std::string_view name) {
  if (name.starts_with(v8::kSymbolPrefix) && name.ends_with('>')) {
    return name.substr(v8::kSymbolPrefix.size(), name.size() - v8::kSymbolPrefix.size() - 1);
  }
  return name.size() > 1 && name[0] == '#' ? name.substr(1) : name;
}

std::string stable_emitter(std::string_view name) { return v8::stable_class(class_name(name)); }

std::string stable_path(std::string_view path) {
  static constexpr std::string_view kSeparator = " < ";
  std::string out;
  bool is_class = false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(kSeparator, at), path.size());
    const std::string_view word = path.substr(at, end - at);
    out += out.empty() ? "" : kSeparator;
    out += is_class ? class_name(word) : stable_label(word);
    if (is_class && v8::ends_program_path(word)) {
      break;
    }
    is_class = !is_class;
    at = end + kSeparator.size();
  }
  return out;
}

std::string signature_text(const Suspect& suspect, const NameSource& names) {
  std::string out = suspect.event;
  std::vector<std::string> captured;
  bool is_named = false;
  for (const HeldName& held : suspect.held_names) {
    if (held.of == HeldName::Of::captured) {
      captured.push_back(names.variable(held.code, held.text).name);
      continue;
    }
    add_captured(out, captured);
    out += "|";
    switch (held.of) {
      case HeldName::Of::label:
        out += held.text;
        break;
      case HeldName::Of::variable:
        out += words_of(names.variable(held.code, held.text));
        break;
      case HeldName::Of::function:
        out += words_of(names.function(held.code.front(), held.text));
        break;
      case HeldName::Of::module:
        out += "@" + script_stem(held.text);
        break;
      case HeldName::Of::captured:
        break;
    }
    is_named |= held.of != HeldName::Of::label || (held.text != "[]" && !held.text.empty());
  }
  add_captured(out, captured);
  if (is_named) {
    return out;
  }
  out += fmt::format("|{}|", to_string(suspect.kind));
  if (const FunctionPosition* f = first_function(suspect)) {
    CodePlace place;
    place.script = f->script;
    place.line = f->line;
    place.column = f->column;
    return out + words_of(names.function(place, f->name));
  }
  return out + v8::stable_class(suspect.constructor);
}

std::string leak_signature(const Suspect& suspect, const NameSource& names) {
  const std::string text = signature_text(suspect, names);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

std::string leak_signature(const Suspect& suspect) {
  return leak_signature(suspect,
                        {[](const CodePlace& place, const std::string& name) {
                           return OriginalName{name, place.script};
                         },
                         [](const std::vector<CodePlace>& functions, const std::string& name) {
                           return OriginalName{name, functions.empty() ? std::string() : functions.front().script};
                         }});
}

std::string place_signature(std::string_view path) {
  const std::string text = stable_path(path);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace heapdiff::suspects
