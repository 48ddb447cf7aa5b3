#pragma once
// --limit and --observed: what the growth is compared with.

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace heapdiff {

struct OutlookOptions {
  explicit OutlookOptions(CLI::App& app);
  /// Throws Error{usage} for a text that is not a size or a rate.
  void validate();

  std::optional<double> limit_bytes;
  std::optional<double> observed_bytes_per_hour;

 private:
  std::string limit_;
  std::string observed_;
};

}  // namespace heapdiff
