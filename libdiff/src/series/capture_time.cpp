// A name is scanned for digit runs: a date is followed by a time, whatever separates their parts. Node's own names are
// read first, because their process id looks like a fraction of a second.

#include "heapdiff/diff/capture_time.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>

namespace heapdiff {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kYear2262 = 9'214'646'400;  ///< in seconds

using ascii::is_digit;

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// A cursor over a text. Each step leaves it where it was when it fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool at_digit() const { return at_ < text_.size() && is_digit(text_[at_]); }
  [[nodiscard]] std::size_t digits_ahead() const {
    std::size_t n = 0;
    while (at_ + n < text_.size() && is_digit(text_[at_ + n])) {
      ++n;
    }
    return n;
  }

  /// Exactly `count` digits, at most 18.
  std::optional<std::int64_t> digits(std::size_t count) {
    if (digits_ahead() < count || count == 0 || count > 18) {
      return std::nullopt;
    }
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value * 10 + (text_[at_ + i] - '0');
    }
    at_ += count;
    return value;
  }

  bool one_of(std::string_view characters) {
    if (at_ < text_.size() && characters.find(text_[at_]) != std::string_view::npos) {
      ++at_;
      return true;
    }
    return false;
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_).starts_with(expected)) {
      at_ += expected.size();
      return true;
    }
    return false;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

struct Civil {
  std::int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  std::int64_t fraction_ns = 0;
};

/// Seconds since 1970 of a real date and time; local when `utc` is not set.
std::optional<std::int64_t> seconds_of(const Civil& c, bool utc) {
  if (c.year < 1970 || c.year > 2261 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31 || c.hour > 23 ||
      c.minute > 59 || c.second > 60) {
    return std::nullopt;
  }
  std::tm tm{};
  tm.tm_year = static_cast<int>(c.year - 1900);
  tm.tm_mon = static_cast<int>(c.month - 1);
  tm.tm_mday = static_cast<int>(c.day);
  tm.tm_hour = static_cast<int>(c.hour);
  tm.tm_min = static_cast<int>(c.minute);
  tm.tm_sec = static_cast<int>(c.second);
  tm.tm_isdst = -1;
  std::tm day{};
  day.tm_year = tm.tm_year;
  day.tm_mon = tm.tm_mon;
  day.tm_mday = tm.tm_mday;
  timegm(&day);
  if (day.tm_mday != static_cast<int>(c.day)) {
    return std::nullopt;  // February 30 became March 2
  }
  return static_cast<std::int64_t>(utc ? timegm(&tm) : std::mktime(&tm));
}

/// Nanoseconds since 1970 of a real date and time, local when `east` is not known. They fit until 2262, and both ends
/// are ends in UTC, so that what is printed can be read.
std::optional<std::int64_t> time_of(const Civil& c, std::optional<std::int64_t> east) {
  const auto seconds = seconds_of(c, east.has_value());
  const std::int64_t utc = seconds.value_or(-1) - east.value_or(0);
  return seconds && utc >= 0 && utc < kYear2262 ? std::optional(utc * kSecond + c.fraction_ns) : std::nullopt;
}

/// "Z", "+01:00", "-0330" as seconds east of UTC. A minus needs its colon where `strict`, as names continue with "-".
std::optional<std::int64_t> offset(Scanner& scan, bool strict) {
  const Scanner start = scan;
  if (scan.one_of("Zz")) {
    return 0;
  }
  const bool plus = scan.one_of("+");
  if (!plus && !scan.one_of("-")) {
    return std::nullopt;
  }
  const auto hours = scan.digits(2);
  const bool colon = hours && scan.one_of(":");
  const auto minutes = hours ? scan.digits(2) : std::nullopt;
  if (!minutes || *hours > 23 || *minutes > 59 || scan.at_digit() || (strict && !plus && !colon)) {
    scan = start;
    return std::nullopt;
  }
  return (plus ? 1 : -1) * (*hours * 60 + *minutes) * 60;
}

/// 3, 6 or 9 digits behind a separator, in nanoseconds.
std::int64_t fraction(Scanner& scan) {
  const Scanner start = scan;
  const std::size_t count = scan.one_of(".,-_") ? scan.digits_ahead() : 0;
  if (count != 3 && count != 6 && count != 9) {
    scan = start;
    return 0;
  }
  std::int64_t value = *scan.digits(count);
  for (std::size_t i = count; i < 9; ++i) {
    value *= 10;
  }
  return value;
}

/// Date and time at the cursor, with any separators or none.
std::optional<std::int64_t> date_and_time(Scanner scan) {
  Civil c;
  const auto part = [&](std::int64_t& into, std::string_view separators) {
    scan.one_of(separators);
    const auto value = scan.digits(2);
    into = value.value_or(0);
    return value.has_value();
  };
  const auto year = scan.digits(4);
  if (!year || *year < 1970 || *year > 2199 || !part(c.month, "-_./") || !part(c.day, "-_./")) {
    return std::nullopt;
  }
  c.year = *year;
  if (!part(c.hour, "Tt _-.") || !part(c.minute, ":-_.") || !part(c.second, ":-_.")) {
    return std::nullopt;
  }
  if (scan.at_digit()) {
    // YYYYMMDDHHMMSSmmm in one run, or a longer number that is no time.
    if (scan.digits_ahead() != 3) {
      return std::nullopt;
    }
    c.fraction_ns = *scan.digits(3) * 1'000'000;
  } else {
    c.fraction_ns = fraction(scan);
  }
  return time_of(c, offset(scan, true));
}

/// A whole run of digits that counts from 1970, between 2001 and 2100.
std::optional<std::int64_t> since_1970(Scanner scan) {
  const std::size_t count = scan.digits_ahead();
  std::int64_t unit = 0;
  switch (count) {
    case 10:
      unit = kSecond;
      break;
    case 13:
      unit = 1'000'000;
      break;
    case 16:
      unit = 1'000;
      break;
    case 19:
      unit = 1;
      break;
    default:
      return std::nullopt;
  }
  // 19 digits are read without the last one, so that they cannot overflow.
  const std::int64_t value = *scan.digits(std::min<std::size_t>(count, 18));
  const std::int64_t step = count == 19 ? 10 : unit;
  constexpr std::int64_t kYear2001 = 978'307'200;
  constexpr std::int64_t kYear2100 = 4'102'444'800;
  const std::int64_t seconds = value / (kSecond / step);
  return seconds >= kYear2001 && seconds < kYear2100 ? std::optional(value * step) : std::nullopt;
}

/// `Heap.YYYYMMDD.HHMMSS.PID.TID.SEQ.heapsnapshot`.
struct NodeName {
  std::int64_t ns = 0;
  std::uint64_t sequence = 0;
};

std::optional<NodeName> node_name(std::string_view name) {
  Scanner scan(name);
  if (!scan.word("Heap.")) {
    return std::nullopt;
  }
  const Scanner date = scan;
  const bool dated = scan.digits(8) && scan.one_of(".") && scan.digits(6) && scan.one_of(".");
  const auto number = [&] { return scan.digits(scan.digits_ahead()); };
  if (!dated || !number() || !scan.one_of(".") || !number() || !scan.one_of(".")) {
    return std::nullopt;
  }
  const auto sequence = number();
  if (!sequence || !scan.word(".heapsnapshot")) {
    return std::nullopt;
  }
  const auto ns = date_and_time(Scanner(name.substr(0, date.at() + 15), date.at()));
  return ns ? std::optional(NodeName{*ns, static_cast<std::uint64_t>(*sequence)}) : std::nullopt;
}

/// `heapdump-SECONDS.MICROSECONDS`, of a clock that only runs forwards.
std::optional<std::int64_t> heapdump_time(std::string_view name) {
  Scanner scan(name);
  if (!scan.word("heapdump-")) {
    return std::nullopt;
  }
  const std::size_t count = scan.digits_ahead();
  const auto seconds = count <= 9 ? scan.digits(count) : std::nullopt;
  const auto micros =
      seconds && scan.one_of(".") && scan.digits_ahead() <= 6 ? scan.digits(scan.digits_ahead()) : std::nullopt;
  return micros ? std::optional(*seconds * kSecond + *micros * 1000) : std::nullopt;
}

}  // namespace

std::optional<NameTime> time_from_name(std::string_view path) {
  const std::string_view name = base_name(path);
  if (const auto node = node_name(name)) {
    return NameTime{node->ns, true};
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_digit(name[i]) || (i > 0 && is_digit(name[i - 1]))) {
      continue;
    }
    if (const auto ns = date_and_time(Scanner(name, i))) {
      return NameTime{*ns, true};
    }
    if (const auto ns = since_1970(Scanner(name, i))) {
      return NameTime{*ns, true};
    }
  }
  if (const auto ns = heapdump_time(name)) {
    return NameTime{*ns, false};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> sequence_from_name(std::string_view path) {
  const auto node = node_name(base_name(path));
  return node ? std::optional(node->sequence) : std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Scanner scan(text);
  if (scan.digits_ahead() == text.size()) {
    if (const auto ns = since_1970(scan); ns && text.size() == 13) {
      return ns;
    }
    const auto seconds = text.size() <= 10 ? scan.digits(text.size()) : std::nullopt;
    return seconds && *seconds < kYear2262 ? std::optional(*seconds * kSecond) : std::nullopt;
  }
  Civil c;
  const auto part = [&](std::int64_t& into, std::size_t digits) {
    const auto value = scan.digits(digits);
    into = value.value_or(0);
    return value.has_value();
  };
  if (!part(c.year, 4) || !scan.one_of("-") || !part(c.month, 2) || !scan.one_of("-") || !part(c.day, 2) ||
      !scan.one_of("Tt ") || !part(c.hour, 2) || !scan.one_of(":") || !part(c.minute, 2)) {
    return std::nullopt;
  }
  if (scan.one_of(":")) {
    if (!part(c.second, 2)) {
      return std::nullopt;
    }
    if (scan.one_of(".")) {
      const std::size_t count = scan.digits_ahead();
      const auto value = count <= 9 ? scan.digits(count) : std::nullopt;
      if (!value) {
        return std::nullopt;
      }
      c.fraction_ns = *value;
      for (std::size_t i = count; i < 9; ++i) {
        c.fraction_ns *= 10;
      }
    }
  }
  const auto east = offset(scan, false);
  if (!scan.at_end()) {
    return std::nullopt;
  }
  return time_of(c, east);
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) {
    ++end;
  }
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + end, value, std::chars_format::fixed);
  const std::string_view unit = text.substr(end);
  if (error != std::errc() || at != text.data() + end || end == 0 || !is_digit(text[0]) || !is_digit(text[end - 1])) {
    return std::nullopt;
  }
  double seconds = 0;
  if (unit == "ms") {
    seconds = 1e-3;
  } else if (unit == "s") {
    seconds = 1;
  } else if (unit == "m" || unit == "min") {
    seconds = 60;
  } else if (unit == "h") {
    seconds = 3600;
  } else if (unit == "d") {
    seconds = 86400;
  }
  const double ns = value * seconds * 1e9;
  return ns >= 1 && ns < 9e18 ? std::optional(static_cast<std::int64_t>(std::llround(ns))) : std::nullopt;
}

std::string format_time(std::int64_t ns) {
  // Rounded down. The seconds of the earliest time, in nanoseconds again, would overflow.
  const std::int64_t rest = ns % kSecond < 0 ? ns % kSecond + kSecond : ns % kSecond;
  const auto seconds = static_cast<std::time_t>(ns / kSecond - (ns % kSecond < 0 ? 1 : 0));
  const std::int64_t ms = rest / 1'000'000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  const std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", tm.tm_year + 1900, tm.tm_mon + 1,
                                       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
  return ms == 0 ? text + "Z" : fmt::format("{}.{:03}Z", text, ms);
}

}  // namespace heapdiff
