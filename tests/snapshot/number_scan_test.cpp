#include "parse/number_scan.h"

#include "parse/array_reader.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::parse;

namespace {

/// Numbers of up to `digits` digits, each with its comma; after every third perhaps a line feed first, as V8 writes
/// rows.
std::string numbers(std::mt19937_64& random, std::size_t count, unsigned digits, bool feeds,
                    std::vector<std::uint64_t>& values) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t limit = 1;
    for (unsigned d = static_cast<unsigned>(random() % digits) + 1; d != 0; --d) {
      limit *= 10;
    }
    values.push_back(random() % limit);
    text += std::to_string(values.back());
    text += feeds && i % 3 == 2 ? "\n," : ",";
  }
  return text;
}

/// Reads as much as the scanner takes, and checks where it stops.
std::vector<std::uint64_t> scan_all(const std::string& text, const char*& p) {
  const ScanNumbers scan = number_scanner();
  std::vector<std::uint64_t> read;
  std::array<std::uint64_t, kScanValues> values;
  p = text.data();
  while (const std::size_t got = scan(p, text.data() + text.size(), values.data())) {
    REQUIRE(got <= values.size());
    read.insert(read.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(got));
  }
  return read;
}

std::size_t numbers_before(const std::string& text, const char* p) {
  return static_cast<std::size_t>(std::count(text.data(), p, ','));
}

}  // namespace

TEST_CASE("many numbers at a time are the numbers that one at a time gives") {
  if (number_scanner() == nullptr) {
    MESSAGE("this processor has no scanner");
    return;
  }
  std::mt19937_64 random(5);
  for (const unsigned digits : {1U, 2U, 5U, 8U, 9U, 12U, 15U}) {
    for (const bool feeds : {false, true}) {
      CAPTURE(digits);
      CAPTURE(feeds);
      std::vector<std::uint64_t> expected;
      const std::string text = numbers(random, 5000, digits, feeds, expected);
      const char* p = nullptr;
      const std::vector<std::uint64_t> read = scan_all(text, p);
      // All but what lies near the end, and from there one at a time.
      REQUIRE(numbers_before(text, p) == read.size());
      CHECK(text.data() + text.size() - p <= 160);
      CHECK(std::equal(read.begin(), read.end(), expected.begin()));
    }
  }
}

TEST_CASE("odd text is left to the careful reader, and everything before it is right") {
  if (number_scanner() == nullptr) {
    MESSAGE("this processor has no scanner");
    return;
  }
  std::mt19937_64 random(6);
  for (const std::string odd :
       {" ", "-", "00", "01", ",,", "\n\n", "\n1", "\r", ".", "e", "]", "12345678901234567",
        "1234567890123456789012345678901234567890123456789012345678901234567890", "\t", "\x80"}) {
    for (int round = 0; round < 300; ++round) {
      std::vector<std::uint64_t> expected;
      std::string text = numbers(random, 400, 9, round % 2 == 0, expected);
      // Never inside a number: the text before the comma at hand stays as it was.
      std::size_t at = random() % text.size();
      while (text[at] != ',') {
        at = (at + 1) % text.size();
      }
      text.insert(at + 1, odd + (std::isdigit(static_cast<unsigned char>(odd.back())) != 0 ? "," : ""));
      const char* p = nullptr;
      const std::vector<std::uint64_t> read = scan_all(text, p);
      CAPTURE(odd);
      CAPTURE(round);
      CHECK(p - text.data() <= static_cast<std::ptrdiff_t>(at + 1));
      REQUIRE(read.size() <= expected.size());
      CHECK(std::equal(read.begin(), read.end(), expected.begin()));
    }
  }
}

TEST_CASE("a row that the scanner held in part is read again from its beginning") {
  const std::string text = "17,4\n,290,1234567,8,";
  const char* const end = text.data() + text.size();
  CHECK(back_to_row(text.data(), end, 0) == end);
  CHECK(back_to_row(text.data(), end, 1) == end - 2);
  CHECK(back_to_row(text.data(), end, 2) == end - 10);
  CHECK(back_to_row(text.data(), end, 4) == text.data() + 3);
  CHECK(back_to_row(text.data(), end, 5) == text.data());
}
