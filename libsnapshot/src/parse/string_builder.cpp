#include "parse/string_builder.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "parse/ascii.h"
#include "parse/section_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace heapdiff::parse {
namespace {

using ascii::is_alphanumeric;
using ascii::is_digit;

/// Searches `text` for ` @digits` + `after` and returns the position behind it.
std::optional<std::size_t> find_id_then(std::string_view text, std::string_view after) {
  for (std::size_t at = text.find(" @"); at != std::string_view::npos; at = text.find(" @", at + 1)) {
    std::size_t p = at + 2;
    while (p < text.size() && is_digit(text[p])) {
      ++p;
    }
    if (p > at + 2 && text.substr(p).starts_with(after)) {
      return p + after.size();
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_quoted_version(std::string_view ahead) noexcept {
  constexpr std::size_t kMost = 30;
  ahead = ahead.substr(0, kMost);
  if (!ahead.starts_with("\"v")) {
    return false;
  }
  std::size_t at = 2;
  for (int part = 0; part < 3; ++part) {
    const std::size_t begin = at;
    while (at < ahead.size() && is_digit(ahead[at])) {
      ++at;
    }
    const char after = part < 2 ? '.' : '"';
    if (at == begin || at == ahead.size() || (ahead[at] != after && !(part == 2 && ahead[at] == '-'))) {
      return false;
    }
    at += part < 2 ? 1 : 0;
  }
  while (at < ahead.size() && (is_alphanumeric(ahead[at]) || ahead[at] == '-' || ahead[at] == '.')) {
    ++at;
  }
  return at < ahead.size() && ahead[at] == '"';
}

std::optional<std::uint64_t> ephemeron_table_id(std::string_view name) {
  static constexpr std::string_view kKey = " / part of key (";
  static constexpr std::string_view kValue = ") -> value (";
  static constexpr std::string_view kTable = ") pair in WeakMap (table @";
  std::size_t p = 0;
  while (p < name.size() && is_digit(name[p])) {
    ++p;
  }
  if (p == 0 || !name.substr(p).starts_with(kKey) || !name.ends_with(')')) {
    return std::nullopt;
  }
  if (name.find_first_of("\n\r") != std::string_view::npos || name.find("\u2028") != std::string_view::npos ||
      name.find("\u2029") != std::string_view::npos) {
    return std::nullopt;
  }
  const auto value = find_id_then(name.substr(p), kValue);
  if (!value || !find_id_then(name.substr(p + *value), kTable)) {
    return std::nullopt;
  }
  std::size_t digits = name.size() - 1;
  while (digits > 0 && is_digit(name[digits - 1])) {
    --digits;
  }
  const std::size_t length = name.size() - 1 - digits;
  if (length == 0 || length > 18 || !name.substr(0, digits).ends_with(kTable)) {
    return std::nullopt;
  }
  std::uint64_t id = 0;
  for (const char c : name.substr(digits, length)) {
    id = id * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return id;
}

StringBuilder::StringBuilder(const Limits& limits, const std::string& file, std::optional<std::uint64_t> input_bytes)
    : file_(file),
      // A byte that is not UTF-8 becomes three. Address space that nobody writes costs nothing.
      text_capacity_(input_bytes && *input_bytes < limits.max_string_bytes / 3 ? *input_bytes * 3 + 1
                                                                               : limits.max_string_bytes),
      capacity_(max_strings(input_bytes)),
      wanted_(static_cast<std::size_t>(capacity_)) {}

void StringBuilder::keep(std::uint64_t index, const std::string& text, std::uint64_t end_offset) {
  if (!text.empty() && is_digit(text.front())) {
    if (const auto table = ephemeron_table_id(text)) {
      ephemerons_.emplace_back(static_cast<std::uint32_t>(index), *table);
    }
  }
  for (std::size_t k = 0; k < kKnownNames.size(); ++k) {
    if (text == kKnownNames[k] && !known_[k]) {
      known_[k] = StringIndex(static_cast<std::uint32_t>(index));
    }
  }
  if (text_.empty()) {
    text_ = Column<char>(static_cast<std::size_t>(text_capacity_));
    ends_ = Column<std::uint32_t>(static_cast<std::size_t>(capacity_));
  }
  if (text_size_ + text.size() > text_capacity_) {
    throw Error(ErrorKind::limit, file_, end_offset,
                fmt::format("expected at most {} bytes of names in \"strings\"", text_capacity_));
  }
  std::memcpy(text_.data() + text_size_, text.data(), text.size());
  text_size_ += text.size();
  ends_[static_cast<std::size_t>(kept_++)] = static_cast<std::uint32_t>(text_size_);
}

StringTable StringBuilder::take(std::uint64_t count) {
  const auto words = static_cast<std::size_t>((count >> 6U) + 1);
  Column<std::uint32_t> rank(words);
  std::uint32_t total = 0;
  for (std::size_t w = 0; w < words; ++w) {
    rank[w] = total;
    total += w < wanted_.word_count() ? static_cast<std::uint32_t>(std::popcount(wanted_.word(w))) : 0;
  }
  return {count, std::move(wanted_), std::move(rank), std::move(ends_), std::move(text_), known_};
}

}  // namespace heapdiff::parse
