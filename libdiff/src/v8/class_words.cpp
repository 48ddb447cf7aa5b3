#include "heapdiff/diff/class_words.h"

#include "v8/collections.h"
#include "v8/functions.h"
#include "v8/objects.h"
#include "v8/strings.h"
#include "v8/timers.h"

#include <array>

namespace heapdiff {

namespace {

struct ClassNoun {
  std::string_view name;
  std::string_view one;
  std::string_view many;
};

/// Classes of DevTools that are no class of a program, Node 14 to 26, Chromium 110 to 156.
constexpr std::array<ClassNoun, 15> kClassNouns = {{
    {v8::kStringClass, "string", "strings"},
    {v8::kConcatenatedStringClass, "concatenated string", "concatenated strings"},
    {v8::kSlicedStringClass, "string slice", "string slices"},
    {v8::kClosureClass, "function", "functions"},
    {v8::kFunctionClass, "function", "functions"},
    {v8::kObjectClass, "object", "objects"},
    {v8::kArrayClass, "array", "arrays"},
    {"(array)", "store", "stores"},
    {"(number)", "number", "numbers"},
    {"(regexp)", "regular expression", "regular expressions"},
    {"(symbol)", "symbol", "symbols"},
    {"(bigint)", "big integer", "big integers"},
    {"(object shape)", "hidden class", "hidden classes"},
    {"(synthetic)", "node of the engine's own", "nodes of the engine's own"},
    {"(compiled code)", "piece of compiled code", "pieces of compiled code"},
}};

}  // namespace

std::string class_noun(std::string_view class_name, std::int64_t count) {
  for (const ClassNoun& noun : kClassNouns) {
    if (noun.name == class_name) {
      return std::string(count == 1 ? noun.one : noun.many);
    }
  }
  if (v8::is_context_class(class_name)) {
    return count == 1 ? "scope" : "scopes";
  }
  if (class_name.starts_with('{')) {
    return (count == 1 ? "object " : "objects ") + std::string(class_name);
  }
  return std::string(class_name);
}

std::string objects_of_class(std::string_view class_name, std::int64_t count) {
  std::string noun = class_noun(class_name, count);
  if (noun == class_name) {
    noun += count == 1 ? " object" : " objects";
  }
  return noun;
}

std::string_view runtime_holder_words(std::string_view class_name) noexcept {
  return class_name == v8::kTimersListClass ? "Node's list of pending timers" : std::string_view();
}

}  // namespace heapdiff
