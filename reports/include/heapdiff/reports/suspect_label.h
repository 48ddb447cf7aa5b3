#pragma once
// How a suspect is called: in titles, by gates, and by the patterns of suppressions.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/site.h"
#include "heapdiff/diff/suspect.h"

#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// Secrets in the texts are masked.
struct SuspectLabel {
  std::string title;    ///< "11,400 more functions held by Array": what grew, and where
  std::string name;     ///< the title, and " at src/cache.ts:53" or " in read (src/cache.ts:41)" where that is known
  std::string subject;  ///< the name without a number: "functions held by Array at src/cache.ts:53"
};

/// `sites` are those of the suspect, best first; `facts` has one entry per snapshot.
[[nodiscard]] SuspectLabel label_suspect(const Suspect& suspect, const std::vector<Site>& sites,
                                         std::span<const Facts> facts);

}  // namespace heapdiff
