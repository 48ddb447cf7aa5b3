#pragma once
// The class of each node, small enough to keep while the other snapshot of a comparison is read.

#include "heapdiff/diff/packed_list.h"
#include "heapdiff/diff/varint.h"

#include <cstdint>

namespace heapdiff {

/// A node that belongs to a class. Nodes of self size 0 belong to none.
struct ClassMember {
  std::uint64_t id = 0;
  std::uint64_t self_bytes = 0;  ///< with the stores that it owns
  std::uint32_t class_at = 0;    ///< position in ClassExtract::classes
  std::uint8_t fingerprint = 0;  ///< see `fingerprint`
};

struct ClassMemberCodec {
  using Entry = ClassMember;
  static constexpr std::size_t kMaxBytes = 3 * varint::kMaxBytes + 1;
  static std::uint8_t* put(std::uint8_t* at, const Entry& member, std::uint64_t id_before) {
    at = varint::put(at, varint::rotate(member.id - id_before, 1));
    at = varint::put(at, varint::rotate(member.self_bytes, 3));
    at = varint::put(at, member.class_at);
    *at++ = member.fingerprint;
    return at;
  }
  static const std::uint8_t* get(const std::uint8_t* at, Entry& member) {
    member.id += varint::rotate_back(varint::get(at), 1);
    member.self_bytes = varint::rotate_back(varint::get(at), 3);
    member.class_at = static_cast<std::uint32_t>(varint::get(at));
    member.fingerprint = *at++;
    return at;
  }
};

/// Members by ascending id: 4 to 5 bytes each.
using ClassMembers = PackedList<ClassMemberCodec>;

}  // namespace heapdiff
