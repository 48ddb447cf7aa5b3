#include "compose/fix_words.h"

#include "compose/report_words.h"
#include "heapdiff/diff/class_words.h"
#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace heapdiff::compose {

namespace {

using Operation = StoreHint::Operation;

/// The statement that stores the objects; null where the line is not known to be one.
const Site* storing_site(const std::vector<Site>& sites) {
  const bool known =
      !sites.empty() && sites.front().precision == SitePrecision::statement && !sites.front().statement.text.empty();
  return known ? &sites.front() : nullptr;
}

/// A piece of the program's text as a part of a sentence; `instead` where it is too long or has more than one line.
std::string code_words(const std::string& text, std::string_view instead) {
  constexpr std::size_t kMaxBytes = 48;
  const bool fits = !text.empty() && text.size() <= kMaxBytes && text.find_first_of("\n\r\t(") == std::string::npos;
  return fits ? mask_code(visible_text(text)) : std::string(instead);
}

/// Whether the growing objects are what a program keeps of a promise to settle it later: {resolve, reject}.
bool settles_promises(const Suspect& s) {
  const auto has = [&s](std::string_view property) {
    for (std::size_t at = s.constructor.find(property); at != std::string::npos;
         at = s.constructor.find(property, at)) {
      const char before = s.constructor[at - 1];
      at += property.size();
      const bool ends = at == s.constructor.size() || s.constructor[at] == ',' || s.constructor[at] == '}';
      if ((before == '{' || before == ' ') && ends) {
        return true;
      }
    }
    return false;
  };
  return s.constructor.starts_with('{') && has("resolve") && has("reject");
}

/// Whether the removal is within two lines of the statement, like the eviction of a bounded collection.
bool is_near(const Site& site) {
  constexpr std::uint32_t kLines = 2;
  return site.removal.line + kLines >= site.line && site.removal.line <= site.line + kLines;
}

/// Names the statement of this file that removes from the collection. Returns an empty text if no statement does.
std::string removal_words(const Site* site) {
  if (site == nullptr || site->removal.line == 0) {
    return {};
  }
  const SiteRemoval& removal = site->removal;
  const std::string call = visible_text(removal.call, 80);
  if (removal.discards_copy) {
    return fmt::format("Line {} calls {}() and drops the copy that it returns, so that the array stays as it was.",
                       removal.line, call);
  }
  return is_near(*site)
             ? fmt::format("Line {} has {} already: look at its condition, and whether its limit was reached.",
                           removal.line, call)
             : fmt::format("Line {} has {} already: look at when it runs, and why it did not for these.", removal.line,
                           call);
}

/// The call that takes a listener off, by the method that registered it.
const char* unregister_method(std::string_view method) {
  return method == "addEventListener" ? "removeEventListener" : method == "addListener" ? "removeListener" : "off";
}

/// Whether the statement registers a listener on its receiver, by a method that another one undoes: not the functions
/// of node:events, `on(emitter, event)`, and not `subscribe`, which is undone by what it returns.
bool registers_listener(const Site* site) {
  return site != nullptr && site->statement.operation == Operation::listener && site->statement.arguments.size() > 1 &&
         (!site->statement.receiver.empty() || site->statement.method == "addEventListener") &&
         site->statement.method != "subscribe";
}

/// "this.subscriber.off(event, handler)".
std::string unregister_call(const SiteStatement& statement) {
  const std::string receiver = code_words(statement.receiver, "");
  return fmt::format("{}{}{}({}, {})", receiver, receiver.empty() ? "" : ".", unregister_method(statement.method),
                     code_words(statement.arguments[0], "event"), code_words(statement.arguments[1], "listener"));
}

std::string listener_fix(const Site* site) {
  if (site != nullptr && site->statement.method == "subscribe") {
    return "Subscribe once, outside of the code that runs each time; or keep what subscribe() returns and "
           "unsubscribe when its owner is done.";
  }
  const bool known = registers_listener(site);
  std::string text = fmt::format(
      "Register once, outside of the code that runs each time; or keep the function and call {} when its owner is "
      "done.",
      known ? unregister_call(site->statement) : "off(event, listener)");
  if (known && (site->statement.method == "once" || site->statement.method == "prependOnceListener")) {
    text += " once() takes a listener off only when the event comes.";
  }
  return text;
}

/// Of an EventTarget, which takes the signal of an AbortController in place of the same function.
std::string target_fix(const Site* site, const ReportSuspect& out, LeakCause cause) {
  return registers_listener(site) && site->statement.method == "addEventListener"
             ? fmt::format(
                   "Add it once, or keep the function and call {} when its owner is done, also when all went "
                   "well; or add it with the signal of an AbortController that is aborted then.",
                   unregister_call(site->statement))
             : std::string(advice_for(out.kind, cause).fix);
}

std::string timer_fix(const Site* site) {
  const std::string_view text = site == nullptr ? std::string_view() : site->statement.text;
  const bool once = text.find("setTimeout(") != std::string_view::npos;
  const bool again = text.find("setInterval(") != std::string_view::npos;
  return fmt::format("Keep the handle and call {} when the owner of the timer ends{}; unref() alone frees nothing.",
                     once == again ? "clearInterval or clearTimeout"
                     : once        ? "clearTimeout"
                                   : "clearInterval",
                     once != again ? ", and before another one is started in its place" : "");
}

std::string chain_fix(const Site* site, const LeakCause cause, const ReportSuspect& out) {
  const std::string_view text = site == nullptr ? std::string_view() : site->statement.text;
  const bool calls_itself = site != nullptr && !site->function.empty() && text.starts_with("return") &&
                            text.find(site->function + "(") != std::string_view::npos;
  return calls_itself ? "Make it a loop: the promise of an async function that returns a call of itself stays pending "
                        "until the last round is over."
                      : advice_for(out.kind, cause).fix;
}

std::string timeline_fix(const Suspect& s, const std::vector<Site>& sites, const ReportSuspect& out) {
  if (s.constructor.find("Resource") != std::string::npos) {
    return advice_for(out.kind, s.cause).fix;
  }
  std::string text =
      "Call performance.clearMarks(name) and performance.clearMeasures(name) when a measure was read; or measure with "
      "performance.now(), which keeps nothing.";
  std::string others;
  for (std::size_t i = 1; i < std::min<std::size_t>(sites.size(), 4); ++i) {
    if (sites[i].precision == SitePrecision::statement && sites[i].package.empty()) {
      others += fmt::format("{}{}:{}", others.empty() ? "" : " and ", visible_text(sites[i].file), sites[i].line);
    }
  }
  return others.empty() ? text : fmt::format("{} Entries come from {}, too.", text, others);
}

/// Texts that keep their parts, and slices that keep the whole: each can be smaller, and there are too many of them.
std::string text_fix(const ReportSuspect& out, LeakCause cause) {
  std::string how = advice_for(out.kind, cause).fix;
  const bool collection =
      out.kind == "map-growth" || out.kind == "set-growth" || out.kind == "array-growth" || out.kind == "object-growth";
  if (!collection) {
    return how;
  }
  how[0] = static_cast<char>(how[0] - 'A' + 'a');
  const std::string what = out.kind == "set-growth" ? "Delete members when they are done, or bound the set."
                                                    : std::string(advice_for(out.kind).fix);
  return fmt::format("{} To make what stays smaller, {}", what, how);
}

/// The call in a key that gives another value each time: a clock, chance, a new symbol. Empty where the key has none,
/// or its text does not show one.
std::string_view unrepeatable_call(const Site* site) {
  static constexpr std::string_view kCalls[] = {"Date.now()",   "hrtime(",     "hrtime.bigint(", "performance.now(",
                                                "Math.random(", "randomUUID(", "randomBytes(",   "new Date()",
                                                "Symbol(",      "nanoid(",     "uuidv4("};
  const bool has_key =
      site != nullptr && site->statement.arguments.size() == 2 &&
      (site->statement.operation == Operation::map_set || site->statement.operation == Operation::keyed_store);
  if (!has_key) {
    return {};
  }
  const std::string_view key = site->statement.arguments.front();
  const auto call = std::find_if(std::begin(kCalls), std::end(kCalls), [key](std::string_view text) {
    const std::size_t at = key.find(text);
    return at != std::string_view::npos && (at == 0 || (!ascii::is_alphanumeric(key[at - 1]) && key[at - 1] != '_'));
  });
  return call == std::end(kCalls) ? std::string_view() : call->substr(0, call->find('('));
}

std::string own_fix(const Suspect& s, const ReportSuspect& out, const std::vector<Site>& sites) {
  const Site* const site = storing_site(sites);
  if (const std::string_view call = unrepeatable_call(site); !call.empty() && s.cause == LeakCause::none) {
    return fmt::format(
        "The key has {}() in it, which differs each time: look entries up by this very key, or leave "
        "that part out. Else delete entries when they are done with.",
        call);
  }
  if (settles_promises(s) && s.cause == LeakCause::none) {
    return "Delete the entry when its answer comes; after a time limit reject it, and delete it then. What is only "
           "dropped lets its caller wait for ever.";
  }
  if (s.kind == LeakKind::detached_dom && site != nullptr && site->statement.operation == Operation::listener) {
    return "Call removeEventListener when the elements are taken out of the document, or register with the signal of "
           "an AbortController that is aborted then.";
  }
  switch (s.cause) {
    case LeakCause::performance_timeline:
      return timeline_fix(s, sites, out);
    case LeakCause::promise_chain:
      return chain_fix(site, s.cause, out);
    case LeakCause::string_parts:
    case LeakCause::string_slices:
      return text_fix(out, s.cause);
    case LeakCause::event_target:
      return target_fix(site, out, s.cause);
    case LeakCause::none:
      break;
    default:
      return advice_for(out.kind, s.cause).fix;
  }
  if (s.kind == LeakKind::event_listener) {
    return listener_fix(site);
  }
  if (s.kind == LeakKind::timer) {
    return timer_fix(site);
  }
  if (s.kind == LeakKind::buffer && !s.label.empty()) {
    return fmt::format(
        "Copy the small part that is kept (Buffer.from(slice)), so that the large buffer can be freed; "
        "and take out of {} what is done with.",
        visible_text(s.label, 80));
  }
  if (s.kind == LeakKind::array_growth && class_noun(s.constructor, 2) == "functions") {
    return "Take each function out of the array when its owner is done: let the code that adds it return one that "
           "removes it, and call that.";
  }
  return advice_for(out.kind, s.cause).fix;
}

/// Whether what would be freed is more than grew: older objects can hang on new ones, or were replaced by them.
bool frees_more_than_grew(const Suspect& s) {
  const auto grew = static_cast<std::uint64_t>(std::max<std::int64_t>(s.growth_bytes, 0));
  return grew > 0 && s.fix_frees_bytes > grew + grew / 20;
}

/// What is done to free them: "Clearing `answers` of its new objects".
std::string deed_that_frees(const Suspect& s, const std::vector<Site>& sites, bool one_heap) {
  const auto registers = [](const Operation operation) { return operation == Operation::listener; };
  if (s.kind == LeakKind::event_listener || registers(s.hint.operation) ||
      (!sites.empty() && registers(sites.front().statement.operation))) {
    return "Removing these listeners";
  }
  if (const std::string_view of_runtime = collection_words(s.cause); !of_runtime.empty()) {
    return fmt::format("Removing these objects from {}", of_runtime);
  }
  if (s.kind == LeakKind::timer) {
    return "Clearing these timers";
  }
  if (s.holder == "Promise") {
    return s.label.empty() ? "Settling the promise" : fmt::format("Settling `{}`", s.label);
  }
  if (s.label.empty()) {
    return "Removing the references to these objects";
  }
  if (s.holder.starts_with("system / Context") || s.kind == LeakKind::string) {  // a variable or a text, no collection
    return fmt::format("Dropping what `{}` keeps", s.label);
  }
  return one_heap ? fmt::format("Clearing `{}`", s.label) : fmt::format("Clearing `{}` of its new objects", s.label);
}

}  // namespace

std::string fix_words(const Suspect& s, const ReportSuspect& out, const std::vector<Site>& sites) {
  if (std::string advice = package_advice(out); !advice.empty()) {
    if (s.cause != LeakCause::none) {
      advice += std::string(" In the package: ") + advice_for(out.kind, s.cause).fix;
      std::erase(advice, '`');  // they mark code in heapdiff's own texts alone, and this one has names of the heap
    }
    return advice;
  }
  const Site* const site = storing_site(sites);
  std::string removal = removal_words(site);
  if (removal.empty()) {
    return own_fix(s, out, sites);
  }
  if (site->removal.discards_copy) {
    return removal + " Remove the item from the array itself: splice(), or assign the copy.";
  }
  if (is_near(*site)) {
    return removal;
  }
  std::string text = own_fix(s, out, sites) + " " + removal;
  std::erase(text, '`');
  return text;
}

std::string frees_words(const Suspect& s, const std::vector<Site>& sites, AgeSource ages) {
  const bool one_heap = ages == AgeSource::structure;
  const bool waiters = s.holder == "Promise";
  const std::string what = deed_that_frees(s, sites, one_heap);
  const std::string bytes = format_bytes(static_cast<double>(s.fix_frees_bytes));
  if (one_heap) {
    return fmt::format("{} would free at least {} of the heap (what nothing else keeps).", what, bytes);
  }
  // A promise that is settled frees its old waiters, too.
  std::string text = fmt::format("{} would free {}{}{} (checked by removing the references in the {}).", what,
                                 waiters ? "at least " : "", bytes,
                                 frees_more_than_grew(s) && !waiters ? ", more than it grew by" : "",
                                 is_one_file(ages) ? "file" : "last snapshot");
  if (s.fix_frees_store_bytes != 0) {
    text += fmt::format(" {} of it is growth of {}.", format_bytes(static_cast<double>(s.fix_frees_store_bytes)),
                        waiters ? "the promise's own list of waiters" : "the tables that hold them");
  }
  return text;
}

}  // namespace heapdiff::compose
