#include "support/fact_oracle.h"

#include <map>
#include <numeric>
#include <set>

namespace heapdiff::test {

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool has(const std::vector<std::size_t>& nodes, std::size_t n) {
  return std::find(nodes.begin(), nodes.end(), n) != nodes.end();
}

const std::set<std::string> kListenerKeys = {"listener", "callback", "handler", "fn", "_onTimeout"};

}  // namespace

FactOracle::FactOracle(const std::vector<std::string>& texts, const std::vector<std::uint64_t>& holders,
                       const Suspect& suspect)
    : suspect_(suspect) {
  for (const std::string& text : texts) {
    heaps_.emplace_back(text);
  }
  for (const std::uint64_t holder : holders) {
    const auto at = last().by_id.find(static_cast<std::int64_t>(2 * holder + 1));
    if (at != last().by_id.end()) {
      holders_.push_back(at->second);
    }
  }
  const std::vector<bool> below = last().reach(holders_.empty() ? std::vector<std::size_t>{0} : holders_);
  for (std::size_t n = 0; n < last().nodes.size(); ++n) {
    if (below[n] && is_new(n)) {
      new_.push_back(n);
    }
  }
  find_items();
}

std::size_t FactOracle::first_step(std::size_t n) const {
  std::size_t step = 0;
  while (!heaps_[step].has(node(n))) {
    ++step;
  }
  return step;
}

/// Arrays, cells, and lists that are younger than what is in them.
bool FactOracle::is_store(std::size_t n) const {
  if (node(n).type == "array" || node(n).name == "system / WeakCell" || node(n).name == "system / PromiseReaction") {
    return true;
  }
  return is_new(n) && node(n).name == "Array" &&
         std::any_of(node(n).edges.begin(), node(n).edges.end(), [&](const PlainEdge& edge) {
           return edge.type == "element" && first_step(edge.to) < first_step(n);
         });
}

void FactOracle::find_items() {
  std::set<std::size_t> items;
  for (std::size_t from = 0; from < last().nodes.size(); ++from) {
    const bool is_outside = !has(new_, from) || is_store(from);
    for (const PlainEdge& edge : node(from).edges) {
      if (is_outside && edge.type != "weak" && has(new_, edge.to) && !is_store(edge.to)) {
        items.insert(edge.to);
      }
    }
  }
  items_.assign(items.begin(), items.end());
  std::set<std::size_t> held;
  std::set<std::size_t> stores(holders_.begin(), holders_.end());
  std::vector<std::size_t> open(stores.begin(), stores.end());
  while (!open.empty()) {
    const PlainNode& from = node(open.back());
    open.pop_back();
    for (const PlainEdge& edge : from.edges) {
      const bool table = edge.name == "_events" ||
                         (from.name == "Object" && node(edge.to).name == "Array" && !suspect_.emitter.empty());
      if (edge.type == "weak") {
        continue;
      }
      if (items.count(edge.to) != 0) {
        held.insert(edge.to);
      } else if ((is_store(edge.to) || table) && stores.insert(edge.to).second) {
        open.push_back(edge.to);
      }
    }
  }
  held_.assign(held.begin(), held.end());
  if (holders_.empty()) {
    held_ = items_;
  }
}

std::vector<std::size_t> FactOracle::of_class(const std::string& name) const {
  std::vector<std::size_t> found;
  std::copy_if(new_.begin(), new_.end(), std::back_inserter(found),
               [&](std::size_t n) { return node(n).class_name() == name; });
  return found;
}

std::vector<std::size_t> FactOracle::counted(const std::string& name) const {
  const std::vector<std::size_t> all = of_class(name);
  std::vector<std::size_t> items;
  std::copy_if(all.begin(), all.end(), std::back_inserter(items), [&](std::size_t n) { return has(items_, n); });
  std::map<std::size_t, std::size_t> by_step;
  for (const std::size_t n : items) {
    ++by_step[first_step(n)];
  }
  bool even = heaps_.size() > 2 && by_step.size() == heaps_.size() - 1;
  for (const auto& [step, count] : by_step) {
    for (const auto& [other_step, other] : by_step) {
      even &= count > 1 && 2 * count >= other;
    }
  }
  return !items.empty() && (even || 8 * items.size() >= all.size()) ? items : all;
}

/// By taking out one object after the other, and looking which others cannot be reached any more.
std::pair<double, double> FactOracle::chain(const std::string& name) const {
  const std::vector<std::size_t> all = of_class(name);
  std::map<std::size_t, double> above;
  for (const std::size_t one : all) {
    const std::vector<bool> left = last().reach({0}, one);
    for (const std::size_t other : all) {
      above[other] += other != one && !left[other] ? 1 : 0;
    }
  }
  double kept = 0;
  double longest = 0;
  for (const auto& [n, count] : above) {
    kept += count > 0 ? 1 : 0;
    longest = std::max(longest, count + 1);
  }
  return {kept, longest};
}

double FactOracle::new_where(const Test& test) const {
  return static_cast<double>(std::count_if(new_.begin(), new_.end(), [&](std::size_t n) { return test(node(n)); }));
}

double FactOracle::bytes_where(const Test& test) const {
  return std::accumulate(new_.begin(), new_.end(), 0.0,
                         [&](double sum, std::size_t n) { return sum + (test(node(n)) ? node(n).bytes : 0); });
}

std::vector<std::size_t> FactOracle::functions() const {
  std::vector<std::size_t> from = items_;
  if (counted(suspect_.constructor).size() == of_class(suspect_.constructor).size() &&
      std::none_of(items_.begin(), items_.end(),
                   [&](std::size_t n) { return node(n).class_name() != suspect_.constructor; })) {
    from = of_class(suspect_.constructor);
  }
  std::vector<std::size_t> found;
  for (std::size_t n : from) {
    for (const PlainEdge& edge : node(n).edges) {
      if (kListenerKeys.count(edge.name) != 0 && node(edge.to).type == "closure") {
        n = edge.to;
        break;
      }
    }
    if (node(n).type == "closure") {
      found.push_back(n);
    }
  }
  return found;
}

bool FactOracle::is_pending(const PlainHeap& heap, const PlainNode& timer) {
  return std::any_of(timer.edges.begin(), timer.edges.end(), [&](const PlainEdge& edge) {
    return (edge.name == "_idleNext" || edge.name == "_idlePrev") && heap.nodes[edge.to].type == "object";
  });
}

bool FactOracle::repeats(const PlainNode& timer) const {
  return timer.edge("_repeat") == nullptr && timer.edge("_onTimeout") != nullptr;
}

double FactOracle::listeners(const std::string& subject, std::size_t step) const {
  const PlainHeap& heap = heaps_[step];
  const std::string emitter = subject.substr(0, subject.find(' '));
  const std::string event = subject.substr(subject.find(' ') + 1);
  double count = 0;
  for (const PlainNode& n : heap.nodes) {
    const PlainEdge* events = n.class_name() == emitter ? n.edge("_events") : nullptr;
    const PlainEdge* list = events != nullptr ? heap.nodes[events->to].edge(event) : nullptr;
    if (list != nullptr) {
      for (const PlainEdge& edge : heap.nodes[list->to].edges) {
        count += edge.type == "element" ? 1 : 0;
      }
    }
  }
  return count;
}

std::optional<double> FactOracle::value(const Fact& fact) const {
  const std::string& name = fact.subject();
  const auto size = [](const auto& list) { return static_cast<double>(list.size()); };
  switch (fact.kind()) {
    case FactKind::gained:
      return size(counted(name));
    case FactKind::gained_in_step: {
      const auto all = counted(name);
      return static_cast<double>(
          std::count_if(all.begin(), all.end(), [&](std::size_t n) { return first_step(n) == fact.step(); }));
    }
    case FactKind::gained_directly:
      return static_cast<double>(
          std::count_if(held_.begin(), held_.end(), [&](std::size_t n) { return node(n).class_name() == name; }));
    case FactKind::items_held:
      return size(held_);
    case FactKind::items_with_keys: {
      std::set<std::size_t> found;
      for (const std::size_t holder : holders_) {
        for (const PlainEdge& edge : node(holder).edges) {
          if ((edge.type == "property" || edge.type == "element") && has(items_, edge.to)) {
            found.insert(edge.to);
          }
        }
      }
      return size(found);
    }
    case FactKind::items:
      return size(items_);
    case FactKind::items_of:
      return static_cast<double>(
          std::count_if(items_.begin(), items_.end(), [&](std::size_t n) { return node(n).class_name() == name; }));
    case FactKind::kept_by_another:
      return chain(name).first;
    case FactKind::longest_chain:
      return chain(name).second;
    case FactKind::brought:
      return size(of_class(name)) / (suspect_.counted && suspect_.counted->kind() == FactKind::contexts
                                         ? size(of_class(suspect_.counted->subject()))
                                         : size(counted(suspect_.constructor)));
    case FactKind::contexts:
      return size(of_class(name));
    case FactKind::heap_count:
      return heaps_[fact.step()].count([&](const PlainNode& n) { return n.class_name() == name; });
    case FactKind::no_loss: {
      double so_far = 0;
      const auto all = counted(name);
      for (std::size_t k = 1; k < heaps_.size(); ++k) {
        so_far += static_cast<double>(
            std::count_if(all.begin(), all.end(), [&](std::size_t n) { return first_step(n) == k; }));
        const Test is_one = [&](const PlainNode& n) { return n.class_name() == name; };
        if (heaps_[k].count(is_one) - heaps_[0].count(is_one) != so_far) {
          return std::nullopt;
        }
      }
      return size(heaps_) - 1;
    }
    case FactKind::intervals: {
      std::map<std::size_t, double> by_step;
      for (const std::size_t n : counted(name)) {
        ++by_step[first_step(n)];
      }
      const auto most = std::max_element(by_step.begin(), by_step.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
      const bool all = std::all_of(by_step.begin(), by_step.end(),
                                   [&](const auto& step) { return 2 * step.second >= most->second; });
      return all && by_step.size() == heaps_.size() - 1 ? std::optional(size(by_step)) : std::nullopt;
    }
    case FactKind::places:
      return static_cast<double>(suspect_.holder_count);
    case FactKind::holders: {
      const bool old = std::all_of(holders_.begin(), holders_.end(), [&](std::size_t n) {
        return std::all_of(heaps_.begin(), heaps_.end(), [&](const PlainHeap& heap) { return heap.has(node(n)); });
      });
      return old && !holders_.empty() ? std::optional(static_cast<double>(suspect_.holder_count)) : std::nullopt;
    }
    default:
      break;
  }
  for (const auto part :
       {&FactOracle::of_functions, &FactOracle::of_timers, &FactOracle::of_content, &FactOracle::of_strings}) {
    if (const auto found = (this->*part)(fact)) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<double> FactOracle::of_functions(const Fact& fact) const {
  const std::vector<std::size_t> all = functions();
  const auto target = [&](std::size_t n, const char* edge) {
    const PlainEdge* found = node(n).edge(edge);
    return found == nullptr ? SIZE_MAX : found->to;
  };
  switch (fact.kind()) {
    case FactKind::listeners:
      return listeners(fact.subject(), fact.step());
    case FactKind::functions:
    case FactKind::looked_at:
      return static_cast<double>(all.size());
    case FactKind::functions_of:
      return static_cast<double>(
          std::count_if(all.begin(), all.end(), [&](std::size_t n) { return fact.subject().find(node(n).name) == 0; }));
    case FactKind::once_listeners:
      return static_cast<double>(std::count_if(items_.begin(), items_.end(),
                                               [&](std::size_t n) { return target(n, "listener") != SIZE_MAX; }));
    case FactKind::scopes: {
      std::set<std::size_t> scopes;
      for (const std::size_t n : all) {
        scopes.insert(target(n, "context"));
      }
      return static_cast<double>(scopes.size());
    }
    case FactKind::variable_bytes: {
      for (const PlainNode& n : last().nodes) {
        const PlainEdge* variable = n.name == "system / Context" ? n.edge(fact.subject()) : nullptr;
        if (variable != nullptr && variable->type == "context" && is_new(variable->to)) {
          const std::vector<bool> without = last().reach({0}, variable->to);
          double bytes = 0;
          for (std::size_t k = 0; k < last().nodes.size(); ++k) {
            bytes += without[k] ? 0 : node(k).bytes;
          }
          return bytes;
        }
      }
      return std::nullopt;
    }
    case FactKind::evaluated:
    case FactKind::scripts:
      return static_cast<double>(std::count_if(all.begin(), all.end(), [&](std::size_t n) {
        const PlainEdge* script = node(target(n, "shared")).edge("script");
        return script != nullptr && node(script->to).edge("name") == nullptr;
      }));
    case FactKind::script_id:  // as drawn: 50 for the first, which came before the first snapshot's end
      return fact.value() == 150 || fact.value() == 449 ? std::optional(fact.value()) : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<double> FactOracle::of_timers(const Fact& fact) const {
  const auto timers = [&](const Test& test) {
    return new_where([&](const PlainNode& n) { return n.name == "Timeout" && test(n); });
  };
  switch (fact.kind()) {
    case FactKind::new_timers:
      return timers([](const PlainNode&) { return true; });
    case FactKind::timers_pending:
      return timers([&](const PlainNode& n) { return is_pending(last(), n); });
    case FactKind::timers_gone:
      return timers([&](const PlainNode& n) { return !is_pending(last(), n); });
    case FactKind::timers_repeating:
      return timers([&](const PlainNode& n) { return is_pending(last(), n) && repeats(n); });
    case FactKind::timers_once:
      return timers([&](const PlainNode& n) { return is_pending(last(), n) && !repeats(n); });
    case FactKind::timer_period:
      for (const PlainNode& n : last().nodes) {
        for (const PlainEdge& edge : n.edges) {
          if (edge.type == "element" && node(edge.to).name == "TimersList" && n.name == "Object") {
            return std::stod(edge.name);
          }
        }
      }
      return std::nullopt;
    case FactKind::pending_timers:
      return heaps_[fact.step()].count(
          [&](const PlainNode& n) { return n.name == "Timeout" && is_pending(heaps_[fact.step()], n); });
    default:
      return std::nullopt;
  }
}

std::optional<double> FactOracle::of_content(const Fact& fact) const {
  const auto named = [](std::string name) { return [name](const PlainNode& n) { return n.name == name; }; };
  const Test off_heap = [](const PlainNode& n) { return contains(n.name, "ArrayBuffer"); };
  const Test any = [](const PlainNode&) { return true; };
  const Test dom = [](const PlainNode& n) { return n.detached == 2 && (n.name == "<tr>" || n.name == "Text"); };
  switch (fact.kind()) {
    case FactKind::waiters:
      return new_where(named("system / PromiseReaction"));
    case FactKind::waiters_of_holder: {
      double count = 0;
      const PlainEdge* at = holders_.empty() ? nullptr : node(holders_.front()).edge("reactions_or_result");
      while (at != nullptr && node(at->to).name == "system / PromiseReaction") {
        ++count;
        at = node(at->to).edge("0");
      }
      return count;
    }
    case FactKind::waits_for_older:
    case FactKind::waits_for_newer: {
      double count = 0;
      for (std::size_t n = 0; n < last().nodes.size(); ++n) {
        const PlainEdge* reaction = node(n).name == "Promise" ? node(n).edge("reactions_or_result") : nullptr;
        const PlainEdge* waits = reaction == nullptr ? nullptr : node(reaction->to).edge("3");
        if (waits != nullptr && is_new(waits->to)) {
          const bool older = first_step(n) < first_step(waits->to);
          const bool newer = first_step(n) > first_step(waits->to);
          count += fact.kind() == FactKind::waits_for_older ? older : newer;
        }
      }
      return count;
    }
    case FactKind::waiters_of_head: {  // in a drawn chain the one that an array refers to
      for (const PlainNode& n : last().nodes) {
        if (n.name == "Array" && !n.edges.empty() && node(n.edges.front().to).edge("reactions_or_result") != nullptr) {
          return 1;
        }
      }
      return std::nullopt;
    }
    case FactKind::cell_targets: {
      std::set<std::size_t> targets;
      for (const std::size_t n : new_) {
        if (node(n).name == "system / WeakCell") {
          targets.insert(node(n).edge("target")->to);
        }
      }
      return static_cast<double>(targets.size());
    }
    case FactKind::generators:
      return new_where([](const PlainNode& n) { return n.edge("parameters_and_registers") != nullptr; });
    case FactKind::generators_of:
      return new_where([&](const PlainNode& n) {
        return n.edge("parameters_and_registers") != nullptr && fact.subject().find(n.name) == 0;
      });
    case FactKind::new_bytes:
      return bytes_where(any);
    case FactKind::off_heap_bytes:
      return bytes_where(off_heap);
    case FactKind::in_heap_bytes:
      return bytes_where(any) - bytes_where(off_heap);
    case FactKind::buffers:
      return new_where(named("ArrayBuffer"));
    case FactKind::views:
      return new_where(named("Uint8Array"));
    case FactKind::bytes_for_each:
      return bytes_where(any) / static_cast<double>(counted(fact.subject()).size());
    case FactKind::bytes_per_buffer:
      return bytes_where(off_heap) / new_where(named("ArrayBuffer"));
    case FactKind::dom_nodes:
      return new_where(dom);
    case FactKind::dom_nodes_of:
      return new_where(named(fact.subject()));
    case FactKind::attached_nodes:
      return last().count([](const PlainNode& n) { return n.type == "native" && n.detached == 1; });
    case FactKind::on_the_books: {
      std::set<std::size_t> found;
      for (const PlainNode& n : last().nodes) {
        const PlainEdge* book = contains(n.name, "Pool") ? n.edge(fact.subject()) : nullptr;
        if (book == nullptr) {
          continue;
        }
        for (const PlainEdge& edge : node(book->to).edges) {
          for (const PlainEdge& inner : node(edge.to).edges) {
            found.insert(inner.to);
          }
          found.insert(edge.to);
        }
      }
      return static_cast<double>(
          std::count_if(found.begin(), found.end(), [&](std::size_t n) { return has(items_, n); }));
    }
    case FactKind::modules_of_file: {
      std::map<std::size_t, double> files;
      double most = 0;
      for (const std::size_t n : of_class("Module")) {
        most = std::max(most, ++files[node(n).edge("filename")->to]);
      }
      return most;
    }
    case FactKind::cells:
      return new_where(named("system / WeakCell"));
    case FactKind::self_held_cells:
      return new_where([&](const PlainNode& n) {
        return n.name == "system / WeakCell" && node(n.edge("2")->to).edge("owner") != nullptr;
      });
    case FactKind::dead_references:
      return new_where([](const PlainNode& n) { return n.name == "WeakRef" && n.edge("target") == nullptr; });
    default:
      return std::nullopt;
  }
}

std::optional<double> FactOracle::of_strings(const Fact& fact) const {
  const Test text = [](const PlainNode& n) { return contains(n.type, "string"); };
  const Test slice = [](const PlainNode& n) { return n.type == "sliced string"; };
  std::set<std::size_t> parents;
  for (const std::size_t n : new_) {
    if (slice(node(n))) {
      parents.insert(node(n).edge("parent")->to);
    }
  }
  const double parent_bytes = std::accumulate(parents.begin(), parents.end(), 0.0,
                                              [&](double sum, std::size_t n) { return sum + node(n).bytes; });
  switch (fact.kind()) {
    case FactKind::text_bytes:
      return bytes_where(text);
    case FactKind::text_pieces:
      return new_where(text);
    case FactKind::slices:
      return new_where(slice);
    case FactKind::slice_parents:
      return static_cast<double>(parents.size());
    case FactKind::parent_bytes:
      return parent_bytes;
    case FactKind::bytes_per_slice:
      return parent_bytes / new_where(slice);
    case FactKind::slice_bytes:
      return bytes_where(slice) / new_where(slice);
    default:
      return std::nullopt;
  }
}

}  // namespace heapdiff::test
