#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/detail/ascii.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace heapdiff {

namespace {

using ascii::is_digit;
using ascii::is_letter;

/// "CET-1CEST", "UTC0", "<+03>-3": a name of three letters or more, or one in angle brackets, and an offset.
bool is_posix_form(std::string_view zone) {
  std::size_t at = 0;
  if (!zone.empty() && zone[0] == '<') {
    at = zone.find('>');
    if (at == std::string_view::npos || at < 4) {
      return false;
    }
    ++at;
  } else {
    while (at < zone.size() && is_letter(zone[at])) {
      ++at;
    }
    if (at < 3) {
      return false;
    }
  }
  if (at < zone.size() && (zone[at] == '+' || zone[at] == '-')) {
    ++at;
  }
  std::size_t digits = 0;
  int hours = 0;
  while (at < zone.size() && is_digit(zone[at]) && digits < 3) {
    hours = hours * 10 + (zone[at++] - '0');
    ++digits;
  }
  if (digits == 0 || digits > 2 || hours > 24) {
    return false;
  }
  // Minutes, the name of summer time and its rules.
  return std::all_of(zone.begin() + static_cast<std::ptrdiff_t>(at), zone.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == ':' || c == ',' || c == '.' || c == '/' || c == '+' || c == '-' ||
           c == '<' || c == '>';
  });
}

}  // namespace

bool is_known_zone(std::string_view zone) {
  if (zone == "UTC" || zone == "GMT" || is_posix_form(zone)) {
    return true;
  }
  const bool plain = !zone.empty() && zone.front() != '/' && zone.find("..") == std::string_view::npos &&
                     std::all_of(zone.begin(), zone.end(), [](char c) {
                       return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
                     });
  const char* folder = std::getenv("TZDIR");
  std::error_code error;
  return plain && std::filesystem::is_regular_file(
                      std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") / zone, error);
}

}  // namespace heapdiff
