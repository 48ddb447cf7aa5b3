// Functions of code that was evaluated at run time. Its scripts have no name, so there is no file and line to show.

#include "detectors/evidence.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"

namespace heapdiff::detectors {

NodeIndex evaluated_script_of(const SnapshotGraph& graph, NodeIndex closure) {
  const NodeIndex shared = graph.find_target(closure, EdgeType::internal, v8::kSharedEdge);
  const NodeIndex script = shared ? script_of(graph, shared) : NodeIndex::none();
  if (!script || !graph.find_target(script, EdgeType::internal, v8::kScriptSourceEdge)) {
    return NodeIndex::none();
  }
  const NodeIndex name = graph.find_target(script, EdgeType::internal, v8::kScriptNameEdge);
  return name && v8::is_string(graph.type(name)) && !graph.name(name).empty() ? NodeIndex::none() : script;
}

void say_evaluated(const HeapChecks& checks, Reasons& reasons) {
  const auto code = checks.evaluated_code();
  if (!code) {
    return;
  }
  Sentence sentence;
  if (code->looked_at.value() == 1) {
    sentence << "The function comes";
    sentence.because(code->evaluated);
  } else {
    sentence << code->evaluated << " of " << code->looked_at
             << by_number(code->evaluated, " functions looked at comes", " functions looked at come");
  }
  sentence << " from code that was evaluated at run time (`eval`, `new Function`)";
  if (code->scripts && code->scripts->value() == 1) {
    sentence << ": one script without a name, id " << *code->lowest_id;
    sentence.because(*code->scripts);
  } else if (code->scripts) {
    sentence << ": " << *code->scripts << " scripts without a name, ids " << *code->lowest_id << " to "
             << *code->highest_id;
  }
  if (!code->start.empty()) {
    sentence << "; one starts with `" << Name{code->start} << "`";
  }
  reasons.say(sentence << ". A comment `//# sourceURL=name` in that code gives it a name.");
}

}  // namespace heapdiff::detectors
