// The filter: patterns (secret_rules.cpp), and a measure of randomness for secrets that have no pattern. RE2 matches in
// time linear in the text, which is hostile.

#include "heapdiff/reports/redact.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/reports/report_texts.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/pattern.h"
#include "model/secret_rules.h"

#include <algorithm>
#include <re2/re2.h>
#include <utility>
#include <vector>

namespace heapdiff {

namespace {

using ascii::is_digit;
using ascii::is_lower;
using ascii::is_upper;

bool is_run(char c) { return ascii::is_alphanumeric(c) || c == '+' || c == '_' || c == '=' || c == '-'; }

/// Whether most of `run` is words of three letters or more that each start with a capital, as in
/// "V8UnionFloat16ArrayOrFloat32Array". In random text of letters and digits about a quarter of the characters is.
bool is_camel_case(std::string_view run) {
  std::size_t in_words = 0;
  for (std::size_t i = 0; i < run.size();) {
    std::size_t end = i + 1;
    while (is_upper(run[i]) && end < run.size() && is_lower(run[end])) {
      ++end;
    }
    in_words += end - i >= 3 ? end - i : 0;
    i = end;
  }
  return in_words * 100 >= run.size() * 70;
}

/// Whether `run` looks random: it changes between cases and digits at about every second character, words do rarely.
bool looks_random(std::string_view run) {
  constexpr std::size_t kMinLength = 16;
  constexpr std::size_t kMaxHashLength = 20;  // the hash in a bundle's file name is no secret
  std::size_t changes = 0;
  std::size_t digit_changes = 0;
  std::size_t digits = 0;
  std::size_t letters = 0;
  bool hexadecimal = true;
  bool upper_pair = false;  // words in camel case have none but in abbreviations
  for (std::size_t i = 0; i < run.size(); ++i) {
    const char c = run[i];
    digits += is_digit(c) ? 1U : 0U;
    letters += is_lower(c) || is_upper(c) ? 1U : 0U;
    hexadecimal = hexadecimal && (is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
    if (i > 0) {
      const char before = run[i - 1];
      upper_pair = upper_pair || (is_upper(c) && is_upper(before));
      const bool digit_change = is_digit(c) != is_digit(before);
      digit_changes += digit_change ? 1U : 0U;
      changes += digit_change || is_lower(c) != is_lower(before) ? 1U : 0U;
    }
  }
  if (letters == 0 || run.size() < kMinLength) {
    return false;
  }
  if (hexadecimal) {
    return run.size() > kMaxHashLength && digits >= 4;
  }
  if (is_camel_case(run)) {
    return false;
  }
  return (digit_changes >= 4 && digits >= 3) ||
         (run.size() >= 20 && changes * 100 > run.size() * 45 && (upper_pair || digits > 0));
}

void mask_random_runs(std::string& text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i;
    while (end < text.size() && is_run(text[end])) {
      ++end;
    }
    if (end == i) {
      out += text[i++];
      continue;
    }
    const std::string_view run = std::string_view(text).substr(i, end - i);
    bool random = false;
    for (std::size_t at = 0; at <= run.size() && !random;) {
      const std::size_t stop = std::min(run.find_first_of("_-", at), run.size());
      random = looks_random(run.substr(at, stop - at));
      at = stop + 1;
    }
    out += random ? std::string_view("[secret]") : run;
    i = end;
  }
  text = std::move(out);
}

bool luhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    d = i % 2 == 1 ? 2 * d : d;
    sum += d > 9 ? d - 9 : d;
  }
  return sum % 10 == 0;
}

/// Masks 13 to 19 digits with the check digit of a payment card, also where blanks or hyphens group them.
void mask_cards(std::string& text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    const bool starts = text[i] >= '2' && text[i] <= '6' && (i == 0 || !is_digit(text[i - 1]));
    std::string digits;
    std::size_t end = i;
    for (std::size_t at = i; starts && at < text.size() && digits.size() <= 19; ++at) {
      if (is_digit(text[at])) {
        digits += text[at];
        end = at + 1;
      } else if ((text[at] != ' ' && text[at] != '-') || at + 1 >= text.size() || !is_digit(text[at + 1])) {
        break;
      }
    }
    if (digits.size() >= 13 && digits.size() <= 19 && luhn(digits)) {
      out += "[card]";
      i = end;
    } else {
      out += text[i++];
    }
  }
  text = std::move(out);
}

void mask_homes(std::string& text) {
  static const RE2 home =
      model::pattern(R"(/(?:home|Users)/[^/\s:"'`]+|\b[A-Za-z]:\\+Users\\+[^\\\s:"'`]+|(^|[\s=:'"/])/root\b)");
  RE2::GlobalReplace(&text, home, "\\1~");
}

std::string without_forms(std::string_view text) {
  std::string out = visible_text(text);
  model::mask_forms(out);
  return out;
}

void finish(std::string& text) {
  mask_cards(text);
  mask_random_runs(text);
  mask_homes(text);
}

/// Whether the name of a property holds data: a key such as "customer:28", but not an identifier such as "utf8".
bool is_data(std::string_view name) {
  std::size_t run = 0;
  bool digit = false;
  bool separator = false;
  for (const char c : name) {
    digit |= is_digit(c);
    run = is_digit(c) ? run + 1 : 0;
    separator |= !(is_digit(c) || is_lower(c) || is_upper(c) || c == '_' || c == '$');
    if (run >= 4) {
      return true;
    }
  }
  return digit && separator;
}

std::string mask_text(const std::string& text, TextKind kind) {
  switch (kind) {
    case TextKind::words:
      return mask_secrets(text);
    case TextKind::code:
      return mask_code(text);
    case TextKind::key:
      return mask_key(text);
    case TextKind::event:
      return fold_data(mask_secrets(text));
    case TextKind::data_key:
      return "*";
    case TextKind::fixed:
      break;
  }
  return text;
}

}  // namespace

void prepare_secret_filter() {
  static_cast<void>(mask_secrets("(array) Map @1 /node_modules/a/b.js:1:2 system / Context"));
}

namespace {

/// Masks until nothing changes: a mask can be the name before the next value, as in "[secret]:value".
template <class MaskNamed>  // void(std::string&)
std::string masked(std::string_view text, MaskNamed mask_named) {
  constexpr int kMostTimes = 4;
  std::string out(text);
  for (int i = 0; i < kMostTimes; ++i) {
    std::string next = without_forms(out);
    mask_named(next);
    finish(next);
    if (next == out) {
      break;
    }
    out = std::move(next);
  }
  return out;
}

}  // namespace

std::string mask_secrets(std::string_view text) { return masked(text, model::mask_named); }

std::string mask_key(std::string_view name) {
  const std::string masked = mask_secrets(name);
  return is_data(masked) ? fold_data(masked) : masked;
}

std::string mask_code(std::string_view line) { return masked(line, model::mask_named_in_code); }

std::size_t texts::data_key_step(const ReportSuspect& suspect) {
  const std::vector<ReportPathStep>& path = suspect.path;
  std::size_t found = path.size();
  if (suspect.kind != "object-growth") {
    return found;
  }
  // The last edge of the path that names a property of a plain object, up to the growing objects.
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::string& owner = path[i - 1].node;
    if (path[i].edge_type == EdgeType::property && (owner == "Object" || owner.starts_with("{"))) {
      found = i;
      if (path[i].node == suspect.constructor) {
        break;
      }
    }
  }
  return found;
}

void redact(RcaReport& report) {
  for_each_text(report, [](std::string& text, TextKind kind) { text = mask_text(text, kind); });
}

}  // namespace heapdiff
