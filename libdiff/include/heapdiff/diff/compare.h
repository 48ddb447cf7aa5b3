#pragma once
// Compares heaps of different processes, builds or runtimes: what the new one keeps more, by holder. Objects are
// matched by shape (folded path, class, position of functions) and not by id.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/heap.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

enum class CompareRowKind : std::uint8_t {
  place,      ///< objects of one place in the program: a holder and the property or variable that leads to them
  engine,     ///< compiled code, feedback, hidden classes; with another version of the engine, all that is its own
  scattered,  ///< places that are each too small to be a row
};

/// A difference in bytes with its 95 % interval.
struct CompareInterval {
  double low = 0;
  double high = 0;
};

struct CompareRow {
  CompareRowKind kind = CompareRowKind::place;
  std::int64_t base_bytes = 0;  ///< what the base keeps there; self sizes, so that rows add up
  std::int64_t new_bytes = 0;
  std::int64_t base_objects = 0;  ///< of them, those that the holder refers to
  std::int64_t new_objects = 0;
  std::string constructor;                  ///< class of the objects
  std::string holder;                       ///< class of the object that holds them
  std::string label;                        ///< property or variable that leads from the holder to them
  std::string script;                       ///< the nearest program script on the path, shortened; may be empty
  std::vector<SuspectStep> path;            ///< folded: labels and classes from the program's root, without ids
  std::vector<double> base_levels;          ///< bytes at each snapshot of the base
  std::vector<double> new_levels;           ///< the same of the new side
  std::optional<CompareInterval> interval;  ///< where one side has several snapshots or runs
  std::optional<double> per_operation;      ///< bytes per operation more than in the base
  std::optional<double> per_hour;           ///< growth per hour more than in the base; where both sides are series
  bool is_noise = false;                    ///< within the interval, or below the noise floor
  bool is_new = false;                      ///< the base keeps nothing there
  std::optional<std::size_t> suspect;       ///< position in Comparison::findings.suspects

  [[nodiscard]] std::int64_t difference() const noexcept { return new_bytes - base_bytes; }
};

/// Bytes of one class on both sides.
struct CompareClass {
  std::string name;
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;
  std::int64_t base_objects = 0;
  std::int64_t new_objects = 0;
};

/// The last snapshots of two sides. The differences of `rows` and `unexplained_bytes` add up to the difference of the
/// totals; those of `classes` do, too.
struct Comparison {
  std::int64_t base_bytes = 0;
  std::int64_t new_bytes = 0;
  std::vector<CompareRow> rows;  ///< largest difference first; the engine's last where its version differs
  std::int64_t unexplained_bytes = 0;
  std::int64_t noise_floor_bytes = 0;
  bool engine_differs = false;
  std::vector<CompareClass> classes;  ///< largest difference first; all classes
  Findings findings;                  ///< rows that grew, as suspects of the new heap, in the order of the rows

  [[nodiscard]] std::int64_t difference() const noexcept { return new_bytes - base_bytes; }
};

/// One side of a comparison: what is known of its snapshots. Entries are by snapshot, the last one is compared.
struct CompareSide {
  std::span<const Facts> facts;
  std::vector<std::size_t> columns;      ///< from HeapShapes::add()
  std::vector<double> operations;        ///< run before each snapshot; empty when not counted
  std::vector<double> hours;             ///< empty when not known
  std::optional<double> all_operations;  ///< that the process had run at its last snapshot
  bool one_process = true;               ///< false: the snapshots are several runs
};

/// The file and name by which a function is known in all builds: "src/cache.ts put". Empty: its script and name serve.
using FunctionNamer = std::function<std::string(const CodePlace& place, const std::string& name)>;

/// The shapes of all snapshots of a comparison. Memory: 32 bytes per shape (a program has some ten thousand), 12 more
/// for each snapshot, and 16 bytes per node of the snapshot that is kept.
class HeapShapes {
 public:
  explicit HeapShapes(FunctionNamer names = {});
  ~HeapShapes();
  HeapShapes(HeapShapes&&) noexcept;
  HeapShapes& operator=(HeapShapes&&) noexcept;

  /// Counts the objects of one snapshot by shape, and returns the number of its column. `keep`: it may be the one that
  /// compare() describes, so its places are kept until the next call. O(nodes + edges).
  std::size_t add(const Heap& heap, bool keep = false);

  /// `newest` is the last snapshot of `now`. Throws Error{internal} when the rows do not add up, which would be a bug.
  /// O((nodes + edges) log nodes).
  [[nodiscard]] Comparison compare(const Heap& newest, const CompareSide& base, const CompareSide& now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What may differ between two runs of one program: the larger of 64 kB and 0.5 % of the larger heap.
[[nodiscard]] std::int64_t noise_floor_bytes(std::int64_t base_bytes, std::int64_t new_bytes) noexcept;

/// Whether difference `a` comes before `b` in a list: what grew most is first, and behind all that grew, what shrank
/// most.
[[nodiscard]] bool larger_difference(std::int64_t a, std::int64_t b) noexcept;

}  // namespace heapdiff
