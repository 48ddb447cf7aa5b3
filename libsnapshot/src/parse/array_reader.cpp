#include "parse/array_reader.h"

#include "heapdiff/internal/background_task.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/error.h"
#include "parse/ascii.h"
#include "parse/json_text.h"
#include "runtime/spin_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

namespace heapdiff::parse {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{128} << 10U;
constexpr std::size_t kMaxBlockBytes = std::size_t{16} << 20U;

// One comparison for 16 bytes at a time, on every processor that has such registers.
using Bytes16 = signed char __attribute__((vector_size(16)));

std::uint64_t count_commas(const char* p, std::size_t n) {
  std::uint64_t total = 0;
  while (n >= 16) {
    Bytes16 counts{};
    std::size_t steps = std::min<std::size_t>(n / 16, 127);
    n -= steps * 16;
    for (; steps != 0; --steps, p += 16) {
      Bytes16 chunk;
      std::memcpy(&chunk, p, sizeof chunk);
      counts -= chunk == ',';  // a match is -1
    }
    for (int i = 0; i < 16; ++i) {
      total += static_cast<std::uint64_t>(static_cast<unsigned char>(counts[i]));
    }
  }
  return total + static_cast<std::uint64_t>(std::count(p, p + n, ','));
}

using ascii::is_digit;
using ascii::is_space;

int byte_at(const ArrayBlock& block, const char* p) {
  return p < block.end || block.closed ? static_cast<unsigned char>(*p) : io::TextWindow::kEnd;
}

std::uint64_t offset_at(const ArrayBlock& block, const char* p) {
  return block.offset + static_cast<std::uint64_t>(p - block.begin);
}

[[noreturn]] void fail_at(const ArrayBlock& block, const char* p, const std::string& message) {
  const bool truncated = byte_at(block, p) == io::TextWindow::kEnd;
  throw Error(ErrorKind::input, *block.file, offset_at(block, p), message,
              std::string(truncated ? kTruncatedAdvice : std::string_view()));
}

/// Text of one block. Memory that holds no text is never written, so a small section touches few pages.
class BlockText {
 public:
  explicit BlockText(std::size_t size) : bytes_(size) {}
  [[nodiscard]] char* data() noexcept { return bytes_.data(); }
  [[nodiscard]] char& operator[](std::size_t i) noexcept { return bytes_[i]; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  /// Makes room for `size` bytes and keeps the first `used` ones.
  void grow(std::size_t size, std::size_t used) {
    Column<char> larger(size);
    std::memcpy(larger.data(), bytes_.data(), used);
    bytes_ = std::move(larger);
  }

 private:
  Column<char> bytes_;
};

class ParallelArrayReader {
 public:
  ParallelArrayReader(io::TextWindow& window, const ArrayShape& shape, const ParseBlock& parse)
      : window_(window), shape_(shape), parse_(parse) {}

  /// Takes blocks until the section ends or something fails.
  void work() {
    BlockText text(kBlockBytes + 1);
    while (true) {
      ArrayBlock block;
      try {
        const std::unique_lock lock = runtime::spin_lock(mutex_);
        if (done_ || failed_.load(std::memory_order_relaxed)) {
          return;
        }
        block = next_block(text);
      } catch (...) {
        keep_error(std::current_exception());
        return;
      }
      try {
        parse_block(block);
      } catch (...) {
        keep_error(std::current_exception());
      }
    }
  }

  [[nodiscard]] std::uint64_t finish() {
    if (error_) {
      std::rethrow_exception(error_);
    }
    if (shape_.declared_rows && rows_.load() != *shape_.declared_rows) {
      throw Error(
          ErrorKind::input, window_.name(), end_offset_,
          fmt::format("expected {} rows in \"{}\", got {}", *shape_.declared_rows, shape_.section, rows_.load()));
    }
    return rows_.load();
  }

 private:
  // Fills `text` from the carry and the window, cuts it, and moves the rest to the carry. The caller holds the lock.
  ArrayBlock next_block(BlockText& text) {
    ArrayBlock block;
    block.section = shape_.section;
    block.file = &window_.name();
    block.stride = shape_.stride;
    block.negative = shape_.negative;
    block.first_row = next_row_;
    block.offset = carry_offset_ ? *carry_offset_ : window_.offset();
    if (text.size() < carry_.size() + kBlockBytes + 1) {
      text.grow(carry_.size() + kBlockBytes + 1, 0);
    }
    std::size_t size = carry_.size();
    if (size != 0) {
      std::memcpy(text.data(), carry_.data(), size);
    }
    std::uint64_t commas = carry_commas_;
    bool closed = false;
    bool ended = false;
    const std::size_t wanted = std::max(kBlockBytes, size + kBlockBytes / 2);
    while (!closed && !ended) {
      if (size >= wanted && commas >= shape_.stride) {
        break;
      }
      if (size + 1 >= text.size()) {
        if (size > kMaxBlockBytes) {
          ended = true;  // 16 MB of text without a complete row
          too_long_ = true;
          break;
        }
        text.grow(text.size() * 2, size);
      }
      const std::size_t got = window_.take(text.data() + size, std::min(text.size() - 1 - size, kBlockBytes));
      if (got == 0) {
        ended = true;
        break;
      }
      const auto* close = static_cast<const char*>(std::memchr(text.data() + size, ']', got));
      const std::size_t fresh = close == nullptr ? got : static_cast<std::size_t>(close - (text.data() + size));
      commas += count_commas(text.data() + size, fresh);
      if (close != nullptr) {
        closed = true;
        window_.give_back(close, got - fresh);
      }
      size += fresh;
    }
    window_.report("reading");
    std::size_t cut = size;
    if (closed || ended) {
      done_ = true;
      block.last = true;
      end_offset_ = block.offset + size;
      closed_ = closed;
      carry_.clear();
    } else {
      const std::uint64_t surplus = commas % shape_.stride;
      std::uint64_t seen = 0;
      while (true) {  // search back for the comma that ends the last complete row
        --cut;
        if (text[cut] == ',' && seen++ == surplus) {
          break;
        }
      }
      next_row_ += commas / shape_.stride;
      carry_.assign(text.data() + cut + 1, text.data() + size);
      carry_commas_ = surplus;
      carry_offset_ = block.offset + cut + 1;
    }
    text[cut] = closed ? ']' : ended ? '\0' : ',';
    block.closed = closed;
    block.begin = text.data();
    block.end = text.data() + cut;
    const std::uint64_t limit = std::min(shape_.declared_rows.value_or(UINT64_MAX), shape_.capacity);
    block.max_rows = limit > block.first_row ? limit - block.first_row : 0;
    block.rows = std::min(block.max_rows, commas / shape_.stride + (block.last ? 1 : 0));
    return block;
  }

  void parse_block(const ArrayBlock& block) {
    if (!block.last) {
      rows_.fetch_add(parse_(block), std::memory_order_relaxed);
      return;
    }
    // This is the last block. Complete rows come first, so that the earliest mistake is reported, then the rest.
    const char* first = block.begin;
    while (first < block.end && is_space(*first)) {
      ++first;
    }
    if (first == block.end && closed_) {
      if (block.first_row == 0) {
        return;  // an empty array
      }
      strict_number(block, first);  // a comma before the closing bracket
    }
    const std::uint64_t commas = count_commas(block.begin, static_cast<std::size_t>(block.end - block.begin));
    const std::uint64_t numbers = closed_ ? commas + 1 : commas;
    const std::uint64_t leftover = numbers % shape_.stride;
    ArrayBlock rows = block;
    rows.last = closed_ && leftover == 0;
    if (!closed_ || leftover != 0) {
      // Find the comma that ends the last complete row.
      std::uint64_t keep = numbers - leftover;
      const char* p = block.begin;
      for (; keep != 0; ++p) {
        keep -= *p == ',' ? 1U : 0U;
      }
      rows.end = p == block.begin ? p : p - 1;
      rows.closed = false;
      rows_.fetch_add(rows.end == rows.begin ? 0 : parse_(rows), std::memory_order_relaxed);
      const char* rest = p;
      while (rest < block.end) {
        strict_number(block, rest);
      }
      if (too_long_) {
        throw Error(ErrorKind::limit, *block.file, end_offset_,
                    fmt::format("expected a row of \"{}\" within {} bytes", block.section, kMaxBlockBytes));
      }
      if (!closed_) {
        throw Error(ErrorKind::input, *block.file, end_offset_,
                    fmt::format("expected ']' or ',' in \"{}\", got end of file", block.section),
                    std::string(kTruncatedAdvice));
      }
      fail_at(block, block.end,
              fmt::format("expected {} more numbers to complete a row of \"{}\", got ']'", shape_.stride - leftover,
                          block.section));
    }
    rows_.fetch_add(parse_(rows), std::memory_order_relaxed);
  }

  void keep_error(std::exception_ptr error) {
    const auto offset_of = [](const std::exception_ptr& e) {
      try {
        std::rethrow_exception(e);
      } catch (const Error& x) {
        return x.offset().value_or(0);
      } catch (...) {
        return std::uint64_t{0};
      }
    };
    failed_.store(true, std::memory_order_relaxed);
    const std::lock_guard lock(error_mutex_);
    if (!error_ || offset_of(error) < offset_of(error_)) {
      error_ = std::move(error);
    }
  }

  io::TextWindow& window_;
  const ArrayShape& shape_;
  const ParseBlock& parse_;
  std::mutex mutex_;
  // Guarded by mutex_ until the workers are done.
  std::vector<char> carry_;
  std::uint64_t carry_commas_ = 0;
  std::optional<std::uint64_t> carry_offset_;
  std::uint64_t next_row_ = 0;
  std::uint64_t end_offset_ = 0;
  bool done_ = false;
  bool closed_ = false;
  bool too_long_ = false;

  std::atomic<std::uint64_t> rows_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

}  // namespace

std::uint64_t read_array(io::TextWindow& window, const ArrayShape& shape, unsigned threads, const ParseBlock& parse) {
  ParallelArrayReader reader(window, shape, parse);
  if (threads > 1) {
    internal::BackgroundTask helper([&reader] { reader.work(); });
    reader.work();
    helper.get();
  } else {
    reader.work();
  }
  const std::uint64_t rows = reader.finish();
  if (window.peek() != ']') {
    throw Error(ErrorKind::internal, "the array reader lost the end of a section");
  }
  window.advance();
  return rows;
}

const char* back_to_row(const char* begin, const char* p, std::size_t numbers) {
  while (numbers != 0) {
    --p;  // the comma behind a number
    while (p != begin && (is_digit(p[-1]) || p[-1] == '\n')) {
      --p;
    }
    --numbers;
  }
  return p;
}

std::uint64_t strict_number(const ArrayBlock& block, const char*& p) {
  while (p < block.end && is_space(*p)) {
    ++p;
  }
  const auto expected = [&](std::string_view what, const char* at) {
    fail_at(block, at,
            fmt::format("expected {} in \"{}\", got {}", what, block.section, describe_byte(byte_at(block, at))));
  };
  const bool negative = block.negative && block.end - p > 1 && *p == '-' && is_digit(p[1]);
  p += negative ? 1 : 0;
  if (p >= block.end || !is_digit(*p)) {
    if (p == block.end && block.last) {
      expected("a number", p);
    }
    expected(p < block.end && *p == '-' ? "a non-negative integer" : "a number", p);
  }
  const char* const start = p;
  std::uint64_t value = 0;
  for (; p < block.end && is_digit(*p); ++p) {
    const auto digit = static_cast<std::uint64_t>(*p - '0');
    if (p - start == 20 || value > (UINT64_MAX - digit) / 10) {
      fail_at(block, start, fmt::format("expected a number up to 18446744073709551615 in \"{}\"", block.section));
    }
    value = value * 10 + digit;
  }
  if (p - start > 1 && *start == '0') {
    fail_at(block, start, fmt::format("expected a JSON number in \"{}\", got a leading zero", block.section));
  }
  if (negative) {
    constexpr std::uint64_t kLargest = std::uint64_t{1} << 31U;
    if (value > kLargest) {
      fail_at(block, start - 1, fmt::format("expected a number from -2147483648 in \"{}\"", block.section));
    }
    value = value == 0 ? 0 : UINT64_C(0x100000000) - value;
  }
  if (p < block.end && (*p == '.' || *p == 'e' || *p == 'E')) {
    expected("an integer", p);
  }
  while (p < block.end && is_space(*p)) {
    ++p;
  }
  if (p < block.end) {
    if (*p != ',') {
      expected("',' or ']'", p);
    }
    ++p;
    if (p == block.end && block.last) {
      expected("a number", p);  // a comma before the closing bracket
    }
  }
  return value;
}

void fail_surplus_row(const ArrayBlock& block, const char* p) {
  while (p < block.end && is_space(*p)) {
    ++p;
  }
  fail_at(block, p,
          fmt::format("expected ']' after {} rows of \"{}\", got another row", block.first_row + block.max_rows,
                      block.section));
}

std::uint64_t offset_of_value(const ArrayBlock& block, std::uint64_t row_in_block, std::uint32_t field) {
  const char* p = block.begin;
  for (std::uint64_t i = 0; i < row_in_block * block.stride + field; ++i) {
    strict_number(block, p);
  }
  while (p < block.end && is_space(*p)) {
    ++p;
  }
  return offset_at(block, p);
}

}  // namespace heapdiff::parse
