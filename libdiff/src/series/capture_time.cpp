#include "heapdiff/diff/capture_time.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <regex>

namespace heapdiff {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::string base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::optional<std::int64_t> civil(const std::smatch& m, std::size_t first, bool utc) {
  const auto number = [&](std::size_t i) { return std::stoi(m[first + i].str()); };
  std::tm tm{};
  tm.tm_year = number(0) - 1900;
  tm.tm_mon = number(1) - 1;
  tm.tm_mday = number(2);
  tm.tm_hour = number(3);
  tm.tm_min = number(4);
  tm.tm_sec = number(5);
  tm.tm_isdst = -1;
  if (tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
      tm.tm_sec > 60 || tm.tm_year < 70) {
    return std::nullopt;
  }
  const std::tm asked = tm;
  const std::time_t seconds = utc ? timegm(&tm) : std::mktime(&tm);
  if (tm.tm_mday != asked.tm_mday) {
    return std::nullopt;  // February 30 became March 2
  }
  return static_cast<std::int64_t>(seconds) * kSecond;
}

}  // namespace

std::optional<std::int64_t> time_from_name(std::string_view path) {
  static const std::regex node(R"(Heap\.(\d{4})(\d\d)(\d\d)\.(\d\d)(\d\d)(\d\d)\.\d+\.\d+\.\d+\.heapsnapshot.*)");
  static const std::regex devtools(R"(Heap-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.heapsnapshot.*)");
  const std::string name = base_name(path);
  std::smatch m;
  if (std::regex_match(name, m, node) || std::regex_match(name, m, devtools)) {
    return civil(m, 1, false);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> sequence_from_name(std::string_view path) {
  static const std::regex node(R"(Heap\.\d{8}\.\d{6}\.\d+\.\d+\.(\d{1,18})\.heapsnapshot.*)");
  const std::string name = base_name(path);
  std::smatch m;
  if (!std::regex_match(name, m, node)) {
    return std::nullopt;
  }
  return std::stoull(m[1].str());
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  static const std::regex form(
      R"((\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?)");
  const std::string s(text);
  std::smatch m;
  if (!std::regex_match(s, m, form)) {
    const auto seconds = ascii::parse_number<std::int64_t>(text);
    return seconds && *seconds >= 0 && *seconds < 9'000'000'000 ? std::optional(*seconds * kSecond) : std::nullopt;
  }
  const bool zoned = m[8].matched || m[9].matched;
  std::string full = s.substr(0, 16) + (m[6].matched ? ":" + m[6].str() : ":00");
  static const std::regex plain(R"((\d{4})-(\d\d)-(\d\d).(\d\d):(\d\d):(\d\d))");
  std::smatch p;
  if (!std::regex_match(full, p, plain)) {
    return std::nullopt;
  }
  auto ns = civil(p, 1, zoned);
  if (!ns) {
    return std::nullopt;
  }
  if (m[7].matched) {
    std::string fraction = m[7].str();
    fraction.resize(9, '0');
    *ns += std::stoll(fraction);
  }
  if (m[9].matched) {
    const std::int64_t offset = (std::stoll(m[10].str()) * 60 + std::stoll(m[11].str())) * 60 * kSecond;
    *ns += m[9].str() == "+" ? -offset : offset;
  }
  return ns;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  static const std::regex form(R"((\d{1,9}(?:\.\d{1,6})?)(ms|s|m|min|h|d))");
  const std::string s(text);
  std::smatch m;
  if (!std::regex_match(s, m, form)) {
    return std::nullopt;
  }
  const std::string unit = m[2].str();
  const double seconds = unit == "ms" ? 1e-3 : unit == "s" ? 1 : unit == "h" ? 3600 : unit == "d" ? 86400 : 60;
  const double ns = std::stod(m[1].str()) * seconds * 1e9;
  return ns >= 1 && ns < 9e18 ? std::optional(static_cast<std::int64_t>(std::llround(ns))) : std::nullopt;
}

std::string format_time(std::int64_t ns) {
  const auto seconds = static_cast<std::time_t>(ns >= 0 ? ns / kSecond : (ns - kSecond + 1) / kSecond);
  const std::int64_t ms = (ns - static_cast<std::int64_t>(seconds) * kSecond) / 1'000'000;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  const std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", tm.tm_year + 1900, tm.tm_mon + 1,
                                       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
  return ms == 0 ? text + "Z" : fmt::format("{}.{:03}Z", text, ms);
}

}  // namespace heapdiff
