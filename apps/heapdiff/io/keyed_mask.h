#pragma once
// Masks for the texts of a snapshot. Data becomes a tag; only someone with the key can test a guess against it.

#include "heapdiff/snapshot/redact_snapshot.h"

#include <array>
#include <string>
#include <string_view>

namespace heapdiff {

/// Equal texts get equal masks with the same key, in every file: the tag is a SipHash of the text. Names are masked by
/// mask_secrets() and keys by mask_key(), with a tag of 12 digits in place of data. The content of a string becomes a
/// tag of 13 characters; for longer texts it is padded with '~' to the power of two below their length. A key of a
/// dictionary becomes a tag of the same length, but of 4 to 64 characters: a prefix that its keys share may be data
/// too.
class KeyedMask : public TextMask {
 public:
  enum class Equal { linked, unlinkable };
  /// With an empty passphrase the key is random. `unlinkable`: contents of strings get one mask for each length (to a
  /// power of two), and all nodes with such a content share one, so that nobody can tell which of them were equal.
  explicit KeyedMask(std::string_view passphrase, Equal equal = Equal::linked);
  [[nodiscard]] std::string mask(TextRole role, std::string_view text) const override;
  [[nodiscard]] bool joins_values() const override { return equal_ == Equal::unlinkable; }

 private:
  [[nodiscard]] std::uint64_t tag(std::string_view text) const;
  [[nodiscard]] std::string letters(std::string_view text, std::size_t count) const;
  [[nodiscard]] std::string value(std::string_view text) const;
  [[nodiscard]] std::string key(std::string_view text, bool dictionary) const;

  std::array<unsigned char, 16> key_{};
  Equal equal_;
};

}  // namespace heapdiff
