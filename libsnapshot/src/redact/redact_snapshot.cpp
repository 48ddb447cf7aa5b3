// Two passes over the file with the one section reader. How a text is used is known only after the edges, and the
// strings are at the end of the file: the first pass collects the uses, the second one writes.

#include "heapdiff/snapshot/redact_snapshot.h"

#include "heapdiff/snapshot/diagnostics.h"
#include "parse/section_reader.h"
#include "redact/snapshot_writer.h"
#include "redact/text_uses.h"

namespace heapdiff {
namespace {

redaction::TextUses collect_uses(const OpenedInput& input, const Limits& limits, ProgressListener* progress,
                                 std::string& digest) {
  Diagnostics diagnostics;
  redaction::UseCollector collector(parse::max_strings(input.source->size_bytes()));
  parse::SectionReader reader(*input.source, input.name, limits, 1, progress, diagnostics, collector);
  reader.read();
  digest = reader.digest();
  return collector.finish(reader.string_count(), input.name);
}

}  // namespace

void redact_snapshot(const std::function<OpenedInput()>& open, const Limits& limits, const TextMask& mask,
                     ByteSink& out, ProgressListener* progress) {
  std::string first_digest;
  const redaction::TextUses uses = collect_uses(open(), limits, progress, first_digest);
  const OpenedInput input = open();
  Diagnostics diagnostics;
  redaction::SnapshotWriter writer(input.name, uses, mask, out);
  parse::SectionReader reader(*input.source, input.name, limits, 1, progress, diagnostics, writer);
  reader.read();
  writer.finish(reader.digest(), first_digest);
}

}  // namespace heapdiff
