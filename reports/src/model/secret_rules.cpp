#include "model/secret_rules.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "model/pattern.h"

#include <algorithm>
#include <array>
#include <memory>
#include <re2/re2.h>
#include <string_view>
#include <vector>

namespace heapdiff::model {

namespace {

struct Rule {
  Rule(std::string_view text, const char* replacement) : form(pattern(text)), mask(replacement) {}
  RE2 form;
  std::string mask;  ///< \1 keeps the first group
};
using Rules = std::vector<std::unique_ptr<Rule>>;

void add(Rules& rules, std::string_view text, const char* mask) { rules.push_back(std::make_unique<Rule>(text, mask)); }

void apply(std::string& text, const Rules& rules) {
  for (const auto& rule : rules) {
    RE2::GlobalReplace(&text, rule->form, rule->mask);
  }
}

/// Secrets that have a form of their own. A star is what fold_data() makes of a part with digits.
const Rules& forms() {
  static const Rules rules = [] {
    Rules r;
    add(r, R"(-----BEGIN [A-Z ]*PRIVATE KEY-----(.*-----END [A-Z ]*PRIVATE KEY-----|.*))", "[private key]");
    add(r, R"(eyJ[A-Za-z0-9_*-]{5,}\.[A-Za-z0-9_*-]{5,}(\.[A-Za-z0-9_*-]*)?)", "[token]");
    add(r, R"((?i)\b(bearer|basic|digest|negotiate)[ +]+[A-Za-z0-9._~+/=-]{6,})", "\\1 [token]");
    add(r, R"((AKIA|ASIA|AROA|AIDA|AGPA)[A-Z0-9*]{12,})", "[key]");
    add(r, R"(gh[pousr]_[A-Za-z0-9*]{16,}|github_pat_[A-Za-z0-9_*]{16,}|gl(pat|rt|dt|cbt)-[A-Za-z0-9_*-]{10,})",
        "[token]");
    add(r, R"(xox[abeoprs]-[A-Za-z0-9*-]{8,}|xapp-[A-Za-z0-9*-]{8,})", "[token]");
    add(r, R"((sk|pk|rk|whsec)_(live_|test_)?[A-Za-z0-9*]{10,}|sk-[A-Za-z0-9_*-]{16,})", "[key]");
    add(r, R"(AIza[A-Za-z0-9_*-]{20,}|ya29\.[A-Za-z0-9_*-]{10,}|1//0[A-Za-z0-9_*-]{10,})", "[key]");
    add(r,
        R"((npm|hf|dop_v1|doo_v1|shpat|shpss|shpca|lin_api|dapi|figd|ntn|sbp|r8|pul|tfp|vercel|rnd|phc)_?[A-Za-z0-9*]{24,})",
        "[token]");
    add(r, R"(pypi-[A-Za-z0-9_*-]{16,}|SG\.[A-Za-z0-9_*-]{8,}\.[A-Za-z0-9_*-]{8,}|EAA[A-Za-z0-9*]{20,})", "[token]");
    add(r, R"(\b[0-9]{8,10}:AA[A-Za-z0-9_*-]{20,})", "[token]");
    add(r, R"(hooks\.slack\.com/services/[A-Za-z0-9*/]+)", "hooks.slack.com/services/[secret]");
    // In a URL: the user and the values of the query, and a token in the part behind #.
    add(r, R"(([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@\s"'`<>]*@)", "\\1[user]@");
    // Names are cut at a length: the @ may have been behind the cut.
    add(r, R"(([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@\s"'`<>:…]*:[^/?#@\s"'`<>…]*…)", "\\1[user]…");
    add(r, R"([\w.+%'-]+(@|%40)[\w.-]*…)", "[e-mail]…");
    add(r, R"(\b[\w.%+-]{1,64}:[^\s:/@"'`<>|]{1,128}@([\w-]{1,64}(\.[\w-]{1,64})*:[0-9]{2,5}\b))", "[user]@\\1");
    add(r, R"(([?&;][\w.\[\]%~-]{1,64}=)[^&#;\s"'`<>)]+)", "\\1[value]");
    add(r, R"((?i)(#[\w.-]{0,32}(?:token|code|key|secret|password|session)=)[^&#;\s"'`<>)]+)", "\\1[value]");
    add(r, R"([\w.+%'\x{80}-\x{10FFFF}-]+(@|%40)[\w\x{80}-\x{10FFFF}-]+(\.[\w\x{80}-\x{10FFFF}-]+)*\.[\p{L}]{2,})",
        "[e-mail]");
    add(r, R"((?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", "[uuid]");
    add(r, R"(\b[A-Z]{2}[0-9]{2}( [A-Z0-9]{4}){3,7}( [A-Z0-9]{1,4})?\b)", "[account]");
    add(r, R"(\b[A-Z]{2}[0-9]{2}[A-Z]{0,4}[0-9]{8,26}\b)", "[account]");
    add(r, R"(\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b)", "[number]");
    add(r, R"(\+[0-9]{1,3}[ .-]?(\([0-9]{1,4}\)[ .-]?)?[0-9]{2,5}([ .-]?[0-9]{2,4}){2,4}\b)", "[telephone]");
    return r;
  }();
  return rules;
}

/// A value: up to a blank, a quote or a separator. A mask is a value too, so that masking twice changes nothing.
constexpr const char* kValue = R"re((?:\[[a-z -]+\]|[^\s"'`,;&|<>]+))re";
/// Between a name and its value: "=", ": ", "\":\"".
constexpr const char* kIs = R"re((?:\\*["'])?\]?\s?[=:]\s?(?:\\*["'])?)re";

/// Secrets that are known by the name before them.
const Rules& named() {
  static const Rules rules = [] {
    Rules r;
    const std::string value = kValue;
    const std::string is = kIs;
    // Names of secrets, whatever separates them from the value.
    add(r,
        R"re((?i)((?:password|passwd|passwort|kennwort|passphrase|passcode|pwd|[_.-]pass|secret|credentials?)re"
        R"re(|(?:api|access|private|secret|encryption|encrypt|master|account|signing|signature|shared|shared[_-]?access)re"
        R"re(|session|jwt|cipher|hmac|webhook|service[_-]?role|deploy|license|storage|admin|root|ssh|subscription)[_-]?key)re"
        R"re(|(?:auth|access|refresh|id|csrf|xsrf|private|bearer|deploy|bot|api|security|session|device|reset|ci|job)[_-]?token)re"
        R"re(|session[_-]?id|sessid)(?:[_-]?(?:key|base|token|value|hash))*)re" +
            is + ")" + value,
        "\\1[secret]");
    add(r,
        R"re((?i)((?:token|jwt|session|sessionid|session_id|sid|auth|authorization|cookie|signature|sig|pin|otp)=(?:\\*["'])?))re" +
            value,
        "\\1[secret]");
    add(r, R"re((?i)((?:^|[^A-Za-z0-9])(?:pw|pass|mfa|totp|cvv|cvc)(?:\\*["'])?\s?=\s?(?:\\*["'])?))re" + value,
        "\\1[secret]");
    add(r, R"re((?i)((?:^|[^A-Za-z0-9])pw:\s?)re" + std::string(")") + value, "\\1[secret]");
    add(r, R"re((?i)((?:token|jwt|session|sid|auth|cookie|otp|pin):)[A-Za-z_.-]*[0-9][^\s"'`,;&|<>]*)re",
        "\\1[secret]");
    // Headers: a blank follows the colon, and cookies have several values.
    add(r, R"re((?i)(\b(?:set-)?cookie:\s)[^\r\n"'`<>]+)re", "\\1[secret]");
    add(r,
        R"re((?i)(\b(?:[\w-]+-)?authorization:\s?(?:(?:token|apikey|key|bearer|basic|digest|negotiate)\s+)?))re" +
            value,
        "\\1[secret]");
    add(r, R"re((?i)(\bx-[\w-]{0,32}(?:token|key|secret|auth|password|signature|session)[\w-]{0,16}:\s?))re" + value,
        "\\1[secret]");
    // Command lines.
    add(r, R"re((?i)((?:^|[\s"'`({\[,:/@])--?(?:token|password|passwd|pass|secret|api-key|auth)[\s=])[^\s-]\S*)re",
        "\\1[secret]");
    add(r, R"re(((?:^|[\s"'`(\[])(?:-u|--user)[\s=]?)[^\s:"'`/]+:[^\s"'`]+)re", "\\1[user]");
    add(r,
        R"re((?i)((?:sshpass|mysql\w*|mariadb\w*|psql|mongo\w*|redis-cli|ldap\w*|kinit|7z)\b[^|;&]{0,200}?\s-[pawW]\s?)re"
        R"re()[^\s"'`-][^\s"'`]*)re",
        "\\1[secret]");
    add(r, R"re(((?:^|\s)-p)(?:[A-Za-z]+[0-9!@#$%^*+][^\s"'`=/,:]{2,}|[A-Z][^\s"'`=/,:]{3,}))re", "\\1[secret]");
    return r;
  }();
  return rules;
}

/// Words that follow "password" in the sentences of programs. What else follows it may be the password.
constexpr std::array<std::string_view, 84> kWordsAfterPassword = {
    "a",        "an",     "and",    "are",     "as",      "at",      "attempt",  "based",      "be",       "been",
    "box",      "by",     "can",    "cannot",  "change",  "changed", "check",    "confirm",    "contains", "correct",
    "did",      "does",   "empty",  "entry",   "expired", "failed",  "field",    "for",        "form",     "from",
    "given",    "has",    "hash",   "hashing", "have",    "history", "in",       "incorrect",  "input",    "invalid",
    "is",       "length", "list",   "manager", "matches", "may",     "mismatch", "missing",    "must",     "needed",
    "not",      "of",     "off",    "on",      "or",      "policy",  "prompt",   "protected",  "provided", "recovery",
    "required", "reset",  "resets", "rules",   "set",     "should",  "store",    "strength",   "text",     "that",
    "the",      "to",     "too",    "type",    "unknown", "update",  "used",     "validation", "was",      "were",
    "when",     "will",   "with",   "wrong"};

bool is_common_word(std::string_view word) {
  std::string lower;
  for (const char c : word) {
    if (ascii::is_upper(c)) {
      lower += static_cast<char>(c - 'A' + 'a');
    } else if (ascii::is_lower(c)) {
      lower += c;
    } else if (std::string_view(".,:;!?)]}").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return std::find(kWordsAfterPassword.begin(), kWordsAfterPassword.end(), lower) != kWordsAfterPassword.end();
}

/// "the passphrase is correct horse": masks the word behind, unless it is one that sentences about passwords have.
void mask_spoken(std::string& text) {
  static const RE2 spoken = pattern(
      R"re((?i)(?:^|[^\w-])(?:password|passwort|kennwort|passphrase|passcode)(?:\s+(?:is|was|ist|lautet|to))?\s+(?:["'])?)re"
      R"re(([^\s"'`,;&|<>()\[\]{}=:]{3,}))re");
  re2::StringPiece rest(text);
  re2::StringPiece word;
  std::string out;
  std::size_t copied = 0;
  while (RE2::FindAndConsume(&rest, spoken, &word)) {
    if (is_common_word({word.data(), word.size()})) {
      continue;
    }
    const auto at = static_cast<std::size_t>(word.data() - text.data());
    out.append(text, copied, at - copied);
    out += "[secret]";
    copied = at + word.size();
  }
  if (copied > 0) {
    text = out.append(text, copied);
  }
}

/// In source text only a literal is a secret.
const Rules& named_literals() {
  static const Rules rules = [] {
    Rules r;
    add(r,
        R"re((?i)((?:pass|passwd|password|passphrase|passwort|kennwort|pwd|secret|token|api_?key|access_?key|private_?key)re"
        R"re(|encryption_?key|master_?key|signing_?key|account_?key|credential|auth|cookie|session_?id)re"
        R"re()\w*["'\]]*\s*[=:]\s*["'`])[^"'`]{4,}(["'`]))re",
        "\\1[secret]\\2");
    return r;
  }();
  return rules;
}

/// Whether any rule for names can apply. One search in place of twelve: most texts have no such word.
bool may_name_a_secret(const std::string& text) {
  static const RE2 hint = pattern(
      R"re((?i)pass|kennwort|pwd|secret|cred|key|token|jwt|sess|sid|auth|cookie|sig|pin|otp|pw|mfa|cvv|cvc|x-|-u|-p|-a|-w|)re"
      R"re(--user)re");
  return RE2::PartialMatch(text, hint);
}

}  // namespace

void mask_forms(std::string& text) { apply(text, forms()); }

void mask_named(std::string& text) {
  if (may_name_a_secret(text)) {
    apply(text, named());
    mask_spoken(text);
  }
}

void mask_named_in_code(std::string& line) {
  apply(line, named_literals());
  if (!may_name_a_secret(line)) {
    return;
  }
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (c == '/' && i + 1 < line.size() && (line[i + 1] == '/' || line[i + 1] == '*')) {
      std::string comment = line.substr(i);
      mask_named(comment);
      out += comment;
      break;
    }
    if (c != '"' && c != '\'' && c != '`') {
      out += c;
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < line.size() && line[end] != c) {
      end += line[end] == '\\' ? 2U : 1U;
    }
    end = std::min(end, line.size());
    std::string inside = line.substr(i + 1, end - i - 1);
    mask_named(inside);
    out += c + inside;
    i = end;
    if (i < line.size()) {
      out += line[i++];
    }
  }
  line = std::move(out);
}

}  // namespace heapdiff::model
