#include "heapdiff/diff/class_members.h"

#include "varint.h"

#include <cassert>

namespace heapdiff {
namespace {

constexpr std::size_t kMaxEntryBytes = 3 * varint::kMaxBytes + 1;

}  // namespace

ClassMembers::iterator::iterator(const std::uint8_t* at, std::size_t left) noexcept : at_(at), left_(left) {
  if (left_ != 0) {
    decode();
  }
}

void ClassMembers::iterator::decode() noexcept {
  now_.id += varint::rotate_back(varint::get(at_), 1);
  now_.self_bytes = varint::rotate_back(varint::get(at_), 3);
  now_.class_at = static_cast<std::uint32_t>(varint::get(at_));
  now_.fingerprint = *at_++;
}

ClassMembers::iterator& ClassMembers::iterator::operator++() noexcept {
  if (--left_ != 0) {
    decode();
  }
  return *this;
}

ClassMembers::ClassMembers(std::size_t members) : bytes_(members * kMaxEntryBytes) {}

void ClassMembers::add(const ClassMember& member) {
  assert(member.id >= last_id_ && used_ + kMaxEntryBytes <= bytes_.size());
  std::uint8_t* at = bytes_.data() + used_;
  at = varint::put(at, varint::rotate(member.id - last_id_, 1));
  at = varint::put(at, varint::rotate(member.self_bytes, 3));
  at = varint::put(at, member.class_at);
  *at++ = member.fingerprint;
  used_ = static_cast<std::size_t>(at - bytes_.data());
  last_id_ = member.id;
  ++size_;
}

}  // namespace heapdiff
