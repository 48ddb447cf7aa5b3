#include "heapdiff/reports/schema_names.h"

#include "heapdiff/snapshot/meta.h"

namespace heapdiff {

const char* schema_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::leak:
      return "leak";
    case Verdict::no_leak:
      return "no-leak";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "";
}

const char* schema_name(AgeSource ages) noexcept {
  switch (ages) {
    case AgeSource::snapshots:
      return "snapshots";
    case AgeSource::samples:
      return "samples";
    case AgeSource::structure:
      return "structure";
  }
  return "";
}

const char* schema_name(GateStatus status) noexcept {
  switch (status) {
    case GateStatus::held:
      return "held";
    case GateStatus::failed:
      return "failed";
    case GateStatus::not_enough:
      return "not-enough-evidence";
  }
  return "";
}

const char* schema_name(KnownLeakState state) noexcept {
  switch (state) {
    case KnownLeakState::new_leak:
      return "new";
    case KnownLeakState::known:
      return "known";
    case KnownLeakState::worse:
      return "worse";
    case KnownLeakState::fixed:
      return "fixed";
    case KnownLeakState::suppressed:
      return "suppressed";
    case KnownLeakState::stale:
      return "stale";
    case KnownLeakState::expired:
      return "expired";
  }
  return "";
}

const char* schema_name(Confidence confidence) noexcept {
  switch (confidence) {
    case Confidence::high:
      return "high";
    case Confidence::medium:
      return "medium";
    case Confidence::low:
      return "low";
  }
  return "";
}

const char* schema_name(SiteRole role) noexcept {
  switch (role) {
    case SiteRole::registration:
      return "registration";
    case SiteRole::allocation:
      return "allocation";
    case SiteRole::definition:
      return "definition";
    case SiteRole::holder:
      return "holder";
  }
  return "";
}

const char* schema_name(SitePrecision precision) noexcept {
  switch (precision) {
    case SitePrecision::statement:
      return "statement";
    case SitePrecision::function:
      return "function";
    case SitePrecision::file:
      return "file";
  }
  return "";
}

const char* schema_name(SiteEvidence evidence) noexcept {
  switch (evidence) {
    case SiteEvidence::allocation_trace:
      return "allocation-trace";
    case SiteEvidence::closure:
      return "closure";
    case SiteEvidence::constructor:
      return "constructor";
    case SiteEvidence::generator:
      return "generator";
    case SiteEvidence::context:
      return "context";
    case SiteEvidence::retaining_path:
      return "retaining-path";
    case SiteEvidence::source_text:
      return "source-text";
    case SiteEvidence::sampling_profile:
      return "sampling-profile";
  }
  return "";
}

const char* schema_name(PathRole role) noexcept {
  switch (role) {
    case PathRole::none:
      return "";
    case PathRole::holder:
    case PathRole::keeper:
      return "holder";
    case PathRole::new_object:
      return "new";
  }
  return "";
}

const char* schema_name(GrowthKind kind) noexcept {
  switch (kind) {
    case GrowthKind::all:
      return "all";
    case GrowthKind::leak:
      return "leak";
    case GrowthKind::suspect:
      return "suspect";
    case GrowthKind::step:
      return "step";
    case GrowthKind::levelled_off:
      return "levelled-off";
    case GrowthKind::artefact:
      return "artefact";
    case GrowthKind::other:
      return "other";
  }
  return "";
}

std::string_view schema_name(EdgeType type) noexcept {
  // V8 has no type of its own for the edges that we derive from an ephemeron's table: in the file they are internal.
  return edge_type_name(type == EdgeType::ephemeron_table ? EdgeType::internal : type);
}

}  // namespace heapdiff
