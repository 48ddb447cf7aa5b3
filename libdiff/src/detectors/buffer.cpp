// Buffers: memory outside the JavaScript heap that small objects in the heap keep.

#include "detectors/evidence.h"

namespace heapdiff::detectors {

std::optional<Finding> buffer(const Candidate& candidate) {
  if (candidate.content.off_heap <= candidate.content.total / 2) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::buffer, store_operation(candidate), {}};
  Sentence sentence;
  sentence << checks.off_heap_bytes() << " of the " << checks.new_bytes()
           << " that came lie outside the JavaScript heap";
  if (const Fact buffers = checks.buffers(); buffers.value() > 0) {
    sentence << ", in " << buffers << (buffers.value() == 1 ? Words(" buffer") : Words(" buffers"));
    if (const Fact views = checks.views(); views.value() > 0) {
      sentence << " behind " << views << (views.value() == 1 ? Words(" view") : Words(" views"));
    }
  }
  f.reasons.say(sentence << "; " << holder_name(candidate) << " keeps them.");
  if (const auto each = checks.bytes_per_buffer()) {
    Sentence whole;
    f.reasons.say(whole << "A view keeps the whole buffer that it was cut from, " << *each << " on average.");
  }
  Sentence in_heap;
  in_heap << "Not the JavaScript heap: only " << checks.in_heap_bytes() << " of the growth is in it.";
  f.reasons.rule_out(checks.off_heap_bytes(), in_heap);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
