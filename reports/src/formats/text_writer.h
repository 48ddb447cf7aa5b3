#pragma once
// Lines for a terminal: words wrapped to its width, colours where they are wanted.

#include "heapdiff/reports/render.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace heapdiff {

/// What colours mean: red a leak or its line, yellow what to do, green what is well, cyan a place, dim what is
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
  /// Widths from 40 to 200 columns are used as they are.
  explicit TextWriter(const RenderOptions& options);

  [[nodiscard]] std::string style(std::string_view code, std::string_view text) const;
  void heading(std::string_view text);
  void line(std::string_view text) { out_.append(text).append("\n"); }

  /// Words of `text`, made visible, within the width; lines after the first start with as many blanks as `lead` is
  /// wide. `code`, if given, colours the words; `lead_code` the lead.
  void wrap(std::string_view lead, std::string_view text, std::string_view code = {}, std::string_view lead_code = {});

  /// Made visible, and cut to what is left of the line after `used` columns.
  [[nodiscard]] std::string fit(std::string_view text, std::size_t used) const;
  /// The same, cut in the middle.
  [[nodiscard]] std::string fit_path(std::string_view text, std::size_t used) const;
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::size_t width_;
  bool color_;
  std::string out_;
};

/// `share` (0 to 1) of `cells`, in eighths of a cell.
[[nodiscard]] std::string text_bar(double share, std::size_t cells);

}  // namespace heapdiff
