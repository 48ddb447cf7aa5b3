#include "kinds.h"

#include "detectors/detector.h"
#include "detectors/evidence.h"

#include <algorithm>
#include <string_view>

namespace heapdiff {

namespace {

/// The event whose listeners the path leads through, folded; empty when it leads through none.
std::string event_of(const Suspect& suspect) {
  std::string event;
  for (std::size_t i = 1; i + 1 < suspect.path.size(); ++i) {
    if (suspect.path[i].edge == "_events") {
      event = fold_data(suspect.path[i + 1].edge);
    }
  }
  return event;
}

}  // namespace

void classify(Suspect& suspect, const Heap& last, const Accumulation& group, std::span<const Facts> facts,
              NodeIndex holder, std::size_t holder_at, const std::vector<std::uint32_t>& items) {
  suspect.event = event_of(suspect);
  const detectors::Case c{last, group, facts, suspect, holder, holder_at, items, detectors::content_of(last, group)};
  for (const detectors::Detector detector : detectors::all()) {
    if (auto finding = detector(c)) {
      suspect.kind = finding->kind;
      suspect.hint.operation = finding->operation;
      suspect.why = std::move(finding->why);
      suspect.ruled_out = std::move(finding->ruled_out);
      break;
    }
  }
  suspect.off_heap_bytes = c.content.native;
  if (suspect.kind != "event-listener") {
    suspect.emitter.clear();
    suspect.event.clear();
  } else {
    if (suspect.event.empty()) {
      suspect.emitter.clear();
    }
    suspect.hint.event = suspect.event;
    suspect.hint.holder_name.clear();
  }
  static constexpr std::string_view kPlain[] = {"Object", "Array", "Function", "Map", "Set", "Promise", "Timeout"};
  const bool named = !suspect.constructor.empty() && suspect.constructor[0] != '(' && suspect.constructor[0] != '{' &&
                     suspect.constructor.find(' ') == std::string::npos &&
                     std::find(std::begin(kPlain), std::end(kPlain), suspect.constructor) == std::end(kPlain);
  suspect.hint.constructor = named ? suspect.constructor : std::string();
}

}  // namespace heapdiff
