#include "detectors/held_text.h"

#include "detectors/evidence.h"
#include "v8/collections.h"

#include <optional>
#include <utility>
#include <vector>

namespace heapdiff::detectors {

namespace {

/// "Map "sessions"", or "12 holders like Map "sessions"".
void add_holders(Sentence& sentence, const Candidate& c, const HeapChecks& checks, bool first = false) {
  if (c.suspect.holder_count > 1) {
    sentence << checks.places() << " holders like " << holder_name(c);
  } else {
    sentence << (first ? holder_first(c) : holder_name(c));
  }
}

/// "5,700 Session, 640 B for each". Keys and what they lead to are one.
void add_content(Sentence& sentence, const Candidate& c, const HeapChecks& checks) {
  const Fact count = checks.gained(c.suspect.constructor);
  if (const auto each = checks.bytes_for_each(c.suspect.constructor)) {
    sentence << count << " " << noun(c, count) << ", " << *each
             << (count.value() == 1 ? Words("") : Words(" for each"));
  } else if (const auto store = checks.store_growth()) {
    sentence << *store << " in its own store";
  } else {
    sentence << checks.new_bytes();
  }
}

/// "Map "sessions" holds 5,700 Session, 640 B for each", with `verb` in between and `end` after it.
void say_content(const Candidate& c, const HeapChecks& checks, Words verb, Words end, Reasons& reasons) {
  Sentence sentence;
  add_holders(sentence, c, checks, true);
  sentence << verb;
  add_content(sentence, c, checks);
  reasons.say(sentence << end);
}

/// Which function the objects are closures of, or wrap.
void say_functions(const HeapChecks& checks, Reasons& reasons) {
  const std::vector<LiteralShare> made = checks.literals();
  if (made.empty()) {
    return;
  }
  Sentence sentence;
  if (made.size() == 1) {
    sentence << by_number(made.front().count, "It is a closure of ", "All are closures of one function, ")
             << Name{made.front().literal} << ".";
    sentence.because(made.front().count);
  } else {
    sentence << "The most frequent function among them is " << Name{made.front().literal} << ", " << made.front().count
             << " of " << checks.functions() << ".";
  }
  reasons.say(sentence);
}

void say_listeners(const Candidate& c, const HeapChecks& checks, Reasons& reasons) {
  const Suspect& s = c.suspect;
  const Fact functions = checks.functions();
  const Fact count = functions.value() > 0 ? functions : checks.items();
  Sentence sentence;
  sentence << count << by_number(count, " listener", " listeners");
  if (!s.event.empty()) {
    sentence << " for \"" << Name{s.event} << "\"";
  }
  const Name where = s.emitter.empty() ? holder_name(c) : Name{s.emitter};
  if (s.holder_count > 1) {
    sentence << " are registered on " << checks.places() << " emitters of class " << where << ".";
  } else {
    sentence << by_number(count, " is", " are") << " registered on one " << where << ".";
  }
  reasons.say(sentence);
  say_functions(checks, reasons);
  if (const auto once = checks.once_listeners(); once && !s.emitter.empty()) {
    Sentence waiting;
    reasons.say(waiting << *once
                        << by_number(*once, " was registered with `once` and waits for its event.",
                                     " were registered with `once` and wait for their event."));
  }
  say_scopes(checks, reasons);
}

void say_held_timers(const Candidate& c, const HeapChecks& checks, Reasons& reasons) {
  const auto timers = checks.timers();
  Sentence sentence;
  const Fact count = timers ? timers->all : checks.items();
  sentence << count << by_number(count, " timer is held by ", " timers are held by ");
  add_holders(sentence, c, checks);
  reasons.say(sentence << ".");
  if (timers && timers->repeating.value() > 0) {
    Sentence repeating;
    reasons.say(repeating << timers->repeating << by_number(timers->repeating, " of them repeats", " of them repeat")
                          << " (setInterval), until clearInterval is called.");
  }
  if (timers && timers->once.value() > 0) {
    Sentence once;
    reasons.say(
        once << timers->once
             << by_number(timers->once, " of them fires once (setTimeout).", " of them fire once (setTimeout)."));
  }
  if (timers && timers->gone.value() > 0) {
    Sentence gone;
    reasons.say(
        gone << timers->gone
             << by_number(timers->gone, " of them has fired or was cleared.", " of them have fired or were cleared."));
  }
  say_callbacks(checks, reasons);
  say_scopes(checks, reasons);
  if (timers && timers->gone.value() == 0) {
    Sentence fired;
    fired << "Not fired timers: Node takes those off its lists, and these are still on them.";
    reasons.rule_out(timers->pending, fired);
  }
}

void say_held_buffers(const Candidate& c, const HeapChecks& checks, Reasons& reasons) {
  Sentence sentence;
  sentence << checks.off_heap_bytes() << " of " << checks.new_bytes() << " that ";
  add_holders(sentence, c, checks);
  sentence << (c.suspect.holder_count > 1 ? Words(" keep") : Words(" keeps"))
           << " lie outside the JavaScript heap, behind " << checks.items()
           << by_number(checks.items(), " object.", " objects.");
  if (checks.views().value() > 0) {
    sentence << " A view keeps the whole buffer that it was cut from.";
    sentence.because(checks.views());
  }
  reasons.say(sentence);
  Sentence in_heap;
  in_heap << "Not the JavaScript heap: only " << checks.in_heap_bytes() << " of it is there.";
  reasons.rule_out(checks.off_heap_bytes(), in_heap);
}

void say_held_text(const Candidate& c, const HeapChecks& checks, Reasons& reasons) {
  Sentence sentence;
  sentence << "The text in ";
  add_holders(sentence, c, checks);
  reasons.say(sentence << " is " << checks.text_bytes() << " in " << checks.text_pieces()
                       << " pieces that hang together as one string, so that none can go alone.");
}

void say_detached(const Candidate& c, const HeapChecks& checks, Reasons& reasons) {
  say_content(c, checks, " keeps ", ".", reasons);
  Sentence sentence;
  const Fact nodes = checks.dom_nodes();
  reasons.say(sentence << nodes << by_number(nodes, " DOM node is", " DOM nodes are")
                       << " in no document. Each keeps the whole tree that it is a part of, with all listeners.");
  Sentence attached;
  attached << "Not the document: its own tree is marked as attached.";
  reasons.rule_out(checks.attached_nodes(), attached);
}

}  // namespace

Reasons held_reasons(const Candidate& c, const HeapChecks& checks, LeakKind kind, LeakCause cause) {
  const bool many = c.suspect.holder_count > 1;
  const Words hold = many ? Words(" hold ") : Words(" holds ");
  const Words keep = many ? Words(" keep ") : Words(" keeps ");
  Reasons reasons;
  switch (kind) {
    case LeakKind::event_listener:
      say_listeners(c, checks, reasons);
      break;
    case LeakKind::timer:
      say_held_timers(c, checks, reasons);
      break;
    case LeakKind::buffer:
      say_held_buffers(c, checks, reasons);
      break;
    case LeakKind::string:
      if (cause == LeakCause::string_slices) {
        say_content(c, checks, hold, ".", reasons);
      } else {
        say_held_text(c, checks, reasons);
      }
      break;
    case LeakKind::detached_dom:
      say_detached(c, checks, reasons);
      break;
    case LeakKind::closure:
      say_content(c, checks, keep, ".", reasons);
      say_functions(checks, reasons);
      say_scopes(checks, reasons);
      break;
    case LeakKind::promise:
      say_content(c, checks, many ? Words(" reach ") : Words(" reaches "),
                  ". A promise that nothing settles keeps whoever waits for it, with all that their functions can see.",
                  reasons);
      break;
    case LeakKind::generator:
      say_content(c, checks, keep, ": suspended functions, each with its arguments, locals and scope.", reasons);
      break;
    case LeakKind::object_growth:
      say_content(c, checks,
                  many ? Words(" serve as dictionaries and hold ") : Words(" serves as a dictionary and holds "), ".",
                  reasons);
      break;
    case LeakKind::pool:
      say_content(c, checks, many ? Words(" have on their books ") : Words(" has on its books "), ".", reasons);
      break;
    case LeakKind::module_cache:
      say_content(c, checks, many ? Words(" cache ") : Words(" caches "),
                  ". A key that is new at each call (a time, a counter, a request) never hits.", reasons);
      break;
    case LeakKind::async_context:
      say_content(c, checks, keep, ", stored for asynchronous work and reachable only through its resources.", reasons);
      break;
    case LeakKind::map_growth:
    case LeakKind::set_growth:
      say_content(c, checks, hold,
                  c.suspect.holder == v8::kWeakMapClass || c.suspect.holder == v8::kWeakSetClass
                      ? Words(". It is weak, so something else keeps its keys alive: see the retaining path.")
                      : Words("."),
                  reasons);
      break;
    case LeakKind::array_growth:
    case LeakKind::class_instance:
    case LeakKind::unknown:
      say_content(c, checks, hold, ".", reasons);
      break;
  }
  return reasons;
}

}  // namespace heapdiff::detectors
