#pragma once
// The names of one leak in forms that are safe in generated code.

#include "heapdiff/reports/repair_kit.h"

#include <string>

namespace heapdiff::kit {

/// Every text is safe in code, YAML, JSON, a query and a comment; see template_text.h.
struct KitNames {
  std::string kind;
  LeakCause cause = LeakCause::none;
  std::string signature;
  std::string place;        ///< "file:line" for comments of code; may be empty
  std::string plain_place;  ///< the same for messages, in which an `@` would call somebody
  SiteStatement statement;  ///< the program's own statement, with secrets masked; its text may be empty
  std::string owner;        ///< class of the object that has the collection as a property; may be empty
  std::string module;       ///< a JavaScript string literal
  std::string function;     ///< identifier, "operation" where none is known
  std::string collection;   ///< identifier, "collection" where none is known
  std::string kept;         ///< expression for the collection: "this.entries", "entries"
  std::string stored_in;    ///< what the program's own statement stores in, as it writes it; may be empty
  std::string store;        ///< statement that adds `instance` to it; empty when its class has no such operation
  std::string remove;       ///< statement that removes `instance` from it; empty as `store` is
  std::string instance;     ///< variable for one growing object
  std::string constructor;  ///< identifier, "Item" where none is known
  std::string holder;       ///< class of the object that holds the objects, as text
  std::string emitter;      ///< variable for the emitter
  std::string event;        ///< a JavaScript expression
  std::string event_text;
  bool event_target = false;  ///< addEventListener() instead of on()
  bool shared_scope = false;  ///< held by a scope, not by a collection
  bool repeats = false;       ///< setInterval() instead of setTimeout()
  bool modules = false;       ///< the growing objects are modules, not results
};

[[nodiscard]] KitNames kit_names(const LeakNames& names);

}  // namespace heapdiff::kit
