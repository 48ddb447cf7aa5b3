// Writes a Document in the Atlassian Document Format, which Jira's REST API v3 takes. Text is data there and needs no
// escaping but for control characters.

#include "formats/writers.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace heapdiff::formats {

using namespace model;

namespace {

using Json = nlohmann::ordered_json;

Json text_node(const std::string& text, const char* mark) {
  Json node = {{"type", "text"}, {"text", text}};
  if (mark != nullptr) {
    node["marks"] = Json::array({{{"type", mark}}});
  }
  return node;
}

Json inline_nodes(const Spans& spans) {
  Json nodes = Json::array();
  for (const Span& span : spans) {
    const std::string text = visible_text(span.text);
    if (text.empty()) {
      continue;  // a document with an empty text node is not valid
    }
    switch (span.style) {
      case Span::Style::code:
        nodes.push_back(text_node(text, "code"));
        break;
      case Span::Style::plain:
        nodes.push_back(text_node(text, nullptr));
        break;
      case Span::Style::strong:
        nodes.push_back(text_node(text, "strong"));
        break;
      case Span::Style::blank:
        nodes.push_back(text_node("[fill in: " + text + "]", "strong"));
        break;
    }
  }
  return nodes;
}

Json paragraph(const Spans& spans) { return {{"type", "paragraph"}, {"content", inline_nodes(spans)}}; }

Json list(const Block& block) {
  Json items = Json::array();
  for (const Spans& item : block.items) {
    items.push_back({{"type", "listItem"}, {"content", Json::array({paragraph(item)})}});
  }
  return {{"type", block.kind == Block::Kind::bullets ? "bulletList" : "orderedList"}, {"content", std::move(items)}};
}

Json table(const Block& block) {
  Json rows = Json::array();
  for (std::size_t r = 0; r < block.rows.size(); ++r) {
    Json cells = Json::array();
    for (const Spans& cell : block.rows[r]) {
      cells.push_back({{"type", r == 0 ? "tableHeader" : "tableCell"}, {"content", Json::array({paragraph(cell)})}});
    }
    rows.push_back({{"type", "tableRow"}, {"content", std::move(cells)}});
  }
  return {{"type", "table"}, {"content", std::move(rows)}};
}

Json code_block(const Block& block) {
  std::string text;
  std::string_view rest = block.text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text += (text.empty() ? "" : "\n") + visible_text(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  Json node = {{"type", "codeBlock"}};
  if (!block.language.empty()) {
    node["attrs"] = {{"language", block.language}};
  }
  node["content"] = text.empty() ? Json::array() : Json::array({text_node(text, nullptr)});
  return node;
}

Json panel(const Block& block) {
  const char* type = block.tone == Tone::bad         ? "error"
                     : block.tone == Tone::good      ? "success"
                     : block.tone == Tone::attention ? "warning"
                                                     : "info";
  return {{"type", "panel"}, {"attrs", {{"panelType", type}}}, {"content", Json::array({paragraph(block.spans)})}};
}

Json node_of(const Block& block) {
  switch (block.kind) {
    case Block::Kind::heading:
      return {{"type", "heading"}, {"attrs", {{"level", block.level}}}, {"content", inline_nodes(block.spans)}};
    case Block::Kind::panel:
      return panel(block);
    case Block::Kind::bullets:
    case Block::Kind::numbers:
      return list(block);
    case Block::Kind::table:
      return table(block);
    case Block::Kind::code:
      return code_block(block);
    case Block::Kind::paragraph:
      break;
  }
  return paragraph(block.spans);
}

}  // namespace

std::string write_adf(const Document& document, bool as_body) {
  std::vector<Json> nodes;
  std::vector<std::size_t> lengths;
  for (const Block& block : document.blocks()) {
    nodes.push_back(node_of(block));
    lengths.push_back(nodes.back().dump().size() + 1);
  }
  // How the server counts a document is not documented. The serialised form is an upper bound.
  const std::size_t end = cut_at(document, lengths);
  Json content = Json::array();
  for (std::size_t i = 0; i < end; ++i) {
    content.push_back(std::move(nodes[i]));
  }
  if (end < nodes.size()) {
    content.push_back(paragraph({strong(cut_notice(document, end))}));
  }
  Json doc = {{"version", 1}, {"type", "doc"}, {"content", std::move(content)}};
  const Json out = as_body ? Json{{"body", std::move(doc)}} : std::move(doc);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapdiff::formats
