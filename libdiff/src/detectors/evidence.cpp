#include "detectors/evidence.h"

#include "heapdiff/diff/class_words.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/buffers.h"
#include "v8/collections.h"
#include "v8/dom.h"
#include "v8/functions.h"
#include "v8/modules.h"
#include "v8/objects.h"
#include "v8/promises.h"
#include "v8/roots.h"
#include "v8/runtime_collections.h"
#include "v8/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace heapdiff::detectors {

namespace {

constexpr std::size_t kStepsAboveHolder = 3;
constexpr std::size_t kMaxClassesBrought = 4;
constexpr std::size_t kMinClassesBrought = 3;  // fewer are parts of an object, not what belongs to a request

/// "a, b and c" of facts.
void list(Sentence& sentence, const std::vector<Fact>& facts) {
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (i > 0) {
      sentence << (i + 1 == facts.size() ? Words(" and ") : Words(", "));
    }
    sentence << facts[i];
  }
}

}  // namespace

std::span<const SuspectStep> Candidate::near() const {
  const auto steps = near_and_content();
  const std::size_t below = suspect.path.size() - std::min(item_at + 1, suspect.path.size());
  return steps.first(steps.size() - std::min(below, steps.size()));
}

std::span<const SuspectStep> Candidate::near_and_content() const {
  const std::size_t first =
      std::min(holder_at < kStepsAboveHolder ? 0 : holder_at - kStepsAboveHolder, suspect.path.size());
  return std::span(suspect.path).subspan(first);
}

bool Candidate::any_near(const std::function<bool(const SuspectStep&)>& test) const {
  const auto steps = near();
  return std::any_of(steps.begin(), steps.end(), test);
}

bool contains_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

Name holder_name(const Candidate& candidate) {
  if (const auto words = collection_words(candidate.cause); !words.empty()) {
    return {std::string(words)};
  }
  const std::string& holder = candidate.suspect.holder;
  if (v8::is_context_class(holder)) {  // a scope has no name of its own: what a program names is its variable
    return {candidate.suspect.label.empty() ? "the scope of a function"
                                            : fmt::format("the variable \"{}\"", candidate.suspect.label)};
  }
  const std::string name =
      holder == v8::kRootClass || holder.empty() ? "a root of the heap" : holder.substr(0, holder.find(" / "));
  if (candidate.suspect.label.empty()) {
    return {name};
  }
  return {
      fmt::format("{} {}\"{}\"", name, is_element_of_label(candidate.suspect) ? "in " : "", candidate.suspect.label)};
}

Name holder_first(const Candidate& candidate) {
  Name name = holder_name(candidate);
  if (name.text.starts_with("a root") || v8::is_context_class(candidate.suspect.holder) ||
      !collection_words(candidate.cause).empty()) {
    name.text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name.text[0])));
  }
  return name;
}

Name noun(const Candidate& candidate, const Fact& count) {
  return {class_noun(candidate.suspect.constructor, std::llround(count.value()))};
}

Name objects(const Candidate& candidate, const Fact& count) {
  return {objects_of_class(candidate.suspect.constructor, std::llround(count.value()))};
}

NodeIndex node_of_id(const SnapshotGraph& graph, std::uint64_t id) {
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (graph.id(NodeIndex(i)) == id) {
      return NodeIndex(i);
    }
  }
  return NodeIndex::none();
}

std::string literal_words(const SnapshotGraph& graph, NodeIndex function) {
  const std::string name = visible_text(graph.name(function), 60);
  const auto place = place_of(graph, function);
  const std::string where = place                                  ? fmt::format(" ({})", place->text())
                            : evaluated_script_of(graph, function) ? std::string(" (evaluated code)")
                                                                   : std::string();
  return (name.empty() ? "an anonymous function" : name) + where;
}

void say_intervals(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  say_intervals_of(candidate.suspect.constructor, candidate, checks, reasons);
}

void say_intervals_of(std::string_view class_name, const Candidate& candidate, const HeapChecks& checks,
                      Reasons& reasons) {
  if (candidate.suspect.compared) {
    return;  // which of the objects of two processes came when is not known
  }
  const std::vector<Fact> counts = checks.gained_by_step(class_name);
  if (checks.gained(class_name).value() < 2) {
    return;
  }
  Sentence sentence;
  if (counts.size() > 1) {
    sentence << "Of those that came in each interval, ";
    list(sentence, counts);
    sentence << " are still alive.";
  }
  if (const auto proof = checks.none_left(class_name)) {
    sentence << (counts.size() > 1 ? Words(" Nothing was released.") : Words("Nothing was released."));
    sentence.because(*proof);
  } else if (counts.size() <= 1) {
    return;  // how many came is said already
  }
  reasons.say_last(sentence);
}

void say_growth(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  const std::string& name = candidate.suspect.constructor;
  const Fact gained = checks.gained(name);
  const auto direct = checks.gained_directly(name);
  const auto kept = checks.kept_by_another(name);
  const auto longest = checks.longest_chain(name);
  Sentence sentence;
  if (direct && direct->value() == gained.value()) {
    if (direct->value() == 1) {
      sentence << holder_first(candidate) << " refers to " << *direct << " " << noun(candidate, *direct)
               << " that came after the first snapshot, and that keeps the rest.";
    } else {
      if (candidate.suspect.holder_count > 1) {
        sentence << checks.places() << " holders like " << holder_name(candidate);
      } else {
        sentence << holder_first(candidate);
      }
      sentence << " gained " << *direct << " " << objects(candidate, *direct) << ".";
    }
  } else if (kept && longest && 2 * kept->value() > gained.value()) {
    if (10 * longest->value() >= 9 * gained.value() && gained.value() > 1) {
      sentence << gained << " more " << objects(candidate, gained) << " are a chain behind " << holder_name(candidate)
               << ": " << *kept
               << by_number(*kept, " of them is kept by another one, ", " of them are each kept by another one, ")
               << *longest << " in a row.";
      reasons.say(sentence);
      say_intervals(candidate, checks, reasons);
      return;
    }
    if (direct) {
      sentence << holder_first(candidate) << " refers to " << *direct << " of " << gained << " more "
               << noun(candidate, gained) << " itself; ";
    } else {
      sentence << gained << " more " << noun(candidate, gained) << by_number(gained, " is", " are") << " kept through "
               << holder_name(candidate) << "; ";
    }
    sentence << *kept << by_number(*kept, " is", " are") << " kept by another of them, " << *longest
             << " in a row at the longest.";
  } else if (direct) {
    sentence << gained << " more " << noun(candidate, gained) << by_number(gained, " is", " are") << " kept by "
             << holder_name(candidate) << ", which refers to " << *direct << " of them itself.";
  } else {
    sentence << gained << " more " << noun(candidate, gained) << by_number(gained, " is", " are") << " kept by what "
             << holder_name(candidate) << " refers to.";
  }
  reasons.say(sentence);
  say_intervals(candidate, checks, reasons);
}

void say_what_each_brings(const HeapChecks& checks, const Fact& count, std::string_view class_name, Reasons& reasons) {
  const std::vector<ClassShare> brought = checks.brought_by_each(count.value(), class_name);
  if (brought.size() < kMinClassesBrought) {
    return;
  }
  Sentence sentence;
  sentence << "With each come";
  for (std::size_t i = 0; i < std::min(brought.size(), kMaxClassesBrought); ++i) {
    sentence << (i == 0 ? Words(" ") : Words(", ")) << brought[i].count << " " << Name{brought[i].name};
  }
  sentence << (brought.size() > kMaxClassesBrought ? Words(" and more") : Words(""))
           << ": these classes grow because it is kept, not each for a reason of its own.";
  reasons.say(sentence);
}

void say_scopes(const HeapChecks& checks, Reasons& reasons) {
  const std::vector<VariableSize> variables = checks.variables();
  if (variables.empty()) {
    return;
  }
  const Fact functions = checks.functions();
  const auto scopes = checks.path_scope_is_of_functions() ? checks.scopes() : std::nullopt;
  Sentence sentence;
  if (scopes && functions.value() > 1 && scopes->value() == functions.value()) {
    sentence << "Each of these functions keeps a scope of its own; one of these scopes, for example, has ";
    sentence.because(*scopes);
  } else if (scopes && functions.value() > 1 && scopes->value() == 1) {
    sentence << "All these functions share one scope, which keeps ";
    sentence.because(*scopes);
  } else {
    sentence << "A scope on the path keeps ";
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    sentence << (i == 0 ? Words("\"") : Words(", \"")) << Name{variables[i].name} << "\" (" << variables[i].bytes
             << ")";
  }
  reasons.say(sentence << ".");
}

bool say_slices(const HeapChecks& checks, AgeSource ages, Reasons& reasons) {
  const auto slices = checks.slices();
  if (!slices || 2 * slices->parent_bytes.value() <= checks.new_bytes().value()) {
    return false;
  }
  Sentence sentence;
  sentence << slices->slices << (slices->slices.value() == 1 ? Words(" slice") : Words(" slices"))
           << (is_one_file(ages) ? Words(" of longer strings are held") : Words(" of longer strings came"))
           << ", and a slice keeps the whole string that it was cut from: " << slices->parents
           << (slices->parents.value() == 1 ? Words(" string") : Words(" strings")) << " of " << slices->parent_bytes
           << " in all. A slice of " << slices->slice_bytes << " keeps " << slices->bytes_per_slice << " on average.";
  reasons.say(sentence);
  return true;
}

bool say_parts(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  constexpr double kMinPieces = 3;  // for each text
  const Fact texts = checks.gained(candidate.suspect.constructor);
  const Fact pieces = checks.text_pieces();
  if (candidate.suspect.constructor != v8::kConcatenatedStringClass || pieces.value() < kMinPieces * texts.value() ||
      2 * checks.text_bytes().value() < checks.new_bytes().value()) {
    return false;
  }
  Sentence sentence;
  sentence << "Texts that were put together keep their parts: " << pieces << " strings of " << checks.text_bytes()
           << (is_one_file(candidate.ages) ? Words(" in all.") : Words(" in all came."));
  reasons.say(sentence);
  return true;
}

void say_store_growth(const HeapChecks& checks, Reasons& reasons) {
  if (const auto bytes = checks.store_growth()) {
    Sentence sentence;
    sentence << "Its own store grew by " << *bytes
             << ": what was added there are no objects, as small numbers are none, so that their number is not known.";
    reasons.say(sentence);
  }
}

void rule_out_new_holders(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  if (candidate.suspect.compared) {
    return;
  }
  const auto holders = checks.holders_are_old();
  if (!holders) {
    return;
  }
  const Name holder{v8::is_context_class(candidate.suspect.holder) ? "scope"
                    : candidate.suspect.emitter.empty()            ? candidate.suspect.holder
                                                                   : candidate.suspect.emitter};
  Sentence sentence;
  if (holders->value() == 1) {
    sentence << "It is one and the same " << holder << " in all snapshots, not one that is made again.";
  } else {
    sentence << "Not new holders: all " << *holders << " of class " << holder << " existed at the first snapshot.";
  }
  reasons.rule_out(holders, sentence);
}

void rule_out_bounded_cache(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  Sentence sentence;
  sentence << "Not a bounded cache: that would remove old entries, and those of each interval are still there.";
  reasons.rule_out(checks.every_interval_remains(candidate.suspect.constructor), sentence);
}

StoreHint::Operation store_operation(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.holder;
  return holder == v8::kMapClass             ? StoreHint::Operation::map_set
         : holder == v8::kSetClass           ? StoreHint::Operation::set_add
         : holder == v8::kArrayClass         ? StoreHint::Operation::array_push
         : v8::is_plain_object_class(holder) ? StoreHint::Operation::keyed_store
                                             : StoreHint::Operation::any;
}

StoreHint::Operation store_or_wait(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.holder;
  return holder == v8::kMapClass || holder == v8::kSetClass || holder == v8::kArrayClass ? store_operation(candidate)
                                                                                         : StoreHint::Operation::wait;
}

Content content_of(const Heap& heap, const suspects::Accumulation& group) {
  Content content;
  for (const auto& [constructor, bytes] : group.class_bytes) {
    const std::string_view name = heap.classes.info(ClassIndex(constructor)).name;
    content.total += bytes;
    content.off_heap += v8::is_off_heap_class(name) ? bytes : 0;
    content.strings += v8::is_string_class(name) ? bytes : 0;
    content.promises += v8::is_promise_class(name) ? bytes : 0;
    content.generators += v8::is_generator_class(name) || v8::is_async_function_class(name) ? bytes : 0;
    content.detached += v8::is_detached_dom_class(name) ? bytes : 0;
    content.modules += v8::is_module_class(name) ? bytes : 0;
  }
  return content;
}

}  // namespace heapdiff::detectors
