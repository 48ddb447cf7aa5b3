#pragma once
// Masks for the texts of a snapshot: what is data becomes a tag that only the key's owner could guess at.

#include "heapdiff/snapshot/redact_snapshot.h"

#include <array>
#include <string>
#include <string_view>

namespace heapdiff {

/// Same key and text, same mask, in every file: SipHash tells which texts are equal, and no more.
/// Names go through mask_secrets(), keys through mask_key(), with a tag of 12 digits where data stood. The content of a
/// string becomes a tag of 13 characters, longer texts are filled up with '~' to the power of two below their length; a
/// key of a dictionary a tag of its own length, of 4 to 64 characters.
class KeyedMask : public TextMask {
 public:
  /// An empty passphrase asks for a random key.
  explicit KeyedMask(std::string_view passphrase);
  [[nodiscard]] std::string mask(TextRole role, std::string_view text) const override;

 private:
  [[nodiscard]] std::uint64_t tag(std::string_view text) const;
  [[nodiscard]] std::string letters(std::string_view text, std::size_t count) const;
  [[nodiscard]] std::string value(std::string_view text) const;
  [[nodiscard]] std::string key(std::string_view text, bool dictionary) const;

  std::array<unsigned char, 16> key_{};
};

}  // namespace heapdiff
