#include "html/explorer.h"

#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"
#include "html/markup.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace heapdiff::html {

namespace {

constexpr std::size_t kMaxColumns = 40;  // snapshots that can be compared; of more, some are left out evenly
constexpr std::uint32_t kUnset = UINT32_MAX;

/// A text as JSON that cannot end a script element.
std::string quoted(const std::string& raw) {
  return data_block(
      nlohmann::json(visible_text(raw, 160)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

/// One of the lists that items refer to by position. Holds only what items refer to.
class SharedList {
 public:
  explicit SharedList(std::size_t size) : position_(size, kUnset) {}
  [[nodiscard]] bool has(std::uint32_t i) const { return position_[i] != kUnset; }
  [[nodiscard]] std::uint32_t at(std::uint32_t i) const { return position_[i]; }
  void add(std::uint32_t i, std::string json) {
    position_[i] = static_cast<std::uint32_t>(order_.size());
    order_.push_back(i);
    bytes_ += json.size() + 1;
    json_.push_back(std::move(json));
  }
  [[nodiscard]] std::size_t size() const { return order_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  void shrink(std::size_t size) {
    while (order_.size() > size) {
      position_[order_.back()] = kUnset;
      bytes_ -= json_.back().size() + 1;
      order_.pop_back();
      json_.pop_back();
    }
  }
  [[nodiscard]] std::string json() const { return fmt::format("[{}]", fmt::join(json_, ",")); }

 private:
  std::vector<std::uint32_t> position_;
  std::vector<std::uint32_t> order_;
  std::vector<std::string> json_;
  std::size_t bytes_ = 0;
};

/// Adds items as long as they fit, with the names and steps that they need.
class Packer {
 public:
  Packer(const HeapExplorer& explorer, std::size_t budget)
      : e_(explorer), budget_(budget), names_(e_.names.size()), edges_(e_.edges.size()), steps_(e_.steps.size()) {}

  /// Adds the items of a list, each made by `make(i)`, until one does not fit. Returns how many were added.
  template <class Make>
  std::size_t list(std::string_view key, std::size_t count, const Make& make) {
    std::string out;
    std::size_t added = 0;
    bytes_ += key.size() + 6;
    for (; added < count; ++added) {
      const std::size_t before[] = {names_.size(), edges_.size(), steps_.size()};
      const std::string item = make(added);
      if (bytes_ + names_.bytes() + edges_.bytes() + steps_.bytes() + item.size() + 1 > budget_) {
        names_.shrink(before[0]);
        edges_.shrink(before[1]);
        steps_.shrink(before[2]);
        break;
      }
      bytes_ += item.size() + 1;
      out += (added == 0 ? "" : ",") + item;
    }
    lists_ += fmt::format(",\"{}\":[{}]", key, out);
    return added;
  }

  [[nodiscard]] std::uint32_t name(std::uint32_t i) {
    if (!names_.has(i)) {
      names_.add(i, quoted(e_.names[i]));
    }
    return names_.at(i);
  }

  /// "-1" where nothing holds the object.
  [[nodiscard]] std::string path(std::uint32_t last) {
    std::vector<std::uint32_t> missing;
    std::uint32_t at = last;
    for (; at != ExplorerStep::kNone && !steps_.has(at); at = e_.steps[at].before) {
      missing.push_back(at);
    }
    for (auto i = missing.rbegin(); i != missing.rend(); ++i) {
      const ExplorerStep& s = e_.steps[*i];
      if (!edges_.has(s.edge)) {
        edges_.add(s.edge, quoted(e_.edges[s.edge].name));
      }
      const std::int64_t before =
          s.before == ExplorerStep::kNone ? std::int64_t{-1} : std::int64_t{steps_.at(s.before)};
      std::string json = fmt::format("[{},{},{},{},{},{}", before, edges_.at(s.edge), static_cast<int>(s.edge_type),
                                     name(s.node), name(s.node_type), s.node_id);
      json += s.repeats == 1 && s.skipped == 0 ? "]" : fmt::format(",{},{}]", s.repeats, s.skipped);
      steps_.add(*i, std::move(json));
    }
    return last == ExplorerStep::kNone ? "-1" : std::to_string(steps_.at(last));
  }

  /// "path,[[id,self,retained],...],[[class,count,self],...],rest".
  [[nodiscard]] std::string details(const ExplorerGroup& g) {
    std::vector<std::string> largest;
    for (const ExplorerInstance& i : g.largest) {
      largest.push_back(fmt::format("[{},{},{}]", i.id, i.self_bytes, i.retained_bytes));
    }
    std::vector<std::string> content;
    for (const ExplorerContent& c : g.content) {
      content.push_back(fmt::format("[{},{},{}]", name(c.name), c.count, c.self_bytes));
    }
    return fmt::format("{},[{}],[{}],{}", path(g.path), fmt::join(largest, ","), fmt::join(content, ","),
                       g.other_content_bytes);
  }

  [[nodiscard]] std::string subject(const ExplorerSubject& s) {
    std::vector<std::string> groups;
    for (const ExplorerGroup& g : s.groups) {
      groups.push_back(fmt::format("[{},{},{},{}{}]", name(g.name), g.count, g.self_bytes, g.retained_bytes,
                                   g.detailed ? "," + details(g) : std::string()));
    }
    return fmt::format("[{},{},{},{},[{}],{},{},{}]", name(s.name), s.count, s.self_bytes, s.retained_bytes,
                       fmt::join(groups, ","), s.other_groups, s.other_count, s.other_retained_bytes);
  }

  [[nodiscard]] std::string json() const {
    return fmt::format("{{\"names\":{},\"edges\":{},\"steps\":{}{}}}", names_.json(), edges_.json(), steps_.json(),
                       lists_);
  }

 private:
  const HeapExplorer& e_;
  std::size_t budget_;
  std::size_t bytes_ = 64;
  SharedList names_;
  SharedList edges_;
  SharedList steps_;
  std::string lists_;
};

/// Which snapshots the page compares: all, or some evenly with the first and the last.
std::vector<std::size_t> shown_columns(std::size_t count) {
  std::vector<std::size_t> columns(std::min(count, kMaxColumns));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i] = columns.size() < 2 ? 0 : i * (count - 1) / (columns.size() - 1);
  }
  return columns;
}

/// "3, 2026-03-02 01:00:30" for each snapshot of the table; of a comparison, which side it is of.
std::vector<std::string> snapshot_labels(const RcaReport& report) {
  std::vector<std::string> labels;
  const auto add = [&](const std::vector<ReportSnapshot>& snapshots, const char* side) {
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
      std::string time = snapshots[i].captured_at.value_or("");
      if (time.size() >= 20 && time[10] == 'T') {
        time = time.substr(0, 10) + " " + time.substr(11, 8);
      }
      labels.push_back(fmt::format("{}{}{}{}", side, i + 1, time.empty() ? "" : ", ", time));
    }
  };
  if (report.comparison) {
    add(report.comparison->base, "base ");
    add(report.comparison->now, "new ");
  } else {
    add(report.snapshots, "");
  }
  return labels;
}

std::string of_all(std::size_t shown, std::size_t all, std::string_view what) {
  return fmt::format("{} of {} {}", format_count(static_cast<std::int64_t>(shown)),
                     format_count(static_cast<std::int64_t>(all)), what);
}

}  // namespace

PackedExplorer pack_explorer(const RcaReport& report, std::size_t budget) {
  PackedExplorer out{"null", {}};
  if (!report.explorer) {
    return out;
  }
  const HeapExplorer& e = *report.explorer;
  Packer packer(e, budget);
  const std::size_t suspects =
      packer.list("suspects", e.suspects.size(), [&](std::size_t i) { return packer.subject(e.suspects[i]); });
  const std::size_t cells = packer.list("cells", e.cells.size(), [&](std::size_t i) {
    const ExplorerCell& c = e.cells[i];
    const ExplorerGroup& g = c.group;
    return fmt::format("[{},{},{},{},{},{},{}]",
                       c.parent == ExplorerStep::kNone ? std::int64_t{-1} : std::int64_t{c.parent}, packer.name(g.name),
                       g.count, g.self_bytes, g.retained_bytes, c.other_count, c.other_bytes);
  });
  const std::vector<std::string> labels = snapshot_labels(report);
  const std::vector<std::size_t> columns = shown_columns(labels.size());
  const std::size_t shown_labels =
      packer.list("snapshots", columns.size(), [&](std::size_t i) { return quoted(labels[columns[i]]); });
  const std::size_t rows = packer.list("table", e.table.size(), [&](std::size_t i) {
    std::vector<std::int64_t> numbers;
    for (std::size_t k = 0; k < shown_labels; ++k) {
      const ExplorerTotals at = columns[k] < e.table[i].at.size() ? e.table[i].at[columns[k]] : ExplorerTotals{};
      numbers.insert(numbers.end(), {at.count, at.self_bytes, at.retained_bytes});
    }
    return fmt::format("[{},{}]", packer.name(e.table[i].name), fmt::join(numbers, ","));
  });
  const std::size_t classes =
      packer.list("classes", e.classes.size(), [&](std::size_t i) { return packer.subject(e.classes[i]); });
  std::vector<std::size_t> detailed;
  for (std::size_t i = 0; i < cells; ++i) {
    if (e.cells[i].group.detailed) {
      detailed.push_back(i);
    }
  }
  std::stable_sort(detailed.begin(), detailed.end(), [&](std::size_t a, std::size_t b) {
    return e.cells[a].group.retained_bytes > e.cells[b].group.retained_bytes;
  });
  const std::size_t details = packer.list("details", detailed.size(), [&](std::size_t i) {
    return fmt::format("[{},{}]", detailed[i], packer.details(e.cells[detailed[i]].group));
  });
  out.json = packer.json();

  if (suspects < e.suspects.size()) {
    out.cuts.push_back(of_all(suspects, e.suspects.size(), "suspects can be opened."));
  }
  if (rows < e.table.size() + e.table_left_out) {
    out.cuts.push_back(of_all(rows, e.table.size() + e.table_left_out,
                              "classes can be compared: those that retain most in any snapshot."));
  }
  if (columns.size() < labels.size()) {
    out.cuts.push_back(of_all(columns.size(), labels.size(), "snapshots can be compared."));
  }
  if (classes < e.table.size() + e.table_left_out) {
    out.cuts.push_back(of_all(classes, e.table.size() + e.table_left_out,
                              "classes can be opened: those that retain most or grew most."));
  }
  if (details < e.cells.size()) {
    out.cuts.push_back(of_all(details, e.cells.size(),
                              "parts of the heap have a path and content; smaller ones have their sizes only."));
  }
  out.cuts.emplace_back("Of objects that are alike, the largest are listed. The rest is in their sum.");
  return out;
}

namespace {

/// The end of the path to a part: `subscriber._events["invalidate:*"]`. Empty where it has none.
std::string held_words(const HeapExplorer& e, std::uint32_t path) {
  constexpr int kSteps = 3;
  std::string words;
  int steps = 0;
  for (std::uint32_t at = path; at != ExplorerStep::kNone && steps < kSteps; at = e.steps[at].before, ++steps) {
    const ExplorerStep& step = e.steps[at];
    const std::string& name = e.edges[step.edge].name;
    const bool numbered = step.edge_type == EdgeType::element || step.edge_type == EdgeType::hidden;
    words.insert(0, step.edge_type == EdgeType::context    ? name
                    : numbered                             ? std::string("[…]")
                    : step.edge_type == EdgeType::property ? "." + name
                                                           : " (" + name + ")");
    if (step.edge_type == EdgeType::context) {
      break;  // a variable says where it is
    }
  }
  return words;
}

}  // namespace

std::string largest_parts(const RcaReport& report) {
  constexpr std::size_t kMaxParts = 12;
  if (!report.explorer || report.explorer->cells.size() < 2) {
    return {};
  }
  const HeapExplorer& e = *report.explorer;
  std::vector<std::size_t> order(e.cells.size() - 1);
  std::iota(order.begin(), order.end(), std::size_t{1});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return e.cells[a].group.retained_bytes > e.cells[b].group.retained_bytes;
  });
  const double all = std::max(1.0, static_cast<double>(e.cells.front().group.retained_bytes));
  std::string out =
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Largest parts of the heap\"><table "
      "class=\"sortable\">\n<caption>Largest parts of the last snapshot, by retained size; a part may lie in "
      "another</caption>\n<thead><tr><th scope=\"col\">Part</th><th scope=\"col\" class=\"num\">Objects</th><th "
      "scope=\"col\" class=\"num\">Retained size</th><th scope=\"col\" class=\"num mid\">Share</th></tr></thead>\n"
      "<tbody>\n";
  for (std::size_t i = 0; i < std::min(order.size(), kMaxParts); ++i) {
    const ExplorerGroup& g = e.cells[order[i]].group;
    const double bytes = static_cast<double>(g.retained_bytes);
    const std::string held = held_words(e, g.path);
    out += fmt::format(
        "<tr data-open=\"cell:{}\"><th scope=\"row\"><span class=\"name\">{}</span>{}</th><td class=\"num\" "
        "data-value=\"{}\">{}</td><td class=\"num\" data-value=\"{}\">{}</td><td class=\"num mid\" "
        "data-value=\"{}\">{:.1f} %</td></tr>\n",
        order[i], text(e.names[g.name], 160),
        held.empty() ? held : fmt::format("<span class=\"meta place\">{}</span>", text(held, 160)), g.count,
        format_count(static_cast<std::int64_t>(g.count)), g.retained_bytes, format_bytes(bytes), g.retained_bytes,
        100 * bytes / all);
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace heapdiff::html
