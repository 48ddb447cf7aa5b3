// Counts of objects by class, and of what holds them.

#include "detectors/heap_checks.h"

#include "heapdiff/snapshot/visible_text.h"
#include "suspects/new_objects.h"
#include "v8/collections.h"
#include "v8/events.h"
#include "v8/machinery.h"
#include "v8/name_memo.h"
#include "v8/node_predicates.h"
#include "v8/objects.h"
#include "v8/promises.h"
#include "v8/roots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_set>

namespace heapdiff::detectors {

namespace {

/// Where most objects of a class hang from one another, few of them are items, and all are counted: in a chain, in a
/// tree. Where as many items come in each interval, these are what was added, however much each brings with it.
constexpr double kMinItemShare = 1.0 / 8;

std::vector<ClassShare> heaviest_first(std::vector<std::pair<std::uint64_t, ClassShare>> classes) {
  std::stable_sort(classes.begin(), classes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<ClassShare> shares;
  shares.reserve(classes.size());
  for (auto& [bytes, share] : classes) {
    shares.push_back(std::move(share));
  }
  return shares;
}

void sort_once(std::vector<std::uint32_t>& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

/// Adds `more` to `nodes`; both are sorted.
void merge_once(std::vector<std::uint32_t>& nodes, const std::vector<std::uint32_t>& more) {
  if (more.empty()) {
    return;
  }
  const auto middle = static_cast<std::ptrdiff_t>(nodes.size());
  nodes.insert(nodes.end(), more.begin(), more.end());
  std::inplace_merge(nodes.begin(), nodes.begin() + middle, nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

BitColumn bits_of(const std::vector<std::uint32_t>& nodes, std::uint32_t count) {
  BitColumn bits(count);
  for (const std::uint32_t n : nodes) {
    bits.set(n);
  }
  return bits;
}

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

}  // namespace

HeapChecks::HeapChecks(const Candidate& candidate) : c_(candidate), graph_(candidate.heap.graph) {}

const std::string& HeapChecks::class_of(NodeIndex n) const {
  const ClassIndex index = c_.heap.classes.of(n);
  const auto [at, is_new] = class_names_.try_emplace(index.get());
  if (is_new) {
    at->second = visible_text(c_.heap.classes.info(index).name, 120);
  }
  return at->second;
}

HeapChecks::ClassTest::ClassTest(const HeapChecks& checks, std::string_view name)
    : checks_(checks), name_(name), known_(checks.c_.heap.classes.size(), Known::unknown) {}

bool HeapChecks::ClassTest::operator()(std::uint32_t n) {
  Known& known = known_[checks_.c_.heap.classes.of(NodeIndex(n)).get()];
  if (known == Known::unknown) {
    known = checks_.class_of(NodeIndex(n)) == name_ ? Known::yes : Known::no;
  }
  return known == Known::yes;
}

double HeapChecks::total(std::string_view name) const {
  double total = 0;
  for (const auto& [constructor, counts] : c_.group.class_counts) {
    if (visible_text(c_.heap.classes.info(ClassIndex(constructor)).name, 120) == name) {
      total += sum_of(counts);
    }
  }
  return total;
}

std::vector<double> HeapChecks::counted(std::string_view name) const {
  std::vector<double> items(c_.view.facts.size(), 0.0);
  ClassTest is_one(*this, name);
  for (const std::uint32_t i : members()) {
    if (is_one(i)) {
      ++items[c_.view.cohorts.first_seen[i]];
    }
  }
  bool of_every_interval = false;
  if (items.size() > 2) {
    const auto [least, most] = std::minmax_element(items.begin() + 1, items.end());
    of_every_interval = *least > 1 && 2 * *least >= *most;
  }
  if (sum_of(items) > 0 && (of_every_interval || sum_of(items) >= kMinItemShare * total(name))) {
    return items;
  }
  std::vector<double> all(c_.view.facts.size(), 0.0);
  for (const auto& [constructor, counts] : c_.group.class_counts) {
    if (visible_text(c_.heap.classes.info(ClassIndex(constructor)).name, 120) == name) {
      for (std::size_t k = 0; k < std::min(all.size(), counts.size()); ++k) {
        all[k] += counts[k];
      }
    }
  }
  return all;
}

Fact HeapChecks::gained(std::string_view name) const {
  return {FactKind::gained, sum_of(counted(name)), std::string(name)};
}

std::vector<Fact> HeapChecks::gained_by_step(std::string_view name) const {
  std::vector<Fact> facts;
  const std::vector<double> counts = counted(name);
  for (std::size_t k = 1; k < counts.size(); ++k) {
    facts.push_back(Fact(FactKind::gained_in_step, counts[k], std::string(name), k));
  }
  return facts;
}

void HeapChecks::look_into_stores() const {
  // Stores, and the tables in which emitters and targets keep their listeners, belong to the object above them.
  const BitColumn is_item = bits_of(c_.items, graph_.node_count());
  BitColumn is_held(graph_.node_count());
  std::vector<std::uint32_t> shared;
  std::unordered_set<std::uint32_t> seen;
  std::vector<std::pair<std::uint32_t, bool>> open;  // node, whether it is a table of listeners
  for (const auto* holders : {&c_.group.holders, &c_.group.joined_holders}) {
    for (const std::uint32_t holder : *holders) {
      if (seen.insert(holder).second) {
        open.emplace_back(holder, false);
      }
    }
  }
  while (!open.empty()) {
    const auto [node, is_table] = open.back();
    const NodeIndex n(node);
    open.pop_back();
    std::map<std::uint32_t, std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>>>
        by_class;  // items, others
    const bool is_list = v8::is_backing_store(graph_, n) || v8::is_keyed_collection_class(graph_.name(n));
    for (const auto edge : graph_.edges(n)) {
      if (edge.type == EdgeType::weak) {
        continue;
      }
      const std::uint32_t target = edge.target.get();
      if (is_item.test(target)) {
        is_held.set(target);
        if (is_list) {
          by_class[c_.heap.classes.of(edge.target).get()].first.push_back(target);
        }
        continue;
      }
      const bool collection =
          graph_.type(edge.target) == NodeType::object && v8::is_collection_class(graph_.name(edge.target));
      const bool listeners =
          collection &&
          (is_table || (!SnapshotGraph::is_numbered(edge.type) && v8::is_listeners_edge(graph_.edge_name(edge))));
      const bool replaced =
          collection && c_.view.cohorts.first_seen[target] != 0 && c_.heap.dominators.of(edge.target) == n;
      const bool is_store = v8::is_backing_store(graph_, edge.target) && !v8::is_string(graph_.type(edge.target));
      if ((is_store || listeners || replaced) && seen.insert(target).second) {
        open.emplace_back(target, listeners || (is_table && is_store));
      } else if (is_list && !is_store && !listeners && !replaced && c_.view.cohorts.first_seen[target] != 0) {
        by_class[c_.heap.classes.of(edge.target).get()].second.push_back(target);
      }
    }
    for (auto& [constructor, nodes] : by_class) {
      sort_once(nodes.first);
      sort_once(nodes.second);
      if (nodes.second.size() < nodes.first.size()) {
        shared.insert(shared.end(), nodes.second.begin(), nodes.second.end());
      }
    }
  }
  sort_once(shared);
  std::vector<std::uint32_t> found;
  std::copy_if(c_.items.begin(), c_.items.end(), std::back_inserter(found),
               [&](std::uint32_t item) { return is_held.test(item); });
  merge_once(found, shared);
  members_ = c_.items;
  merge_once(*members_, shared);
  held_ = std::move(found);
  shared_ = std::move(shared);
}

const std::vector<std::uint32_t>& HeapChecks::held() const {
  if (!held_) {
    look_into_stores();
  }
  return *held_;
}

const std::vector<std::uint32_t>& HeapChecks::members() const {
  if (!members_) {
    look_into_stores();
  }
  return *members_;
}

std::optional<Fact> HeapChecks::items_held() const {
  return held().empty() ? std::nullopt : std::optional(Fact(FactKind::items_held, static_cast<double>(held().size())));
}

std::optional<Fact> HeapChecks::items_with_keys() const {
  std::unordered_set<std::uint32_t> found;
  for (const std::uint32_t holder : c_.group.holders) {
    for (const auto edge : graph_.edges(NodeIndex(holder))) {
      if ((edge.type == EdgeType::property || edge.type == EdgeType::element) &&
          std::binary_search(members().begin(), members().end(), edge.target.get())) {
        found.insert(edge.target.get());
      }
    }
  }
  return found.empty() ? std::nullopt
                       : std::optional(Fact(FactKind::items_with_keys, static_cast<double>(found.size())));
}

bool HeapChecks::has_new_objects() const {
  const auto is_object = [&](std::uint32_t n) { return graph_.type(NodeIndex(n)) != NodeType::array; };
  return std::any_of(members().begin(), members().end(), is_object) ||
         std::any_of(new_objects().begin(), new_objects().end(), is_object);
}

Fact HeapChecks::items() const { return {FactKind::items, static_cast<double>(members().size())}; }

std::vector<ClassShare> HeapChecks::items_by_class() const {
  std::map<std::string, std::pair<std::uint64_t, std::size_t>> classes;  // bytes, count
  for (const std::uint32_t i : members()) {
    auto& sums = classes[class_of(NodeIndex(i))];
    sums.first += c_.heap.retained_size(NodeIndex(i));
    ++sums.second;
  }
  std::vector<std::pair<std::uint64_t, ClassShare>> found;
  found.reserve(classes.size());
  for (const auto& [name, sums] : classes) {
    found.push_back({sums.first, {name, Fact(FactKind::items_of, static_cast<double>(sums.second), name)}});
  }
  return heaviest_first(std::move(found));
}

std::optional<Fact> HeapChecks::gained_directly(std::string_view name) const {
  const auto count = std::count_if(held().begin(), held().end(), ClassTest(*this, name));
  return count == 0 ? std::nullopt
                    : std::optional(Fact(FactKind::gained_directly, static_cast<double>(count), std::string(name)));
}

bool HeapChecks::holders_gain() const {
  std::vector<std::size_t> by_step(c_.view.facts.size(), 0);
  for (const std::uint32_t i : held()) {
    ++by_step[c_.view.cohorts.first_seen[i]];
  }
  const bool every_step = std::all_of(by_step.begin() + 1, by_step.end(), [](std::size_t n) { return n > 0; });
  return (every_step && held().size() > c_.group.holders.size()) ||
         10 * c_.group.store_levels.back() > c_.group.total_bytes();
}

const std::vector<std::uint32_t>& HeapChecks::new_objects() const {
  if (!new_objects_) {
    new_objects_ = suspects::new_objects_of(c_.view, c_.group);
    if (!members_) {
      look_into_stores();
    }
    merge_once(*new_objects_, shared_);
  }
  return *new_objects_;
}

bool HeapChecks::members_are_items() const {
  static_cast<void>(members());
  return shared_.empty();
}

bool HeapChecks::all_are_roots(std::string_view name) const {
  const auto& roots = c_.group.subtree_roots;
  return members_are_items() &&
         static_cast<double>(std::count_if(roots.begin(), roots.end(), ClassTest(*this, name))) == total(name);
}

std::pair<double, double> HeapChecks::chain(std::string_view name) const {
  if (const auto known = chains_.find(name); known != chains_.end()) {
    return known->second;
  }
  // By node: 0 for what is not new, 1 for what was not visited, else 2 and the number of objects of the class among the
  // new ones that dominate it, itself included.
  constexpr std::uint32_t kOpen = 1;
  constexpr std::uint32_t kVisited = 2;
  if (all_are_roots(name)) {
    return chains_[std::string(name)] = {0, total(name) > 0 ? 1 : 0};
  }
  Column<std::uint32_t> depth(graph_.node_count());
  for (const std::uint32_t n : new_objects()) {
    depth[n] = kOpen;
  }
  double kept = 0;
  std::uint32_t longest = 0;
  std::vector<std::uint32_t> way;
  ClassTest is_one(*this, name);
  for (const std::uint32_t n : new_objects()) {
    std::uint32_t at = n;
    while (depth[at] == kOpen) {
      way.push_back(at);
      if (at == c_.heap.dominators.idom[at]) {  // the root, which dominates itself
        break;
      }
      at = c_.heap.dominators.idom[at];
    }
    std::uint32_t above = depth[at] < kVisited ? 0 : depth[at] - kVisited;
    for (; !way.empty(); way.pop_back()) {
      const bool counts = is_one(way.back());
      kept += counts && above > 0 ? 1 : 0;
      above += counts ? 1U : 0U;
      longest = std::max(longest, above);
      depth[way.back()] = above + kVisited;
    }
  }
  return chains_[std::string(name)] = {kept, longest};
}

std::optional<Fact> HeapChecks::kept_by_another(std::string_view name) const {
  const double kept = chain(name).first;
  return kept == 0 ? std::nullopt : std::optional(Fact(FactKind::kept_by_another, kept, std::string(name)));
}

std::optional<Fact> HeapChecks::longest_chain(std::string_view name) const {
  const double longest = chain(name).second;
  return longest < 2 ? std::nullopt : std::optional(Fact(FactKind::longest_chain, longest, std::string(name)));
}

std::optional<std::pair<Fact, Fact>> HeapChecks::heap_counts(std::string_view name) const {
  const auto count = [&](std::size_t k) {
    const auto at = c_.view.facts[k].constructors.find(std::string(name));
    return Fact(FactKind::heap_count,
                at == c_.view.facts[k].constructors.end() ? 0.0 : static_cast<double>(at->second.count),
                std::string(name), k);
  };
  const Fact first = count(0);
  const Fact last = count(c_.view.facts.size() - 1);
  return last.value() > first.value() ? std::optional(std::pair(first, last)) : std::nullopt;
}

std::optional<Fact> HeapChecks::none_left(std::string_view name) const {
  const std::vector<double> alive = counted(name);
  double so_far = 0;
  const auto count = [&](std::size_t k) {
    const auto at = c_.view.facts[k].constructors.find(std::string(name));
    return at == c_.view.facts[k].constructors.end() ? std::int64_t{0} : at->second.count;
  };
  for (std::size_t k = 1; k < alive.size(); ++k) {
    so_far += alive[k];
    if (count(k) - count(0) != std::llround(so_far)) {
      return std::nullopt;
    }
  }
  return Fact(FactKind::no_loss, static_cast<double>(alive.size() - 1), std::string(name));
}

std::optional<Fact> HeapChecks::every_interval_remains(std::string_view name) const {
  const std::vector<double> alive = counted(name);
  const auto [least, most] = std::minmax_element(alive.begin() + 1, alive.end());
  return *least > 0 && 2 * *least >= *most
             ? std::optional(Fact(FactKind::intervals, static_cast<double>(alive.size() - 1), std::string(name)))
             : std::nullopt;
}

std::optional<Fact> HeapChecks::holders_are_old() const {
  for (const std::uint32_t holder : c_.group.holders) {
    const NodeIndex n(holder);
    if (n == SnapshotGraph::root() || graph_.type(n) == NodeType::synthetic || (graph_.id(n) & 1U) == 0) {
      return std::nullopt;
    }
    for (const Facts& facts : c_.view.facts) {
      const auto known = facts.objects.find(graph_.id(n));
      if (!known || known->fingerprint != fingerprint(graph_, n)) {
        return std::nullopt;
      }
    }
  }
  return c_.group.holders.empty()
             ? std::nullopt
             : std::optional(Fact(FactKind::holders, static_cast<double>(c_.group.holders.size())));
}

Fact HeapChecks::places() const { return {FactKind::places, static_cast<double>(c_.group.holders.size())}; }

std::optional<Fact> HeapChecks::store_growth() const {
  return c_.group.store_levels.back() > 0 ? std::optional(Fact(FactKind::store_bytes, c_.group.store_levels.back()))
                                          : std::nullopt;
}

std::optional<ClassShare> HeapChecks::contexts() const {
  if (!contexts_) {
    contexts_ = find_contexts();
  }
  return *contexts_;
}

std::optional<ClassShare> HeapChecks::find_contexts() const {
  v8::NameMemo is_carrier(
      [&](std::uint32_t name) { return v8::is_context_carrier_class(graph_.strings()[StringIndex(name)]); });
  v8::NameMemo is_to_store(
      [&](std::uint32_t name) { return v8::is_async_store_edge(graph_.strings()[StringIndex(name)]); });
  std::map<std::string, std::size_t> frames;
  std::map<std::string, std::unordered_set<std::uint32_t>> stores;
  const bool may_have_stores = graph_.may_have_edge_named(is_to_store);
  if (!may_have_stores && !may_have_class(v8::is_context_carrier_class)) {
    return std::nullopt;
  }
  for (const std::uint32_t i : new_objects()) {
    const NodeIndex n(i);
    if (graph_.type(n) != NodeType::object) {
      continue;
    }
    if (is_carrier(graph_.name_index(n).get())) {
      ++frames[class_of(n)];
    }
    if (!may_have_stores || !frames.empty()) {
      continue;  // stores count where no frames are
    }
    for (const auto edge : graph_.edges(n)) {
      if (edge.type == EdgeType::property && is_to_store(graph_.edge_name_raw(edge)) &&
          graph_.type(edge.target) == NodeType::object && c_.view.cohorts.first_seen[edge.target.get()] != 0) {
        stores[class_of(edge.target)].insert(edge.target.get());
      }
    }
  }
  std::string name;
  double most = 0;
  for (const auto& [class_name, count] : frames) {
    if (static_cast<double>(count) > most) {
      most = static_cast<double>(count);
      name = class_name;
    }
  }
  for (const auto& [class_name, nodes] : stores) {
    if (frames.empty() && static_cast<double>(nodes.size()) > most) {
      most = static_cast<double>(nodes.size());
      name = class_name;
    }
  }
  return most < 2 ? std::nullopt : std::optional(ClassShare{name, Fact(FactKind::contexts, most, name)});
}

std::vector<ClassShare> HeapChecks::brought_by_each(double contexts, std::string_view but) const {
  std::map<std::string, std::pair<std::int64_t, double>> classes;  // bytes, count
  for (const auto& [constructor, counts] : c_.group.class_counts) {
    const std::string name = visible_text(c_.heap.classes.info(ClassIndex(constructor)).name, 120);
    const bool program = !name.empty() && !v8::is_made_up_class(name) && !v8::is_system_class(name) &&
                         !v8::is_collection_class(name) && !v8::is_runtime_class(name) && name != but;
    if (program) {
      classes[name].first += c_.group.class_bytes.at(constructor);
      classes[name].second += sum_of(counts);
    }
  }
  std::vector<std::pair<std::uint64_t, ClassShare>> found;
  for (const auto& [name, sums] : classes) {
    const double ratio = sums.second / contexts;
    if (std::llround(ratio) >= 1 && sums.second == std::round(ratio) * contexts) {
      found.push_back(
          {static_cast<std::uint64_t>(sums.first), {name, Fact(FactKind::brought, std::round(ratio), name)}});
    }
  }
  return heaviest_first(std::move(found));
}

}  // namespace heapdiff::detectors
