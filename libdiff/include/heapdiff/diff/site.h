#pragma once
// Source positions: from what a snapshot knows (script, line, column of a function) to the statement in the source.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

enum class SiteRole { registration, allocation, definition, holder };
enum class SiteEvidence {
  allocation_trace,
  closure,
  constructor,
  generator,
  context,
  retaining_path,
  source_text,
  sampling_profile
};

struct SourceLine {
  std::uint32_t line = 0;  ///< 1-based
  std::string text;
};

/// One place to look at. Lines and columns are 1-based.
struct Site {
  std::string file;  ///< relative to the source root where it lies inside, else as the script names it
  std::uint32_t line = 0;
  std::optional<std::uint32_t> column;
  std::string function;  ///< empty when not known
  SiteRole role = SiteRole::definition;
  SiteEvidence evidence = SiteEvidence::closure;
  std::string note;
  std::string generated_file;  ///< empty when no source map applied
  std::uint32_t generated_line = 0;
  std::optional<std::uint32_t> generated_column;
  std::string package;              ///< "name version" of the dependency it lies in; empty for the program's own
  bool text_at_hand = false;        ///< the text of the line was there to be read
  std::vector<SourceLine> excerpt;  ///< a few lines around `line`; empty without source
};

/// A function or class on the retaining path, as the snapshot places it.
struct FunctionPosition {
  std::string script;                ///< Script name: "/app/dist/cache.js", "file:///app/x.mjs", "node:events"
  std::string script_source_prefix;  ///< the Script node's `source` text where kept (may be cut short); else empty
  std::uint32_t line = 0;            ///< 1-based, of the function's or class's start
  std::uint32_t column = 0;          ///< 1-based
  std::string name;                  ///< function or class name; may be empty
  SiteRole role = SiteRole::definition;
  SiteEvidence evidence = SiteEvidence::closure;
  std::string note = {};  ///< what the evidence says of it, in words; may be empty
  std::string variable =
      {};  ///< when not empty: by this variable the function reaches the package that holds the objects
};

/// What puts things into the accumulation point: what the statement finder looks for.
struct StoreHint {
  /// `wait`: for a promise, besides anything that stores: `await`, `then`, `Promise.race`.
  enum class Operation {
    listener,
    timer,
    map_set,
    set_add,
    array_push,
    keyed_store,
    string_append,
    construct,
    wait,
    any
  };
  Operation operation = Operation::any;
  std::string
      holder_name;    ///< variable or property that holds the collection: "entries", "_events" -> "" when internal
  std::string event;  ///< folded event name: "invalidate:*"; empty when none
  std::string constructor;  ///< class of the growing instances; empty when plain
  /// Properties and variables on the path to the holder, nearest first: what a statement calls the emitter.
  std::vector<std::string> owners = {};
  bool is_property = false;  ///< `holder_name` is a property's, not a variable's
  bool nested = false;  ///< the holder hangs in another collection, by a key or an index: `holder_name` is that one's
};

/// Finds files inside one root, reads them, applies their source maps. Opens nothing outside the root.
class SourceRoot {
 public:
  /// `root` empty: no source. `source_map`: an extra map file given by the user, or empty.
  SourceRoot(std::string root, std::string source_map);
  ~SourceRoot();
  SourceRoot(SourceRoot&&) noexcept;
  SourceRoot& operator=(SourceRoot&&) noexcept;

  /// Candidate sites for one suspect, best first: the statement that stores the reference, found in the source of the
  /// given functions (nearest to the leaked object first), then the positions themselves, each mapped to the original
  /// source. Scripts named `node:...` come last, after anything else. Never throws on bad source text or bad maps:
  /// what could not be read is said in `warnings()`.
  [[nodiscard]] std::vector<Site> sites(const std::vector<FunctionPosition>& functions, const StoreHint& hint);
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heapdiff
