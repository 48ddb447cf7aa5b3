// DOM nodes in no document that JavaScript still refers to.

#include "detectors/evidence.h"

#include <algorithm>

namespace heapdiff::detectors {

std::optional<Finding> detached_dom(const Candidate& candidate) {
  constexpr std::size_t kMaxNamedClasses = 4;
  if (candidate.content.detached <= candidate.content.total / 10) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::detached_dom, StoreHint::Operation::any, {}};
  const std::vector<ClassShare> classes = checks.detached_nodes();
  Sentence sentence;
  if (classes.empty()) {
    sentence << "Memory of DOM nodes that are in no document is kept by " << holder_name(candidate) << ".";
    sentence.because(checks.new_bytes());
  } else {
    sentence << checks.dom_nodes() << by_number(checks.dom_nodes(), " DOM node (", " DOM nodes (");
    for (std::size_t i = 0; i < std::min(classes.size(), kMaxNamedClasses); ++i) {
      sentence << (i == 0 ? Words("") : Words(", ")) << classes[i].count << " " << Name{classes[i].name};
    }
    sentence << (classes.size() > kMaxNamedClasses ? Words(", and others)") : Words(")"))
             << " that came after the first snapshot " << by_number(checks.dom_nodes(), "is", "are")
             << " in no document, and " << holder_name(candidate)
             << by_number(checks.dom_nodes(), " keeps it.", " keeps them.")
             << " A node keeps the whole tree that it is a part of, with all listeners.";
  }
  f.reasons.say(sentence);
  Sentence document;
  document << "Not the document: " << checks.attached_nodes().value_or(checks.dom_nodes())
           << " nodes of the heap are marked as attached, and these are not.";
  f.reasons.rule_out(checks.attached_nodes(), document);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
