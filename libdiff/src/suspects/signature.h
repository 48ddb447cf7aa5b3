#pragma once
// A leak's signature for suppressions, baselines and `verify`. It is equal in all runs and processes and with all
// versions of the runtime.

#include "heapdiff/diff/held_name.h"
#include "heapdiff/diff/suspect.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::suspects {

/// The part of an accumulation's path, "label < class < label < class ...", that all versions of Node share. The path
/// is cut where the runtime's own names begin, and classes and labels that versions spell differently get one spelling.
[[nodiscard]] std::string stable_path(std::string_view path);

/// A label without the form of its version: "<symbol signal>" of Node 16 and 18 is "#signal" from Node 20 on.
[[nodiscard]] std::string_view stable_label(std::string_view label);

/// The class of an emitter of the runtime, by one name in all versions.
[[nodiscard]] std::string stable_emitter(std::string_view class_name);

/// The original names of a program's declarations; see SourceRoot.
struct NameSource {
  std::function<OriginalName(const CodePlace& place, const std::string& name)> function;
  std::function<OriginalName(const std::vector<CodePlace>& functions, const std::string& name)> variable;
};

/// What identifies a leak: the place where its objects are stored, as the program calls it, and the event of listeners.
/// Neither the kind nor the class of the objects, which change with what is stored, nor a line, which changes with each
/// edit above it. Where the program has no name for the place, the function that the runtime keeps stands for it.
[[nodiscard]] std::string signature_text(const Suspect& suspect, const NameSource& names);

/// Hash of the text: sixteen hexadecimal digits.
[[nodiscard]] std::string leak_signature(const Suspect& suspect, const NameSource& names);
/// With the names as they are in the snapshot.
[[nodiscard]] std::string leak_signature(const Suspect& suspect);

/// Hash of the path alone. Holders at one place have one, whatever the class of the objects that they gained.
[[nodiscard]] std::string place_signature(std::string_view path);

}  // namespace heapdiff::suspects
