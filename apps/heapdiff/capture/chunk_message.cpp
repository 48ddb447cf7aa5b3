#include "capture/chunk_message.h"

#include "heapdiff/snapshot/error.h"

#include <algorithm>

namespace heapdiff::capture {

namespace {

constexpr std::string_view kPrefix = R"({"method":"HeapProfiler.addHeapSnapshotChunk","params":{"chunk":")";
constexpr std::size_t kBufferBytes = std::size_t{1} << 16U;
constexpr std::size_t kMaxTailBytes = 256;  // the braces, and the name of a session

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

[[noreturn]] void refuse_chunk(const char* message) {
  throw Error(ErrorKind::input, std::string("inspector: ") + message);
}

}  // namespace

ChunkMessages::ChunkMessages(std::function<void(std::string_view)> message)
    : message_(std::move(message)), out_(kBufferBytes) {}

void ChunkMessages::flush() {
  if (filled_ != 0) {
    sink_->write({out_.data(), filled_});
    chunk_bytes_ += filled_;
    filled_ = 0;
  }
}

void ChunkMessages::put(char c) {
  if (filled_ == out_.size()) {
    flush();
  }
  out_[filled_++] = c;
}

void ChunkMessages::put_code_point(std::uint32_t code) {
  const auto continuation = [&](unsigned shift) { put(static_cast<char>(0x80U | ((code >> shift) & 0x3FU))); };
  if (code < 0x80) {
    put(static_cast<char>(code));
  } else if (code < 0x800) {
    put(static_cast<char>(0xC0U | (code >> 6U)));
    continuation(0);
  } else if (code < 0x10000) {
    put(static_cast<char>(0xE0U | (code >> 12U)));
    continuation(6);
    continuation(0);
  } else {
    put(static_cast<char>(0xF0U | (code >> 18U)));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

void ChunkMessages::keep(std::string_view piece) {
  if (kept_.size() + piece.size() > kMaxMessageBytes) {
    throw Error(ErrorKind::limit, "inspector: expected a message of at most 4 MiB, got a longer one");
  }
  kept_ += piece;
}

/// Blanks may stand between the parts of the prefix. They are kept, in case that the message is another one.
void ChunkMessages::feed_prefix(std::string_view& piece) {
  std::size_t i = 0;
  while (i < piece.size() && matched_ < kPrefix.size()) {
    const bool in_string =
        matched_ > 0 && std::count(kPrefix.begin(), kPrefix.begin() + static_cast<long>(matched_), '"') % 2 != 0;
    if (piece[i] == kPrefix[matched_]) {
      ++matched_;
    } else if (in_string || !is_blank(piece[i])) {
      at_ = At::other;
      break;
    }
    ++i;
  }
  keep(piece.substr(0, i));
  piece.remove_prefix(i);
  if (matched_ == kPrefix.size()) {
    if (sink_ == nullptr) {
      refuse_chunk("expected no piece of a snapshot, because none was asked for");
    }
    kept_.clear();
    at_ = At::text;
  }
}

void ChunkMessages::feed_text(std::string_view& piece) {
  std::size_t i = 0;
  while (i < piece.size()) {
    const std::size_t room = std::min(out_.size() - filled_, piece.size() - i);
    char* to = out_.data() + filled_;
    std::size_t n = 0;
    char c = 0;
    while (n < room) {
      c = piece[i + n];
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
        break;
      }
      to[n++] = c;
    }
    filled_ += n;
    i += n;
    if (n != 0 && high_surrogate_ != 0) {
      refuse_chunk("expected the second half of a character in a snapshot, got none");
    }
    if (n == room) {
      flush();
      continue;
    }
    ++i;
    if (c == '\\') {
      at_ = At::escape;
    } else if (c == '"' && high_surrogate_ == 0) {
      at_ = At::tail;
    } else {
      refuse_chunk("expected the text of a snapshot, got a character that has to be escaped");
    }
    break;
  }
  piece.remove_prefix(i);
}

void ChunkMessages::feed_escape(char c) {
  at_ = At::text;
  if (high_surrogate_ != 0 && c != 'u') {
    refuse_chunk("expected the second half of a character in a snapshot, got none");
  }
  switch (c) {
    case 'n':
      return put('\n');
    case '"':
    case '\\':
    case '/':
      return put(c);
    case 't':
      return put('\t');
    case 'r':
      return put('\r');
    case 'b':
      return put('\b');
    case 'f':
      return put('\f');
    case 'u':
      at_ = At::unicode;
      unicode_ = 0;
      digits_ = 0;
      return;
    default:
      refuse_chunk("expected an escaped character, got another one");
  }
}

void ChunkMessages::feed_unicode(char c) {
  const std::uint32_t digit = c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
                              : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a') + 10
                              : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A') + 10
                                                     : 16;
  if (digit == 16) {
    refuse_chunk("expected four hexadecimal digits after \\u");
  }
  unicode_ = unicode_ * 16 + digit;
  if (++digits_ < 4) {
    return;
  }
  at_ = At::text;
  constexpr std::uint32_t kReplacement = 0xFFFD;
  const bool low = unicode_ >= 0xDC00 && unicode_ < 0xE000;
  if (high_surrogate_ != 0) {
    put_code_point(low ? 0x10000 + ((high_surrogate_ - 0xD800) << 10U) + (unicode_ - 0xDC00) : kReplacement);
    high_surrogate_ = 0;
    if (low) {
      return;
    }
  }
  if (unicode_ >= 0xD800 && unicode_ < 0xDC00) {
    high_surrogate_ = unicode_;
  } else {
    put_code_point(low ? kReplacement : unicode_);
  }
}

void ChunkMessages::feed_tail(std::string_view& piece) {
  if (kept_.size() + piece.size() > kMaxTailBytes) {
    refuse_chunk("expected the end of a message after a piece of a snapshot, got more");
  }
  kept_ += piece;
  piece = {};
}

void ChunkMessages::end_of_message() {
  if (at_ == At::tail) {
    const std::size_t first = kept_.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || kept_[first] != '}') {
      refuse_chunk("expected the end of a message after a piece of a snapshot");
    }
    flush();
  } else if (at_ == At::other || at_ == At::prefix) {
    message_(kept_);
  } else {
    refuse_chunk("expected the rest of a piece of a snapshot, got the end of the message");
  }
  kept_.clear();
  matched_ = 0;
  at_ = At::prefix;
}

void ChunkMessages::feed(std::string_view piece, bool last) {
  while (!piece.empty()) {
    switch (at_) {
      case At::prefix:
        feed_prefix(piece);
        break;
      case At::text:
        feed_text(piece);
        break;
      case At::escape:
        feed_escape(piece.front());
        piece.remove_prefix(1);
        break;
      case At::unicode:
        feed_unicode(piece.front());
        piece.remove_prefix(1);
        break;
      case At::tail:
        feed_tail(piece);
        break;
      case At::other:
        keep(piece);
        piece = {};
        break;
    }
  }
  if (last) {
    end_of_message();
  }
}

}  // namespace heapdiff::capture
