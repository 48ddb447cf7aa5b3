#include "parse/number_scan.h"

#if defined(__x86_64__)

#include <bit>
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own header leaves the pass-through operand of unmasked operations undefined, and then warns about it.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#if __has_include(<sys/platform/x86.h>) && !defined(__clang__)  // the header has C's name for bool
#include <sys/platform/x86.h>
#endif

namespace heapdiff::parse {
namespace {

// A region is short, so that its values are still in the first-level cache when they are stored in columns.
constexpr std::size_t kChunk = 64;
constexpr std::size_t kChunksPerRegion = 32;
static_assert(kChunk * kChunksPerRegion / 2 + 8 <= kScanValues, "a number and its comma take two bytes at least");

// 64 is added to positions. Positions in the chunk before stay positive, and bit 6 selects one of the two chunks, which
// is the form that the shuffle of two registers needs.
constexpr int kHere = 64;

#define HEAPDIFF_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt,bmi,bmi2")))

/// Bytes `from`, `from + 1`, ... .
HEAPDIFF_AVX512 inline __m512i ascending(int from) {
  const __m512i base = _mm512_set_epi64(0x3F3E3D3C3B3A3938, 0x3736353433323130, 0x2F2E2D2C2B2A2928, 0x2726252423222120,
                                        0x1F1E1D1C1B1A1918, 0x1716151413121110, 0x0F0E0D0C0B0A0908, 0x0706050403020100);
  return _mm512_add_epi8(base, _mm512_set1_epi8(static_cast<char>(from)));
}

/// Converts eight numbers of up to eight digits each.
HEAPDIFF_AVX512 inline __m512i convert(__m512i digits) {
  const __m512i tens = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010A));
  const __m512i hundreds = _mm512_madd_epi16(tens, _mm512_set1_epi32(0x00010064));
  return _mm512_add_epi64(_mm512_mul_epu32(hundreds, _mm512_set1_epi64(10000)), _mm512_srli_epi64(hundreds, 32));
}

HEAPDIFF_AVX512 std::size_t scan_avx512(const char*& p, const char* end, std::uint64_t* out) {
  const __m512i lane_of_byte =
      _mm512_set_epi64(0x0707070707070707, 0x0606060606060606, 0x0505050505050505, 0x0404040404040404,
                       0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
  const __m512i back = _mm512_set1_epi64(0x0102030405060708);  // from an end to its digits, the highest first
  const __m512i positions = ascending(kHere);
  const __m512i one_before = ascending(-1);

  const char* at = p;
  const char* last = nullptr;
  std::uint64_t* to = out;
  __m512i digits_before = _mm512_setzero_si512();
  std::uint64_t digit_before = 0;  // of the last byte before the chunk: is it a digit,
  std::uint64_t feed_before = 0;   // a line feed,
  std::uint64_t zero_before = 0;   // a zero that begins a number
  int end_before = kHere - 1;
  for (std::size_t i = 0; i < kChunksPerRegion && end - at >= static_cast<std::ptrdiff_t>(2 * kChunk); ++i) {
    const __m512i text = _mm512_loadu_si512(at);
    const __m512i offsets = _mm512_sub_epi8(text, _mm512_set1_epi8('0'));
    const std::uint64_t digit = _mm512_cmple_epu8_mask(offsets, _mm512_set1_epi8(9));
    const std::uint64_t comma = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(','));
    const std::uint64_t feed = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\n'));
    const std::uint64_t zero = _mm512_testn_epi8_mask(offsets, offsets);
    const std::uint64_t behind_digit = digit << 1U | digit_before;
    const std::uint64_t behind_feed = feed << 1U | feed_before;
    const std::uint64_t leading_zero = zero & ~behind_digit;
    const std::uint64_t ends = ~digit & behind_digit;
    const std::uint64_t wrong = ~(digit | comma | feed)                    // a byte of another kind
                                | (comma & ~(behind_digit | behind_feed))  // nothing before a comma
                                | (feed & ~behind_digit)                   // a line feed that ends no number
                                | (behind_feed & ~comma)                   // and one without a comma behind it
                                | ((leading_zero << 1U | zero_before) & digit);
    if (wrong != 0) {
      break;
    }
    const auto count = static_cast<unsigned>(std::popcount(ends));
    const __m512i digits = _mm512_maskz_mov_epi8(digit, offsets);
    if (count != 0) {
      const __m512i stops = _mm512_maskz_compress_epi8(ends, positions);
      // The end of the number before each number: the ends, moved by one.
      const __m512i starts =
          _mm512_mask_set1_epi8(_mm512_permutexvar_epi8(one_before, stops), 1, static_cast<char>(end_before));
      const std::uint64_t used = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      const __m512i widths = _mm512_sub_epi8(stops, starts);
      const bool wide = _mm512_mask_cmpgt_epi8_mask(used, widths, _mm512_set1_epi8(9)) != 0;
      if (wide && _mm512_mask_cmpgt_epi8_mask(used, widths, _mm512_set1_epi8(17)) != 0) {
        break;
      }
      for (unsigned done = 0; done < count; done += 8) {
        const __m512i pick = _mm512_add_epi8(lane_of_byte, _mm512_set1_epi8(static_cast<char>(done)));
        const __m512i stop = _mm512_permutexvar_epi8(pick, stops);
        const __m512i start = _mm512_permutexvar_epi8(pick, starts);
        const __m512i low = _mm512_sub_epi8(stop, back);
        __m512i value =
            convert(_mm512_maskz_permutex2var_epi8(_mm512_cmpgt_epi8_mask(low, start), digits_before, low, digits));
        if (wide) {
          const __m512i high = _mm512_sub_epi8(low, _mm512_set1_epi8(8));
          const __m512i more =
              convert(_mm512_maskz_permutex2var_epi8(_mm512_cmpgt_epi8_mask(high, start), digits_before, high, digits));
          value = _mm512_add_epi64(value, _mm512_mul_epu32(more, _mm512_set1_epi64(100000000)));
        }
        _mm512_storeu_si512(to + done, value);
      }
      to += count;
      const int highest = 63 - std::countl_zero(ends);
      last = at + highest;
      end_before = highest;  // 64 less than its place in the next chunk's count
    } else {
      end_before -= static_cast<int>(kChunk);
      if (end_before < 0) {
        break;
      }
    }
    digits_before = digits;
    digit_before = digit >> 63U;
    feed_before = feed >> 63U;
    zero_before = leading_zero >> 63U;
    at += kChunk;
  }
  if (last == nullptr) {
    return 0;
  }
  // A line feed at the end of the last chunk has its comma in the next one.
  if (*last == '\n' && last[1] != ',') {
    return 0;
  }
  p = last + (*last == '\n' ? 2 : 1);
  return static_cast<std::size_t>(to - out);
}

}  // namespace

ScanNumbers number_scanner() noexcept {
#ifdef CPU_FEATURE_ACTIVE
  // The C library has asked the processor at its start. On a virtual machine each such question takes microseconds.
  static const bool can = CPU_FEATURE_ACTIVE(AVX512_VBMI) && CPU_FEATURE_ACTIVE(AVX512_VBMI2) &&
                          CPU_FEATURE_ACTIVE(AVX512BW) && CPU_FEATURE_ACTIVE(AVX512DQ) && CPU_FEATURE_ACTIVE(AVX512VL);
#else
  static const bool can = __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0 &&
                          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                          __builtin_cpu_supports("avx512vl") != 0;
#endif
  return can ? scan_avx512 : nullptr;
}

}  // namespace heapdiff::parse

#else

namespace heapdiff::parse {

ScanNumbers number_scanner() noexcept { return nullptr; }

}  // namespace heapdiff::parse

#endif
