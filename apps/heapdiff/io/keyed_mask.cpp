#include "io/keyed_mask.h"

#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"

#include <fmt/format.h>

#include <bit>
#include <sodium.h>

namespace heapdiff {
namespace {

static_assert(crypto_shorthash_KEYBYTES == 16);
constexpr std::size_t kTagCharacters = 13;  // 36^13 > 2^64

/// V8 writes the names of a WeakMap's key and value into the name of the edge, and the name of a value may be its
/// content. Only the ids are kept.
std::string without_pair(std::string_view text) {
  constexpr std::string_view kKey = " / part of key (";
  constexpr std::string_view kValue = ") -> value (";
  constexpr std::string_view kTable = ") pair in WeakMap (table @";
  const std::size_t key = text.find(kKey);
  const std::size_t table = text.rfind(kTable);
  if (key == std::string_view::npos || table == std::string_view::npos || table < key) {
    return {};
  }
  const std::string_view pair = text.substr(key + kKey.size(), table - key - kKey.size());
  const auto id_at_end = [](std::string_view part) {
    const std::size_t at = part.rfind('@');
    const std::string_view id = at == std::string_view::npos ? std::string_view() : part.substr(at);
    return id.size() > 1 && id.find_first_not_of("0123456789", 1) == std::string_view::npos ? std::string(id) : "@0";
  };
  return fmt::format("{}{}key {}{}value {}{}", text.substr(0, key), kKey, id_at_end(pair.substr(0, pair.find(kValue))),
                     kValue, id_at_end(pair), text.substr(table));
}

/// `<div id="x">` -> `<div [attributes]>`, also after "Detached ": DevTools shows only the name of the element.
std::string without_attributes(std::string_view text) {
  const std::size_t from = text.starts_with("Detached <") ? 10 : text.starts_with('<') ? 1 : 0;
  const std::size_t space = text.find(' ', from);
  if (from == 0 || text.starts_with("<symbol") || space == std::string_view::npos || !text.ends_with('>')) {
    return std::string(text);
  }
  return std::string(text.substr(0, space)) + " [attributes]>";
}

std::string name(std::string_view text) {
  const std::string pair = without_pair(text);
  return pair.empty() ? mask_secrets(without_attributes(text)) : pair;
}

}  // namespace

KeyedMask::KeyedMask(std::string_view passphrase, Equal equal) : equal_(equal) {
  if (sodium_init() < 0) {
    throw Error(ErrorKind::internal, "libsodium did not start");
  }
  if (passphrase.empty()) {
    randombytes_buf(key_.data(), key_.size());
    return;
  }
  crypto_generichash(key_.data(), key_.size(), reinterpret_cast<const unsigned char*>(passphrase.data()),
                     passphrase.size(), nullptr, 0);
}

std::uint64_t KeyedMask::tag(std::string_view text) const {
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key_.data());
  return std::bit_cast<std::uint64_t>(hash);
}

std::string KeyedMask::letters(std::string_view text, std::size_t count) const {
  std::string out(count, '0');
  std::uint64_t rest = tag(text);
  for (char& c : out) {
    c = "0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36];
    rest /= 36;
  }
  return out;
}

std::string KeyedMask::value(std::string_view text) const {
  // These are V8's names for strings that it has not flattened. They hold no content.
  if (text.empty() || text == "(concatenated string)" || text == "(sliced string)") {
    return std::string(text);
  }
  std::string out = equal_ == Equal::unlinkable ? std::string() : letters(text, kTagCharacters);
  out.resize(std::max(kTagCharacters, std::bit_floor(text.size())), '~');
  return out;
}

std::string KeyedMask::key(std::string_view text, bool dictionary) const {
  const std::string digits = fmt::format("{:012}", tag(text) % 1'000'000'000'000);
  const std::string masked = mask_key(text);
  const bool spoken = !dictionary || text == "__proto__" || text.starts_with("<symbol");
  if (masked == text && spoken) {
    return std::string(text);
  }
  if (!spoken) {
    // DevTools names plain objects by as many of their first properties as fit. A mask of another length would change
    // the names.
    std::string out = "k" + letters(text, std::clamp<std::size_t>(text.size(), 4, kTagCharacters + 1) - 1);
    out.resize(std::max(out.size(), std::min<std::size_t>(text.size(), 64)), '~');
    return out;
  }
  // Different keys stay different, and the digits of the tag are folded to the same "*" as before.
  std::string out;
  bool tagged = false;
  for (const char c : masked) {
    out += c == '*' ? digits : std::string(1, c);
    tagged |= c == '*';
  }
  return tagged ? out : out + ":" + digits;
}

std::string KeyedMask::mask(TextRole role, std::string_view text) const {
  switch (role) {
    case TextRole::value:
      return value(text);
    case TextRole::property:
      return key(text, false);
    case TextRole::key:
      return key(text, true);
    case TextRole::code_name:
    case TextRole::name:
      break;
  }
  return name(text);
}

}  // namespace heapdiff
