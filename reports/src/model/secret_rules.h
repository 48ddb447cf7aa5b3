#pragma once
// Patterns of secrets: those with a form of their own, and those that are known by the name before them.

#include <string>

namespace heapdiff::model {

/// Masks secrets that have a form: tokens, keys, users and queries of URLs, e-mail addresses, account numbers.
void mask_forms(std::string& text);

/// Masks what follows a name: "password=", "X-CSRF-Token: ", "mysql -p", "the passphrase is".
void mask_named(std::string& text);

/// The same for a line of source. A literal is masked after its name and after a name within it, and so is a comment;
/// an expression such as `password = read()` stays.
void mask_named_in_code(std::string& line);

}  // namespace heapdiff::model
