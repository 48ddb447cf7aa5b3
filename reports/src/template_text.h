#pragma once
// Templates of the repair kit: text with {{name}} in it.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace heapdiff {

/// `text` with each {{name}} replaced, in one pass: a value is never searched for names.
[[nodiscard]] std::string fill(std::string_view text,
                               std::initializer_list<std::pair<std::string_view, std::string_view>> values);

/// A heap name that can stand inside a quoted string of JavaScript, YAML, PromQL or JSON and in a comment: letters,
/// digits and `_.:*/ -`, at most 80; other characters become `_`.
[[nodiscard]] std::string safe_name(std::string_view name);

/// `name` if it is a JavaScript identifier, else `otherwise`.
[[nodiscard]] std::string identifier_or(std::string_view name, std::string_view otherwise);

}  // namespace heapdiff
