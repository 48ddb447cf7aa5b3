#pragma once
// Sentences of a finding. They are put together from fixed words, names of the heap, and facts.

#include "heapdiff/diff/fact.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapdiff::detectors {

/// Words that are the same for every heap. A digit in them does not compile: a number is a Fact.
class Words {
 public:
  template <std::size_t N>
  consteval Words(const char (&text)[N])  // NOLINT(google-explicit-constructor): a literal reads as what it is
      : text_(text, N - 1) {
    for (const char c : text) {
      if (c >= '0' && c <= '9') {
        throw "a number in a sentence is a Fact";
      }
    }
  }
  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

/// The words after a number: one object "is", several "are".
[[nodiscard]] inline Words by_number(const Fact& count, Words one, Words several) {
  return count.value() == 1 ? one : several;
}

/// What a sentence takes from the heap: a class, a function, a variable. May have digits.
struct Name {
  std::string text;
};

class Sentence {
 public:
  Sentence& operator<<(Words words) {
    statement_.text += words.text();
    return *this;
  }
  Sentence& operator<<(const Name& name) {
    statement_.text += name.text;
    statement_.names.push_back(name.text);
    return *this;
  }
  Sentence& operator<<(const Fact& fact) {
    statement_.text += fact.text();
    statement_.stated.push_back(fact);
    return *this;
  }
  /// The sentence rests on `fact` without telling its number.
  Sentence& because(const Fact& fact) {
    statement_.proofs.push_back(fact);
    return *this;
  }
  [[nodiscard]] const Statement& statement() const noexcept { return statement_; }

 private:
  Statement statement_;
};

/// Why an accumulation leaks, and what it is not.
class Reasons {
 public:
  void say(const Sentence& sentence) { add(sentence.statement(), false); }
  /// A sentence that stays behind all others: a short answer shows the first ones only.
  void say_last(const Sentence& sentence) {
    statements_.push_back(sentence.statement());
    ++closing_;
  }

  /// A sentence on what the accumulation is not, if the check that shows it succeeded. Without a check it is not said.
  void rule_out(const std::optional<Fact>& proof, Sentence sentence) {
    if (proof) {
      add(sentence.because(*proof).statement(), true);
    }
  }

  [[nodiscard]] const std::vector<Statement>& statements() const noexcept { return statements_; }
  /// The sentences of either sort, with blanks between.
  [[nodiscard]] std::string why() const {
    std::string text;
    for (const Statement& statement : statements_) {
      if (!statement.rules_out) {
        text += (text.empty() ? "" : " ") + statement.text;
      }
    }
    return text;
  }
  [[nodiscard]] std::vector<std::string> ruled_out() const {
    std::vector<std::string> texts;
    for (const Statement& statement : statements_) {
      if (statement.rules_out) {
        texts.push_back(statement.text);
      }
    }
    return texts;
  }

 private:
  void add(Statement statement, bool rules_out) {
    statement.rules_out = rules_out;
    statements_.insert(statements_.end() - static_cast<std::ptrdiff_t>(closing_), std::move(statement));
  }
  std::vector<Statement> statements_;
  std::size_t closing_ = 0;  // the last ones of `statements_`
};

}  // namespace heapdiff::detectors
