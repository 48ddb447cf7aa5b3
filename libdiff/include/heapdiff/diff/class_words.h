#pragma once
// Classes of a heap in words: "(string)" is no noun.

#include <cstdint>
#include <string>
#include <string_view>

namespace heapdiff {

/// What `count` objects of a class are called: "strings", "functions", "scopes"; a class of the program by its name.
[[nodiscard]] std::string class_noun(std::string_view class_name, std::int64_t count);

/// The same where it stands alone: "User objects", "strings".
[[nodiscard]] std::string objects_of_class(std::string_view class_name, std::int64_t count);

/// What a holder is called whose class is the runtime's own and says nothing to a reader of the program: "Node's list
/// of pending timers". Empty for any other class.
[[nodiscard]] std::string_view runtime_holder_words(std::string_view class_name) noexcept;

}  // namespace heapdiff
