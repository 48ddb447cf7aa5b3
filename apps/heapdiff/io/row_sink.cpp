#include "io/row_sink.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace heapdiff {
namespace {

constexpr std::size_t kFlushAt = std::size_t{256} << 10U;

}  // namespace

RowSink::RowSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) { buffer_.reserve(kFlushAt * 2); }

void RowSink::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kFlushAt) {
    flush();
  }
}

void RowSink::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !closed_) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EPIPE) {
      closed_ = true;
    } else if (errno == EAGAIN) {
      pollfd ready{fd_, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      throw Error(ErrorKind::output, name_, std::nullopt, std::string("cannot write: ") + std::strerror(errno));
    }
  }
  buffer_.clear();
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace heapdiff
