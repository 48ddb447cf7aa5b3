// SourceRoot makes candidate sites from the scripts of a program and the statement finder: statements and the positions
// of functions in one ranking.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/diff/site.h"
#include "sites/original_names.h"
#include "sites/script_sources.h"
#include "sites/statement_finder.h"
#include "sites/statement_rank.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace heapdiff {
namespace {

using sites::FoundStatement;
using sites::Script;
using sites::Trait;
using sites::Traits;

constexpr std::size_t kMaxSites = 8;
constexpr int kGoodScore = 35;  ///< with a statement of this score, whole scripts are not searched
constexpr int kMaxNearness = 4;

/// Up to this many places are kept for the positions of the functions: a statement may be a wrong guess and must not
/// take the place of all of them.
constexpr std::size_t kKeptPositions = 3;
constexpr std::size_t kGuessesBesideProof = 1;  ///< statements that are not proven, where another one is

/// A candidate line: a statement, or where a function begins.
struct Candidate {
  const Script* script = nullptr;
  const FunctionPosition* position = nullptr;  ///< none for a statement
  FoundStatement statement;
  int score = 0;
};

int nearness_of(std::size_t index) { return static_cast<int>(std::min<std::size_t>(index, kMaxNearness)); }

/// What the position of a function is worth.
Trait trait_of(const FunctionPosition& position) {
  switch (position.evidence) {
    case SiteEvidence::closure:
      return position.relation == FunctionRelation::leaked ? Trait::leaked_function : Trait::path_function;
    case SiteEvidence::generator:
      return position.relation == FunctionRelation::leaked ? Trait::suspended_function : Trait::path_function;
    case SiteEvidence::constructor:
      return position.relation == FunctionRelation::leaked ? Trait::leaked_class : Trait::path_function;
    case SiteEvidence::allocation_trace:
    case SiteEvidence::sampling_profile:
      return Trait::leaked_class;
    default:
      return Trait::beside_function;
  }
}

SitePrecision precision_of(const FunctionPosition& position) {
  switch (trait_of(position)) {
    case Trait::leaked_function:
    case Trait::suspended_function:
    case Trait::leaked_class:
      return SitePrecision::function;
    default:
      // The class of the holder is where it is filled, as a rule; a function beside it is one of many.
      return position.evidence == SiteEvidence::constructor && position.relation == FunctionRelation::on_path
                 ? SitePrecision::function
                 : SitePrecision::file;
  }
}

void add_unique(std::vector<Site>& result, Site site, std::size_t limit) {
  for (Site& known : result) {
    if (known.file == site.file && known.line == site.line) {
      if (known.function.empty()) {
        known.function = std::move(site.function);
      }
      return;
    }
  }
  if (result.size() < limit) {
    result.push_back(std::move(site));
  }
}

}  // namespace

struct SourceRoot::Impl {
  Impl(const std::string& root, const std::string& source_map) : sources(root, source_map) {}

  std::vector<Candidate> statements(const std::vector<FunctionPosition>& functions, const StoreHint& hint,
                                    bool user_map_elsewhere) {
    std::vector<Candidate> found;
    const auto append = [&found](const Script& from, std::vector<FoundStatement> statements) {
      for (FoundStatement& statement : statements) {
        Candidate candidate;
        candidate.script = &from;
        candidate.score = statement.score;
        candidate.statement = std::move(statement);
        found.push_back(std::move(candidate));
      }
    };
    for (std::size_t i = 0; i < functions.size(); ++i) {
      const Script& from = sources.script(functions[i], user_map_elsewhere);
      if (from.code) {
        append(from, sites::find_statements(*from.code, *from.runs, functions[i], hint, nearness_of(i)));
      }
    }
    const bool good = std::any_of(found.begin(), found.end(),
                                  [](const Candidate& candidate) { return candidate.score >= kGoodScore; });
    std::vector<const Script*> searched;
    for (std::size_t i = 0; !good && i < functions.size(); ++i) {
      const Script& from = sources.script(functions[i], user_map_elsewhere);
      if (!from.code || std::find(searched.begin(), searched.end(), &from) != searched.end()) {
        continue;
      }
      searched.push_back(&from);
      append(from, sites::find_statements_anywhere(*from.code, *from.runs, hint, nearness_of(i)));
    }
    return found;
  }

  std::vector<Candidate> positions(const std::vector<FunctionPosition>& functions, bool user_map_elsewhere) {
    std::vector<Candidate> found;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      // Lines of the runtime are no answer: a reader cannot change them. Nor does it say anything where the scripts
      // begin that were searched because they are the program's.
      if (functions[i].line == 0 || functions[i].relation == FunctionRelation::program ||
          is_runtime_script(functions[i].script)) {
        continue;
      }
      Candidate candidate;
      candidate.script = &sources.script(functions[i], user_map_elsewhere);
      candidate.position = &functions[i];
      candidate.score = Traits(trait_of(functions[i])).score() - nearness_of(i);
      found.push_back(std::move(candidate));
    }
    return found;
  }

  Site site_of(const Candidate& candidate, const StoreHint& hint) {
    if (candidate.position == nullptr) {
      const FoundStatement& found = candidate.statement;
      Site site = sources.place(*candidate.script, found.line, found.column, &hint);
      if (site.function.empty()) {
        site.function = found.function;
      }
      site.role = found.role;
      site.evidence = SiteEvidence::source_text;
      site.note = found.note;
      site.precision = found.traits.is_proven() ? SitePrecision::statement : SitePrecision::function;
      return site;
    }
    const FunctionPosition& position = *candidate.position;
    const Script& from = *candidate.script;
    Site site = sources.place(from, position.line, position.column, nullptr);
    if (site.function.empty()) {
      site.function = position.name;
    }
    if (site.function.empty() && from.code) {
      const std::size_t function = from.code->function_at(position.line, position.column);
      if (function != sites::kNone) {
        site.function = from.code->functions()[function].name;
      }
    }
    site.role = position.role;
    site.evidence = position.evidence;
    if (position.evidence == SiteEvidence::constructor && position.relation != FunctionRelation::leaked) {
      // A class of the holder, or of what the leaked objects keep.
      site.role = position.relation == FunctionRelation::on_path ? SiteRole::holder : SiteRole::definition;
      site.evidence = SiteEvidence::retaining_path;
    }
    site.note = position.note;
    site.precision = precision_of(position);
    return site;
  }

  sites::ScriptSources sources;
};

SourceRoot::SourceRoot(std::string root, std::string source_map) : impl_(std::make_unique<Impl>(root, source_map)) {}
SourceRoot::~SourceRoot() = default;
SourceRoot::SourceRoot(SourceRoot&&) noexcept = default;
SourceRoot& SourceRoot::operator=(SourceRoot&&) noexcept = default;

const std::vector<std::string>& SourceRoot::warnings() const noexcept { return impl_->sources.warnings(); }

Site SourceRoot::position(const FunctionPosition& function) {
  const Script& from = impl_->sources.script(function, false);
  Site site = impl_->sources.place(from, function.line, function.column, nullptr);
  if (site.function.empty()) {
    site.function = function.name;
  }
  site.role = function.role;
  site.evidence = function.evidence;
  site.note = function.note;
  site.precision = precision_of(function);
  return site;
}

std::string SourceRoot::function_name(const CodePlace& place, const std::string& name) {
  if (place.line == 0 || place.script.empty() || is_runtime_script(place.script)) {
    return {};
  }
  FunctionPosition position;
  position.script = place.script;
  position.line = place.line;
  position.column = place.column;
  const Script& from = impl_->sources.script(position, false);
  if (!from.map) {
    return {};
  }
  const Site site = impl_->sources.place(from, place.line, place.column, nullptr);
  if (site.generated_file.empty()) {
    return {};
  }
  // A function without a name is told by its line, which is the same in all builds of one version of its file.
  const std::string& original = site.function.empty() ? name : site.function;
  return fmt::format("{} {}", site.file, original.empty() ? fmt::format("line {}", site.line) : original);
}

OriginalName SourceRoot::original_function(const CodePlace& place, const std::string& name) {
  return sites::original_function(impl_->sources, place, name);
}

OriginalName SourceRoot::original_variable(const std::vector<CodePlace>& functions, const std::string& name) {
  return sites::original_variable(impl_->sources, functions, name);
}

std::vector<Site> SourceRoot::sites(const std::vector<FunctionPosition>& functions, const StoreHint& wanted) {
  StoreHint hint = wanted;
  if (hint.operation == StoreHint::Operation::construct && hint.constructor.empty()) {
    hint.operation = StoreHint::Operation::any;  // no statement makes objects of a class that has no name in the text
  }
  const bool user_map_elsewhere = std::any_of(functions.begin(), functions.end(), [this](const FunctionPosition& f) {
    return impl_->sources.is_of_user_map(f.script);
  });
  // Evidence for one script may have the start of its text or not: any that has it serves all.
  for (const FunctionPosition& f : functions) {
    impl_->sources.add_prefix(f);
  }
  std::vector<Candidate> candidates = impl_->statements(functions, hint, user_map_elsewhere);
  std::vector<Candidate> positions = impl_->positions(functions, user_map_elsewhere);
  const std::size_t statement_limit = kMaxSites - std::min(kKeptPositions, positions.size());
  std::move(positions.begin(), positions.end(), std::back_inserter(candidates));
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
  std::vector<Site> result;
  std::size_t statements = 0;
  std::size_t guesses = 0;
  const bool is_proven = std::any_of(candidates.begin(), candidates.end(), [](const Candidate& candidate) {
    return candidate.position == nullptr && candidate.statement.traits.is_proven();
  });
  for (const Candidate& candidate : candidates) {
    if (result.size() == kMaxSites) {
      break;
    }
    const bool is_statement = candidate.position == nullptr;
    const bool is_guess = is_statement && !candidate.statement.traits.is_proven();
    if (is_statement && (statements == statement_limit || (is_guess && is_proven && guesses == kGuessesBesideProof))) {
      continue;
    }
    const std::size_t before = result.size();
    add_unique(result, impl_->site_of(candidate, hint), kMaxSites);
    const std::size_t added = result.size() - before;
    statements += is_statement ? added : 0;
    guesses += is_guess ? added : 0;
  }
  return result;
}

}  // namespace heapdiff
