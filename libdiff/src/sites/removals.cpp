#include "sites/removals.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "sites/store_operations.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace heapdiff::sites {
namespace {

/// An expression without blanks and question marks, so that `this.a` and `this?. a` are equal.
std::string plain(std::string_view expression) {
  std::string out;
  for (const char c : expression) {
    if (c != '?' && c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      out += c;
    }
  }
  return out;
}

/// The last name of a receiver: "observers" of `this.observers`. Empty where it ends in a call or an index.
std::string_view last_name(std::string_view receiver) {
  const auto is_part = [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '$'; };
  std::size_t from = receiver.size();
  while (from > 0 && is_part(receiver[from - 1])) {
    --from;
  }
  return receiver.substr(from);
}

/// The class around a token; kNone outside of classes.
std::size_t class_around(const CodeModel& code, std::size_t token) {
  std::size_t owner = token < code.tokens().size() ? code.owner(token) : kNone;
  while (owner != kNone && !code.functions()[owner].is_class) {
    owner = code.functions()[owner].parent;
  }
  return owner;
}

/// Whether the expression from token `begin` to token `last` is `receiver`, which plain() made. Reads no more of it
/// than that is long: brackets can hold the whole script.
bool is_chain(const CodeModel& code, std::size_t begin, std::size_t last, std::string_view receiver) {
  std::string text;
  for (std::size_t i = begin; i <= last && text.size() <= receiver.size(); ++i) {
    text += plain(code.at(i));
  }
  return text == receiver;
}

bool removes(Operation operation, std::string_view method) {
  switch (operation) {
    case Operation::listener:
      return one_of(method, {"off", "removeListener", "removeEventListener", "removeAllListeners"});
    case Operation::map_set:
    case Operation::set_add:
      return one_of(method, {"delete", "clear"});
    case Operation::array_push:
      return one_of(method, {"shift", "pop", "splice"});
    default:
      return false;
  }
}

bool makes_copy(Operation operation, std::string_view method) {
  return operation == Operation::array_push && one_of(method, {"filter", "slice", "toSpliced"});
}

/// Whether the expression from token `begin` on, which ends with the call whose bracket is `open`, is a statement of
/// its own, so that nothing keeps its value.
bool is_thrown_away(const CodeModel& code, std::size_t begin, std::size_t open) {
  if (code.partner(open) == kNone || code.expression_end(begin) != code.partner(open) + 1) {
    return false;
  }
  return begin == 0 || one_of(code.at(begin - 1), {";", "{", "}"});
}

/// Whether a call of a listener's removal names another event than the statement that registered it.
bool is_of_other_event(const CodeModel& code, const SiteStatement& statement, std::size_t open) {
  const auto is_text = [](std::string_view text) {
    return text.size() > 1 && (text.front() == '\'' || text.front() == '"');
  };
  const std::string_view event = code.at(open + 1);
  return statement.operation == Operation::listener && !statement.arguments.empty() && is_text(event) &&
         is_text(statement.arguments.front()) &&
         event.substr(1, event.size() - 2) !=
             std::string_view(statement.arguments.front()).substr(1, statement.arguments.front().size() - 2);
}

/// What token `i`, the last name of the collection, is part of; none when that takes nothing out.
std::optional<SiteRemoval> removal_at(const CodeModel& code, std::size_t i, const SiteStatement& statement) {
  const std::size_t begin = chain_begin(code, i);
  const std::string name(code.at(i));
  const std::uint32_t line = code.tokens()[i].line;
  if (statement.operation == Operation::keyed_store) {
    const bool is_deleted = begin > 0 && code.at(begin - 1) == "delete" && code.at(i + 1) == "[";
    return is_deleted ? std::optional(SiteRemoval{line, "delete " + name, false}) : std::nullopt;
  }
  if (!one_of(code.at(i + 1), {".", "?."}) || code.at(i + 3) != "(") {
    return std::nullopt;
  }
  const std::string_view method = code.at(i + 2);
  SiteRemoval found{line, name + "." + std::string(method), false};
  if (removes(statement.operation, method) && !is_of_other_event(code, statement, i + 3)) {
    return found;
  }
  if (makes_copy(statement.operation, method) && is_thrown_away(code, begin, i + 3)) {
    found.discards_copy = true;
    return found;
  }
  return std::nullopt;
}

}  // namespace

SiteRemoval removal_of(const CodeModel& code, const SiteStatement& statement, std::uint32_t line) {
  const std::string_view name = last_name(statement.receiver);
  SiteRemoval best;
  if (name.empty() || name == "this") {
    return best;
  }
  const std::string receiver = plain(statement.receiver);
  const auto first = std::partition_point(code.tokens().begin(), code.tokens().end(),
                                          [line](const Token& token) { return token.line < line; });
  const std::size_t home = class_around(code, static_cast<std::size_t>(first - code.tokens().begin()));
  // `this.a` of another class is another collection.
  const auto is_same = [&](std::size_t i) {
    return is_chain(code, chain_begin(code, i), i, receiver) &&
           (!receiver.starts_with("this.") || class_around(code, i) == home);
  };
  const auto distance = [line](const SiteRemoval& r) { return r.line > line ? r.line - line : line - r.line; };
  for (std::size_t i = 0; i < code.tokens().size(); ++i) {
    if (code.at(i) != name || !code.is_name(i) || !is_same(i)) {
      continue;
    }
    auto found = removal_at(code, i, statement);
    const bool is_better = found && (best.line == 0 || (found->discards_copy && !best.discards_copy) ||
                                     (found->discards_copy == best.discards_copy && distance(*found) < distance(best)));
    if (is_better) {
      best = std::move(*found);
    }
  }
  return best;
}

}  // namespace heapdiff::sites
