#pragma once
// Templates of the repair kit: texts with {{name}} in them.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace heapdiff::kit {

/// `text` with each {{name}} replaced in one pass, so that values are not searched for names.
[[nodiscard]] std::string fill(std::string_view text,
                               std::initializer_list<std::pair<std::string_view, std::string_view>> values);

/// A heap name that can stand inside a quoted string of JavaScript, YAML, PromQL or JSON and in a comment: letters,
/// digits and `_.:*/ -$[]()#+,=~`, at most 160; other characters become `_`.
[[nodiscard]] std::string safe_name(std::string_view name);

/// The path of a file for a comment of code: as safe_name(), uncut, and with `@`.
[[nodiscard]] std::string safe_place(std::string_view place);

/// `name` if it is a JavaScript identifier of letters, digits, `_` and `$` that code may declare, else `otherwise`.
[[nodiscard]] std::string identifier_or(std::string_view name, std::string_view otherwise);

/// A variable for an instance of a class: "CacheService" -> "cacheService"; `otherwise` when that is not an identifier.
[[nodiscard]] std::string variable_or(std::string_view class_name, std::string_view otherwise);

/// `text` as a JavaScript string literal in single quotes, whatever it holds.
[[nodiscard]] std::string js_string(std::string_view text);

/// An event name as a JavaScript expression, whatever it holds: 'message', or `message:${id}` where data was folded to
/// '*'.
[[nodiscard]] std::string js_event(std::string_view event);

}  // namespace heapdiff::kit
