// Recognises operations that store a reference in the tokens of a script, and collects what is known of each; the table
// in statement_rank.cpp says what that is worth.

#include "sites/statement_finder.h"

#include "sites/closure_flow.h"
#include "sites/event_matcher.h"
#include "sites/functions_by_name.h"
#include "sites/holder_flow.h"
#include "sites/holder_words.h"
#include "sites/run_count.h"
#include "sites/store_operations.h"

#include <algorithm>
#include <optional>

namespace heapdiff::sites {
namespace {

class Finder {
 public:
  Finder(const CodeModel& code, const RunCount& runs, const StoreHint& hint, int nearness)
      : code_(code),
        hint_(hint),
        nearness_(nearness),
        event_(code, hint.event),
        words_(code, hint),
        functions_(code),
        runs_(runs),
        holders_(code, hint, words_, functions_, budget_) {}

  /// Adds the matches in [begin, end), with those in nested functions.
  void range(std::size_t begin, std::size_t end, Trait where) {
    for (std::size_t i = begin; i < std::min(end, code_.tokens().size()); ++i) {
      const std::optional<Match> match = match_at(code_, i, hint_);
      if (match && fits(match->operation, hint_.operation)) {
        add(*match, Traits(where));
      }
      if (!match && holders_.is_replaced(i)) {
        Traits traits(where);
        traits.add(Trait::replaces_holder);
        add_token(i - 1, "replaces " + hint_.holder_name, SiteRole::registration, traits);
      }
      if (holders_.takes_values() && code_.is_name(i) && plain_name(code_.at(i)) == words_.holder()) {
        for (HolderUse& use : holders_.handed_over(i)) {
          Traits traits(where);
          traits.add(use.trait);
          add_token(use.anchor, std::move(use.note), SiteRole::registration, traits);
        }
      }
    }
  }

  /// Adds what the leaked closure reaches: the call that registers it, and the function that it is handed to.
  void closure(std::size_t function) {
    ClosureFlow flow(code_, hint_, functions_, budget_);
    for (ClosureUse& use : flow.uses_of(function)) {
      if (use.match) {
        add(*use.match, Traits(use.trait));
      } else {
        add_token(use.anchor, std::move(use.note), SiteRole::registration, Traits(use.trait));
      }
    }
  }

  /// Adds calls of a variable's value: `client.interceptors.request.use(`, `memoized(`.
  void calls(const std::string& variable) {
    // The whole script is searched: the call may be outside of the function.
    for (std::size_t i = 0; i < code_.tokens().size(); ++i) {
      if (!code_.is_name(i) || code_.at(i) != variable || (i > 0 && one_of(code_.at(i - 1), {".", "?.", "function"}))) {
        continue;
      }
      std::size_t last = i;
      while (one_of(code_.at(last + 1), {".", "?."}) && code_.is_name(last + 2)) {
        last += 2;
      }
      if (code_.at(last + 1) == "(") {
        add_token(last, "calls " + variable + ", whose package keeps the objects", SiteRole::registration,
                  Traits(Trait::calls_package));
      }
    }
  }

  std::vector<FoundStatement> take() {
    std::stable_sort(found_.begin(), found_.end(), [](const FoundStatement& a, const FoundStatement& b) {
      if (a.score != b.score) {
        return a.score > b.score;
      }
      return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    return std::move(found_);
  }

 private:
  void add(const Match& match, Traits traits) {
    if (hint_.holder_is_promise && hint_.operation == Operation::wait && match.operation != Operation::wait) {
      return;  // a promise keeps what waits for it, and nothing else is stored there
    }
    const int before = traits.score();
    if (is_runtime_call(match.operation)) {
      traits.add(Trait::served_by_runtime);
    } else if (match.operation == Operation::construct) {
      traits.add(Trait::makes_instance);
    } else if (match.operation == Operation::wait) {
      if (match.self_call) {
        if (!hint_.is_chain) {
          return;
        }
        traits.add(Trait::waits_for_itself);
      } else if (match.awaits_new && hint_.holder_is_promise && !hint_.is_chain) {
        traits.add(Trait::waits_for_new);
      } else if (words_.waits_for_holder(match)) {
        traits.add(Trait::waits_for_holder);
      }
    } else if (!hint_.holder_name.empty() && match.receiver != kNone) {
      add_receiver(match, traits);
    } else if (match.receiver != kNone) {
      const int owners = words_.owners_named(match.receiver);
      if (owners > 0) {
        traits.add(Trait::names_owner);
      }
      if (owners > 1) {
        traits.add(Trait::names_further_owner);
      }
    }
    const bool holder = traits.has(Trait::names_holder) || traits.has(Trait::names_outer_holder) ||
                        traits.has(Trait::names_element) || traits.has(Trait::fills_parameter);
    if (!holder && match.operation == Operation::array_push && match.receiver != kNone &&
        runs_.is_drained(code_.at(match.receiver))) {
      traits.add(Trait::is_drained);
    }
    const int event = event_.fits(match);
    if (event != 0) {
      traits.add(event > 0 ? Trait::event_fits : Trait::other_event);
    }
    // Most uses of `+=` add to a number, so only one with the holder's name counts.
    if (match.operation == Operation::string_append && traits.score() <= before && !hint_.holder_name.empty()) {
      return;
    }
    const SiteRole role = match.operation == Operation::construct ? SiteRole::allocation : SiteRole::registration;
    if (is_once_per_holder(match, traits)) {
      traits.add(Trait::once_per_holder);
    }
    add_token(match.anchor, note_for(code_, match), role, traits);
  }

  /// What the receiver says of a statement that stores into something.
  void add_receiver(const Match& match, Traits& traits) {
    if (words_.is_holder(match.receiver) || words_.is_holder(words_.symbol_before(match.anchor))) {
      traits.add(hint_.nested && holders_.stands_alone(match) ? Trait::names_outer_holder : Trait::names_holder);
      // When a property and a variable have one name, the retaining path shows which one is meant.
      if (words_.is_member(match.receiver) == hint_.is_property) {
        traits.add(Trait::same_form);
      }
    } else if (holders_.is_element(match.receiver)) {
      traits.add(Trait::names_element);
    } else {
      traits.add(Trait::other_collection);
    }
  }

  /// Whether a statement runs only when its holder was just made. A holder of a suspect was there all the time.
  [[nodiscard]] bool is_once_per_holder(const Match& match, const Traits& traits) const {
    if (hint_.nested || !(traits.has(Trait::names_holder) || traits.has(Trait::waits_for_holder))) {
      return false;
    }
    if (!hint_.is_property) {
      return runs_.follows_new_value(match.anchor, words_.holder());
    }
    const std::size_t r = match.receiver;
    return r != kNone && r >= 2 && code_.at(r - 1) == "." && code_.at(r - 2) == "this" &&
           code_.is_in_constructor(match.anchor) && !runs_.runs_again(match.anchor);
  }

  void add_token(std::size_t anchor, std::string note, SiteRole role, Traits traits) {
    // New closures of one literal show that the statement around it ran, wherever it is.
    const bool certain = traits.has(Trait::registers_closure) || traits.has(Trait::registers_parameter);
    if (!certain && runs_.runs_once(anchor)) {
      traits.add(Trait::runs_once);
    } else if (runs_.runs_again(anchor)) {
      traits.add(Trait::runs_again);
    }
    // This bounds hostile input. A statement may be found twice: the caller keeps the one with the
    // better score.
    const int score = traits.score() - nearness_;
    if (score <= 0 || found_.size() >= 10'000) {
      return;
    }
    const Token& token = code_.tokens()[chain_start(code_, anchor)];
    FoundStatement statement;
    statement.line = token.line;
    statement.column = token.column;
    statement.function = code_.function_name(anchor);
    statement.note = std::move(note);
    statement.role = role;
    statement.traits = traits;
    statement.score = score;
    found_.push_back(std::move(statement));
  }

  const CodeModel& code_;
  const StoreHint& hint_;
  int nearness_;
  std::size_t budget_ = 4'000'000;  ///< tokens that the searches may look at: bounds hostile input
  EventMatcher event_;
  HolderWords words_;
  FunctionsByName functions_;
  const RunCount& runs_;
  HolderFlow holders_;
  std::vector<FoundStatement> found_;
};

/// Whether the statement that stores is looked for where the closure goes. A function that was there before, or that a
/// profile names, is no leaked closure: the call that it was once given to is set-up.
bool is_leaked_closure(const FunctionPosition& position) {
  return position.relation == FunctionRelation::leaked &&
         (position.evidence == SiteEvidence::closure || position.evidence == SiteEvidence::generator);
}

}  // namespace

std::vector<FoundStatement> find_statements(const CodeModel& code, const RunCount& runs,
                                            const FunctionPosition& position, const StoreHint& hint, int nearness) {
  Finder finder(code, runs, hint, nearness);
  const bool whole = position.evidence == SiteEvidence::context || position.evidence == SiteEvidence::retaining_path;
  std::size_t function = code.function_at(position.line, position.column);
  if (position.evidence == SiteEvidence::constructor) {
    // An instance stands for its whole class, with its methods and field initialisers.
    for (std::size_t i = function; i != kNone; i = code.functions()[i].parent) {
      if (!code.functions()[i].is_class) {
        continue;
      }
      function = i;
      break;
    }
  }
  if (function != kNone && position.relation != FunctionRelation::program) {
    const FunctionRange& range = code.functions()[function];
    finder.range(range.params, range.end, Trait::in_function);
    if (is_leaked_closure(position)) {
      finder.closure(function);
    }
  }
  if (!position.variable.empty()) {
    finder.calls(position.variable);
    return finder.take();
  }
  if (whole) {
    finder.range(0, code.tokens().size(), Trait::in_script);
  }
  return finder.take();
}

std::vector<FoundStatement> find_statements_anywhere(const CodeModel& code, const RunCount& runs, const StoreHint& hint,
                                                     int nearness) {
  Finder finder(code, runs, hint, nearness);
  finder.range(0, code.tokens().size(), Trait::anywhere);
  return finder.take();
}

}  // namespace heapdiff::sites
