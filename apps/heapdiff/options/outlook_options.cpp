#include "options/outlook_options.h"

#include "heapdiff/diff/units.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "options/declare_options.h"

namespace heapdiff {

OutlookOptions::OutlookOptions(CLI::App& app) {
  begin_group(app, "Outlook");
  add_option(app, "--limit", limit_, "Memory that the process may use, for the time that is left").type_name("4GB");
  add_option(app, "--observed", observed_, "Growth that monitoring reports, to compare with").type_name("110MB/h");
}

void OutlookOptions::validate() {
  if (!limit_.empty()) {
    limit_bytes = parse_bytes(limit_);
    if (!limit_bytes || *limit_bytes <= 0) {
      throw Error(ErrorKind::usage, "--limit: expected a size such as 4GB, got '" + visible_text(limit_) + "'");
    }
  }
  if (!observed_.empty()) {
    observed_bytes_per_hour = parse_bytes_per_hour(observed_);
    if (!observed_bytes_per_hour || *observed_bytes_per_hour <= 0) {
      throw Error(ErrorKind::usage,
                  "--observed: expected a rate such as 110MB/h, got '" + visible_text(observed_) + "'");
    }
  }
}

}  // namespace heapdiff
