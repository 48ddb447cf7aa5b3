#pragma once
// A report as blocks without a format. It is composed once, and written as Markdown, Jira markup or ADF.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::model {

struct Span {
  enum class Style { plain, strong, code, blank } style = Style::plain;  ///< blank: a field for a person to fill in
  std::string text;
};
using Spans = std::vector<Span>;

[[nodiscard]] inline Span plain(std::string text) { return {Span::Style::plain, std::move(text)}; }
[[nodiscard]] inline Span strong(std::string text) { return {Span::Style::strong, std::move(text)}; }
[[nodiscard]] inline Span code(std::string text) { return {Span::Style::code, std::move(text)}; }
[[nodiscard]] inline Span blank(std::string text) { return {Span::Style::blank, std::move(text)}; }

/// A text of heapdiff in which words between backticks become code. All of it is plain where the backticks do not pair.
[[nodiscard]] Spans code_spans(const std::string& text);

/// Whether a sentence of heapdiff names one thing of the program between backticks, as "Clearing `pages` would free it"
/// does. False where the name has backticks itself.
[[nodiscard]] bool names_one_thing(std::string_view sentence);

/// Such a sentence with its name as code; any other text is plain.
[[nodiscard]] Spans named_spans(const std::string& text);

/// What a panel is for: bad news, good news, or what needs attention.
enum class Tone { bad, good, attention, note };

struct Block {
  enum class Kind { heading, paragraph, panel, bullets, numbers, table, code } kind = Kind::paragraph;
  unsigned level = 1;                    ///< of a heading
  Spans spans;                           ///< heading, paragraph, panel
  std::vector<Spans> items;              ///< bullets, numbers
  std::vector<std::vector<Spans>> rows;  ///< table; the first row is its head
  std::vector<bool> right;               ///< table: columns of numbers
  std::string language;                  ///< code; may be empty
  Tone tone = Tone::note;                ///< panel
  std::string text;                      ///< code
};

/// Blocks in order, with a short function for each kind.
class Document {
 public:
  void heading(unsigned level, Spans spans);
  void paragraph(Spans spans);
  void panel(Tone tone, Spans spans);
  void bullets(std::vector<Spans> items);
  void numbers(std::vector<Spans> items);
  void table(std::vector<bool> right, std::vector<std::vector<Spans>> rows);
  void code_block(std::string language, std::string text);
  /// The first `blocks` blocks, of the last one only `parts` items or rows.
  [[nodiscard]] Document first(std::size_t blocks, std::size_t parts) const;
  [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }

 private:
  std::vector<Block> blocks_;
};

}  // namespace heapdiff::model
