#include "heapdiff/reports/personal.h"

#include "heapdiff/reports/report_texts.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "model/pattern.h"

#include <algorithm>
#include <array>
#include <re2/re2.h>

namespace heapdiff {

namespace {

/// Whether the four parts before `end` and from `at` are an address and not a version: each is at most 255, and what
/// stands around it is not what stands around a version ("v1.2.3.4", "Chrome/1.2.3.4", "pkg@1.2.3.4",
/// "lib-1.2.3.4.so").
bool is_address(std::string_view text, std::size_t at, std::size_t end) {
  std::string_view parts = text.substr(at, end - at);
  while (!parts.empty()) {
    const std::string_view part = parts.substr(0, parts.find('.'));
    const auto number = ascii::parse_number<unsigned>(part);
    if (!number || *number > 255 || (part.size() > 1 && part.front() == '0')) {
      return false;
    }
    parts.remove_prefix(std::min(part.size() + 1, parts.size()));
  }
  const char next = end < text.size() ? text[end] : ' ';
  if (ascii::is_alphanumeric(next) || next == '_' ||
      (next == '.' && end + 1 < text.size() && ascii::is_alphanumeric(text[end + 1]))) {
    return false;
  }
  const bool has_port = next == ':' && end + 1 < text.size() && ascii::is_digit(text[end + 1]);
  if (at == 0 || has_port) {
    return true;
  }
  const char before = text[at - 1];
  const bool after_url = at >= 2 && before == '/' && text[at - 2] == '/';
  if (after_url) {
    return true;
  }
  if (ascii::is_alphanumeric(before) || std::string_view("/@-_.+~^").find(before) != std::string_view::npos) {
    return false;
  }
  static const RE2 version = model::pattern(R"((?i)(?:version|release|build|ver|rev)[ :=]*$)");
  return !RE2::PartialMatch(re2::StringPiece(text.data(), at), version);
}

void mask_addresses(std::string& text) {
  static const RE2 four_parts = model::pattern(R"(([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}))");
  re2::StringPiece rest(text);
  re2::StringPiece found;
  std::string out;
  std::size_t copied = 0;
  while (RE2::FindAndConsume(&rest, four_parts, &found)) {
    const auto at = static_cast<std::size_t>(found.data() - text.data());
    const bool within_number = at > 0 && (ascii::is_digit(text[at - 1]) || text[at - 1] == '.');
    if (!within_number && is_address(text, at, at + found.size())) {
      out.append(text, copied, at - copied);
      out += "[address]";
      copied = at + found.size();
    }
  }
  if (copied > 0) {
    text = out.append(text, copied);
  }
  // Eight groups of hexadecimal digits, or fewer around "::". At least one group has a digit: "dead::beef" is a name of
  // C++.
  static const RE2 long_form =
      model::pattern(R"((?i)(^|[^\w:.])((?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4})($|[^\w:]|:\s|:$))");
  static const RE2 short_form = model::pattern(
      R"((?i)(^|[^\w:.])((?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}|::(?:ffff:)?[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){1,6}|(?:[0-9a-f]{1,4}:){2,7}:)($|[^\w:]|:\s|:$))");
  for (const RE2* form : {&long_form, &short_form}) {
    std::string before;
    std::string address;
    std::string after;
    if (RE2::PartialMatch(text, *form, &before, &address, &after) &&
        std::any_of(address.begin(), address.end(), ascii::is_digit)) {
      RE2::GlobalReplace(&text, *form, "\\1[address]\\3");
    }
  }
}

void mask_telephones(std::string& text) {
  struct Form {
    RE2 form;
    const char* mask;
  };
  static const std::array<Form, 4> forms = {
      Form{model::pattern(R"re((^|[^\w.+-])\([0-9]{2,5}\)[ .-]?[0-9]{2,4}(?:[ .-]?[0-9]{2,5}){1,3}\b)re"),
           "\\1[telephone]"},
      Form{model::pattern(R"re((^|[^\w.+-])[2-9][0-9]{2}([-. ])[0-9]{3}[-. ][0-9]{4}\b)re"), "\\1[telephone]"},
      Form{model::pattern(R"re((^|[^\w.,:+-])0[1-9][0-9]{1,4}[ /-][0-9]{3,8}(?:[ -][0-9]{2,6}){0,3}\b)re"),
           "\\1[telephone]"},
      Form{
          model::pattern(
              R"re((?i)(\b(?:phone|telephone|tel|telefon|mobile|mobil|cell|fax|sms|call|whatsapp)(?:[ _-]?(?:number|no|nr))?["']?\s?[:=]?\s?["']?)\(?\+?[0-9][0-9 ()./-]{5,18}[0-9])re"),
          "\\1[telephone]"}};
  for (const Form& form : forms) {
    RE2::GlobalReplace(&text, form.form, form.mask);
  }
}

void mask_births(std::string& text) {
  static const RE2 named = model::pattern(
      R"re((?i)((?:birth[_ -]?da(?:y|te)|date[_ -]?of[_ -]?birth|\bdob|\bborn(?: on)?|geburts(?:tag|datum)|geboren(?: am)?|\bbirth)["']?\s?[:=]?\s?["']?)re"
      R"re()(?:[0-9]{1,4}[-./ ][0-9]{1,2}[-./ ][0-9]{1,4}|[0-9]{8}|[0-9]{1,2}\.? [A-Za-z]{3,9}\.? [0-9]{4}|[A-Za-z]{3,9} [0-9]{1,2},? [0-9]{4}))re");
  RE2::GlobalReplace(&text, named, "\\1[date of birth]");
  // A whole date of a year in which no process was observed that this program can read.
  static const RE2 date = model::pattern(
      R"re((^|[^\w./:-])((?:19[0-9]{2}|200[0-9])-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|)re"
      R"re((?:0?[1-9]|[12][0-9]|3[01])[./](?:0?[1-9]|1[0-2]|[12][0-9]|3[01])[./](?:19[0-9]{2}|200[0-9]))($|[^\w/:-]))re");
  RE2::GlobalReplace(&text, date, "\\1[date of birth]\\3");
}

/// All forms hold four digits or "::".
bool may_be_personal(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits += ascii::is_digit(c) ? 1U : 0U;
  }
  return digits >= 4 || (digits > 0 && text.find("::") != std::string_view::npos);
}

}  // namespace

std::optional<RedactLevel> parse_redact_level(std::string_view name) {
  return name == "secrets"    ? std::optional(RedactLevel::secrets)
         : name == "personal" ? std::optional(RedactLevel::personal)
                              : std::nullopt;
}

RedactLevel usual_redact_level(std::string_view format) {
  static constexpr std::array<std::string_view, 8> kPosted = {"jira",     "adf",  "adf-body",   "jira-kit",
                                                              "markdown", "html", "postmortem", "github-summary"};
  return std::find(kPosted.begin(), kPosted.end(), format) != kPosted.end() ? RedactLevel::personal
                                                                            : RedactLevel::secrets;
}

std::string mask_personal(std::string_view text) {
  std::string out(text);
  if (may_be_personal(out)) {
    mask_births(out);
    mask_addresses(out);
    mask_telephones(out);
  }
  return out;
}

RcaReport without_personal_data(RcaReport report) {
  for_each_text(report, [](std::string& text, TextKind kind) {
    if (kind != TextKind::fixed) {
      text = mask_personal(text);
    }
  });
  return report;
}

TableReport without_personal_data(TableReport report) {
  const auto mask_cell = [](TableCell& cell, CellKind kind) {
    if (auto* text = std::get_if<std::string>(&cell); text != nullptr && kind != CellKind::string_value) {
      *text = mask_personal(*text);
    }
  };
  for (ReportSnapshot& input : report.inputs) {
    input.path = mask_personal(input.path);
  }
  report.title = mask_personal(report.title);
  for (std::vector<std::string>* list : {&report.sentences, &report.warnings}) {
    for (std::string& text : *list) {
      text = mask_personal(text);
    }
  }
  for (ReportFact& fact : report.facts) {
    mask_cell(fact.value, fact.kind);
  }
  for (ReportTable& table : report.tables) {
    for (std::vector<TableCell>& row : table.rows) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        mask_cell(row[c], table.columns[c].kind);
      }
    }
  }
  return report;
}

}  // namespace heapdiff
