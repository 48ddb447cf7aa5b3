#include "suspects/describe_suspect.h"

#include "heapdiff/snapshot/visible_text.h"
#include "suspects/allocation_traces.h"
#include "suspects/classify_suspect.h"
#include "suspects/held_names.h"
#include "suspects/new_objects.h"
#include "suspects/path_functions.h"
#include "suspects/signature.h"
#include "suspects/suspect_path.h"
#include "v8/events.h"

#include <algorithm>

namespace heapdiff::suspects {

void describe(Suspect& suspect, const series::SeriesView& view, const PrototypeOwners& owners,
              const Accumulation& group, const std::vector<std::uint32_t>& items) {
  const SnapshotGraph& graph = view.last.graph;
  const NodeIndex root = representative(view, group);
  const std::vector<NodeIndex> nodes_of_path = set_path(suspect, view, root);
  const NodeIndex holder = holder_on_path(view, group, root);
  suspect.holder = visible_text(view.last.classes.name(holder), 120);
  suspect.holder_id = graph.id(holder);
  suspect.new_object_id = graph.id(root);
  if (graph.find_target(holder, EdgeType::property, v8::kEventsProperty)) {
    suspect.emitter = owners.made_by(view.last, holder);
  }
  set_constructor(suspect, view, group, root, items);
  suspect.hint.holder_name = holder_name(view, holder, root);
  suspect.label = suspect.hint.holder_name;
  std::size_t holder_at = 0;
  for (std::size_t i = 0; i < suspect.path.size(); ++i) {
    if (suspect.path[i].node_id == graph.id(holder)) {
      holder_at = i;
    }
  }
  if (const std::string target = event_target_of(suspect, holder_at); !target.empty()) {
    // Node keeps the listeners of an EventTarget in lists of its own: the target is what the program calls it.
    suspect.holder = target;
    suspect.label.clear();
  }
  classify(suspect, view, group, holder, holder_at, items);
  if (!suspect.emitter.empty() && holder_at < suspect.path.size() &&
      suspect.path[holder_at].node_id == suspect.holder_id) {
    // A class that copies EventEmitter's methods shows as "EventEmitter"; the path gives its own name.
    suspect.path[holder_at].node = suspect.emitter;
  }
  add_path_functions(suspect, view.last, view.cohorts, nodes_of_path);
  if (graph.has_allocation_traces()) {
    add_allocation_traces(suspect, view.last, new_objects_of(view, group));
  }
  suspect.held_names = held_names(view, owners, group, holder, root);
  suspect.signature = leak_signature(suspect);
  suspect.place = place_signature(group.signature);
}

}  // namespace heapdiff::suspects

namespace heapdiff {

bool is_element_of_label(const Suspect& suspect) {
  const auto names = [&suspect](const SuspectStep& step) {
    return step.edge == suspect.label && (step.edge_type == EdgeType::property || step.edge_type == EdgeType::context);
  };
  const auto holder = std::find_if(suspect.path.begin(), suspect.path.end(),
                                   [&](const SuspectStep& step) { return step.node_id == suspect.holder_id; });
  return !suspect.label.empty() && holder != suspect.path.end() && !names(*holder) &&
         std::any_of(suspect.path.begin(), holder, names) && std::none_of(holder, suspect.path.end(), names);
}

}  // namespace heapdiff
