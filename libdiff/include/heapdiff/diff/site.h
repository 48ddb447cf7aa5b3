#pragma once
// Sites: from the position of a function, which a snapshot has, to the statement in the source, which it has not.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

enum class SiteRole : std::uint8_t { registration, allocation, definition, holder };
enum class SiteEvidence : std::uint8_t {
  allocation_trace,
  closure,
  constructor,
  generator,
  context,
  retaining_path,
  source_text,
  sampling_profile
};

/// What the statement finder looks for: the operation that adds objects to the accumulation point.
struct StoreHint {
  /// `wait` stands for anything that stores, and for what waits for a promise: `await`, `then`, `Promise.race`.
  /// The four before it are calls by which the runtime itself keeps objects: `performance.mark(` and `measure(`,
  /// `AbortSignal.any(`, `new AsyncLocalStorage(`, `diagnostics.channel(`. No function of the program need be on the
  /// path to those.
  enum class Operation {
    listener,
    timer,
    map_set,
    set_add,
    array_push,
    keyed_store,
    string_append,
    construct,
    performance_mark,
    abort_signal_any,
    async_storage,
    diagnostics_channel,
    wait,
    any
  };
  Operation operation = Operation::any;
  std::string holder_name;  ///< variable or property that holds the collection: "entries"; empty for listeners
  std::string event;        ///< event with data folded: "invalidate:*"; may be empty
  std::string constructor;  ///< class of the growing instances; empty for plain objects
  /// Properties and variables on the path to the holder, nearest first. A statement may name the holder by them.
  std::vector<std::string> owners = {};
  bool is_property = false;        ///< `holder_name` is a property, not a variable
  bool nested = false;             ///< the holder is an element of the collection that `holder_name` names
  bool is_chain = false;           ///< the objects are promises of which each waits for another one
  bool holder_is_promise = false;  ///< the objects wait for one promise that was there before them
};

/// What a line of a site stands for.
enum class SitePrecision : std::uint8_t {
  statement,  ///< the line itself stores or makes the leaked objects, as far as the text and the heap can show
  function,   ///< the function or class around the line, or that begins there, does
  file,       ///< something in the file does
};

struct SourceLine {
  std::uint32_t line = 0;  ///< 1-based
  std::string text;
};

/// The statement of a site in its parts, as the program's text has them.
struct SiteStatement {
  std::string text;  ///< all of it, with line breaks and without a `;` at the end; empty when it was not found
  StoreHint::Operation operation = StoreHint::Operation::any;
  std::string method;                  ///< "set" in `this.a.set(k, v)`; "[]" for `a[k] = v`, "+=" for `s += t`
  std::string receiver;                ///< `this.a`; empty when the call has no receiver
  bool optional = false;               ///< the receiver is followed by `?.`
  std::vector<std::string> arguments;  ///< `k`, `v`
};

/// What a statement of the same file does to the collection that a site adds to.
struct SiteRemoval {
  std::uint32_t line = 0;  ///< 1-based; 0: there is no such statement
  std::string call;        ///< `answers.delete`
  /// It makes a copy without some elements, as `filter` does, and nothing keeps the copy: the collection stays as it
  /// was.
  bool discards_copy = false;
};

/// One place in the source for a reader to look at. Lines and columns are 1-based.
struct Site {
  std::string file;  ///< relative to the source root when it lies inside, else the name of the script
  std::uint32_t line = 0;
  std::optional<std::uint32_t> column;
  std::string function;  ///< empty when not known
  SiteRole role = SiteRole::definition;
  SiteEvidence evidence = SiteEvidence::closure;
  SitePrecision precision = SitePrecision::file;
  std::string note;
  std::string generated_file;  ///< empty when no source map applied
  std::uint32_t generated_line = 0;
  std::optional<std::uint32_t> generated_column;
  std::string package;                ///< "name version" of the package that it lies in; empty for the program's own
  bool text_at_hand = false;          ///< the text of the line, or of what it was compiled to, could be read
  bool excerpt_is_generated = false;  ///< the original was not at hand: the excerpt is of `generated_file`
  std::string missing_folder;         ///< the folder that would have given the text; empty when it was at hand
  std::vector<SourceLine> excerpt;    ///< `line` and up to two lines before and after it; empty without source
  SiteStatement statement;            ///< where the precision is that of a statement
  SiteRemoval removal;                ///< another statement of the file, on the same collection
};

/// How a function is related to the leaked objects.
enum class FunctionRelation : std::uint8_t {
  leaked,   ///< it came with the leaked objects: it is one, or hangs between the holder and one
  on_path,  ///< a function, class or scope of the path that existed before
  beside,   ///< shares a scope of the path, or a variable there refers to it
  content,  ///< the leaked objects keep it
  caller,   ///< the program's own, and reaches the package that keeps the objects
  program,  ///< any of the program: the runtime alone keeps the objects
};

/// The position of a function or class on the retaining path, from the snapshot.
struct FunctionPosition {
  std::string script;                ///< Script name: "/app/dist/cache.js", "file:///app/x.mjs", "node:events"
  std::string script_source_prefix;  ///< start of the Script node's `source`, where the snapshot has it; else empty
  std::uint32_t line = 0;            ///< 1-based, start of the function or class
  std::uint32_t column = 0;          ///< 1-based
  std::string name;                  ///< function or class name; may be empty
  SiteRole role = SiteRole::definition;
  SiteEvidence evidence = SiteEvidence::closure;
  std::string note = {};  ///< what the evidence says, in words; may be empty
  std::string variable =
      {};  ///< the variable by which the function reaches the package that holds the objects; mostly empty
  FunctionRelation relation = FunctionRelation::leaked;
};

struct CodePlace;
struct OriginalName;

/// Finds the sources of scripts below one folder and applies their source maps. Opens no file outside of the folder but
/// those of packages that a script's path names, up to the repository's root (sites/packages_above.h).
class SourceRoot {
 public:
  /// `root` may be empty: then there is no source. `source_map` is a further map file, or empty.
  SourceRoot(std::string root, std::string source_map);
  ~SourceRoot();
  SourceRoot(SourceRoot&&) noexcept;
  SourceRoot& operator=(SourceRoot&&) noexcept;

  /// At most eight candidate sites for one suspect, best first: statements that store the reference, from the source of
  /// `functions` (nearest to the leaked object first), and the positions of the functions themselves, in one ranking
  /// (sites/statement_rank.cpp). All are mapped to the original source. Positions in the runtime's own scripts are left
  /// out. Bad source text and bad maps do not throw; `warnings()` says what could not be read.
  [[nodiscard]] std::vector<Site> sites(const std::vector<FunctionPosition>& functions, const StoreHint& hint);
  /// Where a function or class starts, mapped to the original source. No statement is looked for.
  [[nodiscard]] Site position(const FunctionPosition& function);
  /// "src/cache.ts put": file and name of a function in its original source. Empty where no source map covers the
  /// position; then the script and the name in the snapshot are all there is.
  [[nodiscard]] std::string function_name(const CodePlace& place, const std::string& name);
  /// Name and file of a function or class in its original source; those of the snapshot where no source map covers it.
  [[nodiscard]] OriginalName original_function(const CodePlace& place, const std::string& name);
  /// The same for a variable that all of `functions` see, in order of their positions.
  [[nodiscard]] OriginalName original_variable(const std::vector<CodePlace>& functions, const std::string& name);
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heapdiff
