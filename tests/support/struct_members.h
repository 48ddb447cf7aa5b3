#pragma once
// The members of an aggregate, so that a test reaches also those that it does not know by name.

#include <boost/preprocessor/arithmetic/inc.hpp>
#include <boost/preprocessor/punctuation/comma_if.hpp>
#include <boost/preprocessor/repetition/enum_params.hpp>
#include <boost/preprocessor/repetition/repeat.hpp>
#include <boost/preprocessor/repetition/repeat_from_to.hpp>

#include <cstddef>

namespace heapdiff::test {

/// Calls `visit` with each member of `value`, which is an aggregate without base classes and of at most 48 members.
///
/// Each member can be initialised from {}, and an initialiser list may be shorter than the aggregate but not longer: so
/// the aggregate has N members where N pairs of braces compile and N + 1 do not.
template <class T, class Visit>
void for_each_member(T& value, Visit visit) {
#define HEAPDIFF_BRACES(z, n, unused) \
  BOOST_PP_COMMA_IF(n) {}
#define HEAPDIFF_VISIT(z, n, unused) visit(m##n);
#define HEAPDIFF_MEMBERS(z, n, unused)                                          \
  if constexpr (                                                                \
      requires { T{BOOST_PP_REPEAT(n, HEAPDIFF_BRACES, ~)}; } &&                \
      !requires { T{BOOST_PP_REPEAT(BOOST_PP_INC(n), HEAPDIFF_BRACES, ~)}; }) { \
    auto& [BOOST_PP_ENUM_PARAMS(n, m)] = value;                                 \
    BOOST_PP_REPEAT(n, HEAPDIFF_VISIT, ~)                                       \
    return;                                                                     \
  }
  BOOST_PP_REPEAT_FROM_TO(1, 49, HEAPDIFF_MEMBERS, ~)
#undef HEAPDIFF_MEMBERS
#undef HEAPDIFF_VISIT
#undef HEAPDIFF_BRACES
}

}  // namespace heapdiff::test
