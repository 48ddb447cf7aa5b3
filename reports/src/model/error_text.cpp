#include "heapdiff/reports/error_text.h"

#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <string_view>

namespace heapdiff {

std::string mask_error(const Error& error) {
  const std::string whole = error.what();
  const std::string lead = error.file().empty() ? std::string() : visible_text(error.file());
  std::string out = mask_secrets(lead);
  std::string_view rest = std::string_view(whole).substr(lead.size());
  while (!rest.empty()) {  // mask_secrets() would make a line break visible
    const std::size_t end = rest.find('\n');
    out += mask_secrets(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    out += end == std::string_view::npos ? "" : "\n";
  }
  return out;
}

}  // namespace heapdiff
