#include "io/text_window.h"

#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace heapdiff::io {
namespace {

constexpr std::size_t kWindowBytes = std::size_t{64} << 10U;

}  // namespace

struct TextWindow::Hash {
  Hash() : state(XXH3_createState()) {
    if (state == nullptr) {
      throw Error(ErrorKind::limit, "out of memory: digest");
    }
    XXH3_128bits_reset(state);
  }
  ~Hash() { XXH3_freeState(state); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  XXH3_state_t* state;
};

TextWindow::TextWindow(ByteSource& source, std::string name, ProgressListener* progress)
    : source_(source),
      name_(std::move(name)),
      progress_(progress),
      hash_(std::make_unique<Hash>()),
      buffer_(kWindowBytes) {
  at_ = end_ = buffer_.data();
}

TextWindow::~TextWindow() = default;

std::size_t TextWindow::read_raw(char* out, std::size_t capacity) {
  const std::size_t n = source_.read({out, capacity});
  XXH3_128bits_update(hash_->state, out, n);
  read_ += n;
  return n;
}

bool TextWindow::refill() {
  const std::size_t n = read_raw(buffer_.data(), buffer_.size());
  at_ = buffer_.data();
  end_ = at_ + n;
  return n != 0;
}

std::size_t TextWindow::take(char* out, std::size_t capacity) {
  const std::size_t available = std::min(capacity, static_cast<std::size_t>(end_ - at_));
  if (available != 0) {
    std::memcpy(out, at_, available);
    at_ += available;
    return available;
  }
  return read_raw(out, capacity);
}

void TextWindow::give_back(const char* bytes, std::size_t n) {
  // The bytes that are still in the window follow those given back.
  const auto rest = static_cast<std::size_t>(end_ - at_);
  if (n + rest > buffer_.size()) {
    std::vector<char> larger(n + rest);
    std::memcpy(larger.data() + n, at_, rest);
    buffer_.swap(larger);
  } else {
    std::memmove(buffer_.data() + n, at_, rest);
  }
  std::memcpy(buffer_.data(), bytes, n);
  at_ = buffer_.data();
  end_ = at_ + n + rest;
}

void TextWindow::gather(std::size_t n) {
  std::array<char, kMostAhead> bytes;
  std::size_t have = 0;
  while (have < n) {
    const std::size_t taken = take(bytes.data() + have, n - have);
    if (taken == 0) {
      break;
    }
    have += taken;
  }
  give_back(bytes.data(), have);
}

void TextWindow::report(std::string_view phase) {
  if (progress_ != nullptr) {
    progress_->on_progress(phase, source_.stored_bytes_read(), source_.stored_size_bytes());
  }
}

std::string TextWindow::digest() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash_->state));
  std::string hex;
  for (const unsigned char byte : canonical.digest) {
    hex += fmt::format("{:02x}", byte);
  }
  return hex;
}

}  // namespace heapdiff::io
