#pragma once
// Who owns the bytes of a heap: the package, folder or team whose code made the objects.

#include "heapdiff/snapshot/heap.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff {

enum class OwnerKind : std::uint8_t {
  package,  ///< an npm package
  folder,   ///< a folder of the application
  team,     ///< of a CODEOWNERS file
  shared,   ///< several owners refer to it, or nothing tells who made it
  engine,   ///< V8's and the runtime's own
};

inline constexpr std::string_view kSharedOwner = "shared";
inline constexpr std::string_view kEngineOwner = "engine";

struct Owner {
  OwnerKind kind = OwnerKind::shared;
  std::string name;     ///< "express", "src/routes", "@acme/payments", "shared", "engine"
  std::string version;  ///< of a package, where its package.json or its path tells

  friend bool operator==(const Owner&, const Owner&) = default;
};

/// Names the owner of a script. Reads package.json and CODEOWNERS below one folder, and no file outside of it.
class OwnerNamer {
 public:
  /// `root` may be empty: then only the names of scripts tell.
  explicit OwnerNamer(const std::string& root);
  ~OwnerNamer();
  OwnerNamer(OwnerNamer&&) noexcept;
  OwnerNamer& operator=(OwnerNamer&&) noexcept;

  /// O(rules of CODEOWNERS) for a script that was not asked for before.
  [[nodiscard]] const Owner& owner_of(std::string_view script);
  /// What could not be read; empty mostly.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct OwnerShare {
  Owner owner;
  std::uint64_t bytes = 0;  ///< self sizes
  std::uint64_t objects = 0;
};

/// What positions in a graph say of owners, so that edges and positions need not be kept: of functions, of instances of
/// classes, and of scripts.
struct OwnerEvidence {
  std::vector<Owner> owners;                                   ///< the first two are "shared" and "engine"
  std::vector<std::pair<std::uint32_t, std::uint32_t>> nodes;  ///< node and position in `owners`; the lowest counts
};
/// Needs the whole graph, as load_snapshot() returns it. O(positions).
[[nodiscard]] OwnerEvidence owner_evidence(const SnapshotGraph& graph, OwnerNamer& namer);

/// The bytes of a heap by owner, largest first. They add up to the size of the heap.
///
/// Functions, their scopes, and instances of classes that have a position belong to the owner of their script; so do
/// scripts. All other objects belong to the owner of what dominates them. What the root alone dominates is "engine"
/// when it is V8's own kind of object or of the runtime's scripts, else "shared". Needs types and names of nodes.
/// O(nodes).
[[nodiscard]] std::vector<OwnerShare> find_owners(const Heap& heap, const OwnerEvidence& evidence);

}  // namespace heapdiff
