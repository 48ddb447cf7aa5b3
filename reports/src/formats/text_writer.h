#pragma once
// Writes lines for a terminal: wraps words at its width, and colours them when asked to.

#include "heapdiff/reports/render.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace heapdiff::formats {

/// The meaning of colours: red is a leak or its line, yellow is what to do, green is good, cyan is a place, dim is
/// secondary.
namespace ink {
inline constexpr const char* kBad = "31";
inline constexpr const char* kGood = "32";
inline constexpr const char* kAttention = "33";
inline constexpr const char* kPlace = "36";
inline constexpr const char* kHeading = "1";
inline constexpr const char* kDim = "2";
}  // namespace ink

class TextWriter {
 public:
  /// A width below 40 or above 200 columns is replaced by the nearest of the two.
  explicit TextWriter(const RenderOptions& options);

  [[nodiscard]] std::string style(std::string_view code, std::string_view text) const;
  void heading(std::string_view text);
  void line(std::string_view text) { out_.append(text).append("\n"); }

  /// Writes `text`, made visible and wrapped at the width. Lines after the first are indented by the width of `lead`.
  /// `code`, when given, is the colour of the words, and `lead_code` that of the lead.
  void wrap(std::string_view lead, std::string_view text, std::string_view code = {}, std::string_view lead_code = {});

  /// `text` made visible, and cut to the rest of a line of which `used` columns are taken.
  [[nodiscard]] std::string fit(std::string_view text, std::size_t used) const;
  /// The same, cut in the middle.
  [[nodiscard]] std::string fit_path(std::string_view text, std::size_t used) const;
  /// From here on a path that is wider than a line is cut in the middle, and not broken over two lines: a broken one
  /// can neither be read nor copied.
  void cut_long_paths() noexcept { cuts_paths_ = true; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::size_t width_;
  bool color_;
  bool cuts_paths_ = false;
  std::string out_;
};

/// A bar of `share` (0 to 1) of `cells`, in eighths of a cell.
[[nodiscard]] std::string text_bar(double share, std::size_t cells);

}  // namespace heapdiff::formats
