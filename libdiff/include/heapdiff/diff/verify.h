#pragma once
// Whether a fix works: compares two series of different processes, releases or runtimes by the signatures of their
// leaks.

#include "heapdiff/diff/gate_evidence.h"
#include "heapdiff/diff/growth.h"
#include "heapdiff/diff/site.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// Another holder of a leak's objects.
struct VerifyHolder {
  std::string name;   ///< `Map "registry"`
  std::string place;  ///< as Suspect::place
};

struct VerifyLeak {
  std::string signature;
  std::string name;  ///< one line
  /// Kind, classes, names and line; empty when there is no line. Joins leaks whose path another runtime has changed.
  std::string alias;
  std::string place;                        ///< as Suspect::place
  std::string script;                       ///< stem of the file of its first function; empty where none is known
  std::vector<VerifyHolder> other_holders;  ///< what would hold its objects after a fix of its own holders alone
  bool proven = false;                      ///< shown to leak, not only to have grown
  std::optional<Rate> per_hour;
  std::optional<Rate> per_operation;
};

/// One of the two series.
struct VerifySide {
  std::vector<VerifyLeak> leaks;          ///< suspects, worst first
  std::vector<std::string> levelled_off;  ///< signatures of suspects that levelled off
  std::optional<double> hours;            ///< from the first snapshot to the last
  std::optional<double> operations;
  std::set<std::string> scripts;  ///< stems of the program's and its packages' files that have functions in the heap
  double smallest_bytes = 0;      ///< the smallest growth over the series that would have been seen
  bool unexplained_growth = false;
};

/// One side from its analysis. `sites` and `names` (one line each) have one entry per suspect.
[[nodiscard]] VerifySide verify_side(const SeriesEvidence& series, std::span<const std::vector<Site>> sites,
                                     std::span<const std::string> names);

enum class VerifyVerdict { pass, fail, inconclusive };

enum class VerifyCause {
  gone,          ///< pass: it would have been seen, and was not
  levelled_off,  ///< pass
  still_grows,   ///< fail
  still_held,    ///< fail: another holder of a leak that was there before still holds the objects
  new_leak,      ///< fail
  may_grow,      ///< inconclusive: it grew, which may be warm-up
  too_short,     ///< inconclusive: the series after the fix is too short to show it
  no_scale,      ///< inconclusive: neither times nor operations are known on both sides
  not_shown,     ///< inconclusive: it was not shown to leak before the fix
  not_loaded,    ///< inconclusive: neither its file nor most others are there after the fix: another program
  unexplained,   ///< inconclusive: the heap grows after the fix, and no place is found
};

struct VerifyRow {
  std::string signature;  ///< empty for growth without a place
  std::string name;
  VerifyVerdict verdict = VerifyVerdict::inconclusive;
  VerifyCause cause = VerifyCause::not_shown;
  std::optional<Rate> before;
  std::optional<Rate> after;
  double expected_bytes = 0;  ///< what the leak would have added to the series after the fix
  std::string held_by;        ///< for still_held: the holder
  bool is_new = false;        ///< it was not among the suspects before the fix
};

struct Verification {
  VerifyVerdict verdict = VerifyVerdict::inconclusive;
  bool per_operation = false;   ///< rates are bytes per operation, else per hour
  std::vector<VerifyRow> rows;  ///< failed first, then open, then passed; none when no leak was there to be fixed
};

[[nodiscard]] Verification verify(const VerifySide& before, const VerifySide& after);

}  // namespace heapdiff
