#pragma once
// The version of the rule by which signatures of leaks are made (suspects/signature.h).

namespace heapdiff {

/// Rises with each change that gives a leak another signature. Reports carry it as `signatureVersion`; a baseline or a
/// suppression of another version is refused, because its signatures would match nothing. Version 1 was the hash of
/// kind, class and path; its reports have no `signatureVersion`.
inline constexpr int kSignatureVersion = 2;

}  // namespace heapdiff
