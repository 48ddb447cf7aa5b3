#pragma once
// What a terminal shows, as an SVG picture: for the first screen of README.md.

#include <array>
#include <sstream>
#include <string>
#include <string_view>

namespace heapdiff::test {

/// Colours of a terminal on one background. `by_code` is indexed by the last digit of the codes 31 to 36.
struct TerminalTheme {
  std::string_view background;
  std::string_view text;
  std::array<std::string_view, 7> by_code;
};

inline constexpr TerminalTheme kLightTheme = {
    "#f6f8fa", "#1f2328", {"", "#cf222e", "#116329", "#7d4e00", "#0550ae", "#8250df", "#1b7c83"}};
inline constexpr TerminalTheme kDarkTheme = {
    "#161b22", "#e6edf3", {"", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd"}};

/// The text between two control sequences, in one colour.
class TerminalRuns {
 public:
  explicit TerminalRuns(const TerminalTheme& theme) : theme_(theme) {}

  /// One line of output as elements <tspan>. Colours stay on until a sequence ends them, as in a terminal.
  std::string line(std::string_view text) {
    std::string elements;
    std::string run;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\033') {
        elements += finished(run);
        const std::size_t end = text.find('m', i);
        apply(text.substr(i + 2, end - i - 2));
        i = end;
      } else {
        run += text[i] == '&' ? "&amp;" : text[i] == '<' ? "&lt;" : text[i] == '>' ? "&gt;" : std::string(1, text[i]);
      }
    }
    return elements + finished(run);
  }

 private:
  std::string finished(std::string& run) const {
    if (run.empty()) {
      return {};
    }
    std::string element = "<tspan fill=\"" + std::string(color_.empty() ? theme_.text : color_) + "\"";
    element += bold_ ? " font-weight=\"bold\"" : "";
    element += dim_ ? " opacity=\"0.65\"" : "";
    element += ">" + run + "</tspan>";
    run.clear();
    return element;
  }
  void apply(std::string_view codes) {
    std::istringstream parts{std::string(codes)};
    for (std::string code; std::getline(parts, code, ';');) {
      if (code == "0") {
        bold_ = dim_ = false;
        color_ = {};
      }
      bold_ = bold_ || code == "1";
      dim_ = dim_ || code == "2";
      if (code.size() == 2 && code[0] == '3' && code[1] > '0' && code[1] < '7') {
        color_ = theme_.by_code[static_cast<std::size_t>(code[1] - '0')];
      }
    }
  }

  const TerminalTheme& theme_;
  std::string_view color_;
  bool bold_ = false;
  bool dim_ = false;
};

/// A picture of `command` and what it printed, `columns` wide. The text stays text, so that it can be searched.
inline std::string terminal_picture(const std::string& command, const std::string& output, int columns,
                                    const TerminalTheme& theme) {
  constexpr double kCharacterWidth = 7.83;  // of the fonts below at 13 px
  constexpr int kLineHeight = 18;
  constexpr int kMargin = 16;
  TerminalRuns runs(theme);
  std::istringstream lines("$ " + command + "\n" + output);
  std::string body;
  int y = kMargin;
  for (std::string line; std::getline(lines, line);) {
    y += kLineHeight;
    const std::string elements = runs.line(line);
    if (!elements.empty()) {
      body +=
          "<text x=\"" + std::to_string(kMargin) + "\" y=\"" + std::to_string(y - 4) + "\">" + elements + "</text>\n";
    }
  }
  const int width = static_cast<int>(columns * kCharacterWidth) + 2 * kMargin;
  const std::string size = "width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(y + kMargin) + "\"";
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size + " viewBox=\"0 0 " + std::to_string(width) + " " +
         std::to_string(y + kMargin) +
         "\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, Liberation Mono, monospace\" "
         "font-size=\"13\" "
         "xml:space=\"preserve\">\n<rect " +
         size + " rx=\"8\" fill=\"" + std::string(theme.background) + "\"/>\n" + body + "</svg>\n";
}

}  // namespace heapdiff::test
