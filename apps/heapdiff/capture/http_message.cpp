#include "capture/http_message.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::capture {

namespace {

[[noreturn]] void refuse_answer(const std::string& message) {
  throw Error(ErrorKind::input, "HTTP: " + message, "The other end is no inspector.");
}

[[noreturn]] void refuse_size() { throw Error(ErrorKind::limit, "HTTP: expected a short answer, got a long one"); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The size that begins a chunk: "1f;extension".
std::optional<std::size_t> chunk_size(std::string_view line) {
  std::size_t size = 0;
  const std::string_view digits = trimmed(line.substr(0, line.find(';')));
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      return std::nullopt;
    }
    size = size * 16 + static_cast<std::size_t>(digit);
    if (size > kMaxBodyBytes) {
      refuse_size();
    }
  }
  return digits.empty() ? std::nullopt : std::optional(size);
}

}  // namespace

std::string_view ResponseHead::field(std::string_view name) const {
  const auto at = fields.find(std::string(name));
  return at == fields.end() ? std::string_view() : std::string_view(at->second);
}

bool ResponseHead::is_chunked() const { return lower(field("transfer-encoding")).ends_with("chunked"); }

std::optional<std::size_t> ResponseHead::content_length() const {
  const std::string_view text = field("content-length");
  if (text.empty()) {
    return std::nullopt;
  }
  const auto length = ascii::parse_number<std::uint64_t>(text);
  if (!length) {
    refuse_answer("expected a number as Content-Length");
  }
  if (*length > kMaxBodyBytes) {
    refuse_size();
  }
  return static_cast<std::size_t>(*length);
}

std::optional<std::size_t> end_of_head(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kMaxHeadBytes).find("\r\n\r\n");
  if (end != std::string_view::npos) {
    return end + 4;
  }
  if (bytes.size() >= kMaxHeadBytes) {
    refuse_size();
  }
  return std::nullopt;
}

ResponseHead parse_head(std::string_view head) {
  ResponseHead out;
  const std::size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view line = head.substr(0, line_end);
  const bool known = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ';
  const auto status = known ? ascii::parse_number<unsigned>(line.substr(9, 3)) : std::nullopt;
  if (!status || *status < 100) {
    refuse_answer("expected an answer of HTTP/1, got something else");
  }
  out.status = *status;
  head.remove_prefix(std::min(line_end + 2, head.size()));
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view field = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (field.empty()) {
      break;
    }
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      refuse_answer("expected a field with its name in the head of an answer");
    }
    out.fields[lower(field.substr(0, colon))] = trimmed(field.substr(colon + 1));
  }
  return out;
}

std::optional<std::string> parse_chunks(std::string_view bytes) {
  std::string body;
  while (true) {
    const std::size_t line_end = bytes.find("\r\n");
    if (line_end == std::string_view::npos) {
      return std::nullopt;
    }
    const auto size = chunk_size(bytes.substr(0, line_end));
    if (!size) {
      refuse_answer("expected the size of a chunk");
    }
    if (*size == 0) {
      return body;
    }
    bytes.remove_prefix(line_end + 2);
    if (bytes.size() < *size + 2) {
      return std::nullopt;
    }
    body += bytes.substr(0, *size);
    if (body.size() > kMaxBodyBytes) {
      refuse_size();
    }
    if (bytes.substr(*size, 2) != "\r\n") {
      refuse_answer("expected the end of a chunk");
    }
    bytes.remove_prefix(*size + 2);
  }
}

std::string request_for(std::string_view path, std::string_view host, std::string_view key) {
  std::string text = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n", path, host);
  if (key.empty()) {
    return text + "Accept: application/json\r\nConnection: close\r\n\r\n";
  }
  return text + fmt::format(
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: {}\r\n\r\n",
                    key);
}

}  // namespace heapdiff::capture
