#include "commits/git_output.h"

#include "heapdiff/diff/capture_time.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

namespace heapdiff::commits {
namespace {

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Seconds since 1970 that a repository names may be any number: no time has more nanoseconds than fit.
std::int64_t seconds_of(std::string_view text) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  return std::clamp<std::int64_t>(number<std::int64_t>(text), -kMost, kMost);
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<BlamedLine> parse_porcelain(std::string_view text) {
  BlamedLine blamed;
  for (const std::string_view line : split(text, '\n')) {
    const auto value = [&](std::string_view key) -> std::optional<std::string_view> {
      if (line.substr(0, key.size()) != key || line.size() <= key.size() || line[key.size()] != ' ') {
        return std::nullopt;
      }
      return line.substr(key.size() + 1);
    };
    if (blamed.commit.id.empty()) {
      const auto words = split(line, ' ');
      if (words.size() < 3 || words[0].size() < 40) {
        return std::nullopt;
      }
      blamed.commit.id = words[0];
      blamed.commit.line = number<std::uint32_t>(words[1]);
    } else if (!line.empty() && line.front() == '\t') {
      break;
    } else if (const auto time = value("author-time")) {
      blamed.commit.author_s = seconds_of(*time);
    } else if (const auto subject = value("summary")) {
      blamed.commit.subject = *subject;
    } else if (const auto file = value("filename")) {
      blamed.commit.file = *file;
    } else if (const auto previous = value("previous")) {
      const std::size_t space = previous->find(' ');
      blamed.previous = previous->substr(0, space);
      blamed.previous_file = space == std::string_view::npos ? std::string_view() : previous->substr(space + 1);
    } else if (line == "boundary") {
      blamed.boundary = true;
    }
  }
  if (blamed.commit.file.empty()) {
    return std::nullopt;
  }
  blamed.commit.author_date = format_time(blamed.commit.author_s * 1'000'000'000);
  return blamed;
}

std::vector<CommitCandidate> parse_log(std::string_view text, const std::string& file) {
  std::vector<CommitCandidate> found;
  for (const std::string_view entry : split(text, '\x01')) {
    const auto fields = split(entry, '\x02');
    if (fields.size() < 3) {
      continue;
    }
    CommitCandidate commit;
    commit.id = trim(fields[0]);
    commit.author_s = seconds_of(fields[1]);
    commit.subject = fields[2];
    commit.file = file;
    commit.author_date = format_time(commit.author_s * 1'000'000'000);
    found.push_back(std::move(commit));
  }
  return found;
}

std::optional<std::pair<unsigned, unsigned>> git_version(std::string_view text) {
  constexpr std::string_view kLead = "git version ";
  if (!text.starts_with(kLead)) {
    return std::nullopt;
  }
  const auto parts = split(text.substr(kLead.size()), '.');
  if (parts.size() < 2) {
    return std::nullopt;
  }
  return std::pair(number<unsigned>(parts[0]), number<unsigned>(parts[1]));
}

}  // namespace heapdiff::commits
