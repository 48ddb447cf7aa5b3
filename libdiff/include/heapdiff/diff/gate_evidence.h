#pragma once
// What gates and the verification of a fix are told of one analysed series.

#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/diff/verdict.h"

#include <span>
#include <string>

namespace heapdiff {

/// An analysed series. A view: what it refers to has to outlive it.
struct SeriesEvidence {
  std::span<const Facts> facts;   ///< one per snapshot, oldest first
  std::span<const double> hours;  ///< one per snapshot, from the first; or empty
  std::span<const double> ops;    ///< operations run before each snapshot; or empty
  const Findings* findings = nullptr;
  const VerdictResult* verdict = nullptr;
};

/// What the caller knows of one suspect.
struct KnownSuspect {
  std::string name;          ///< one line, for the reasons of gates
  bool suppressed = false;   ///< gates do not count it, nor the memory that it holds
  bool in_baseline = false;  ///< an earlier report has it
};

/// `known` has one entry per suspect. O(suspects * snapshots).
[[nodiscard]] GateEvidence gate_evidence(const SeriesEvidence& series, std::span<const KnownSuspect> known);

}  // namespace heapdiff
