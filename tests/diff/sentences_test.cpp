// Every number of every sentence is counted again, on plain lists, and agrees; a change of the heap that makes a
// sentence untrue makes it go.

#include "support/fact_oracle.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::test;

namespace {

struct GrownLeak {
  std::vector<std::string> texts;
  Findings findings;
};

GrownLeak grown(const DrawnLeak& leak, std::string_view mutation = {}) {
  GrownLeak out;
  out.findings = grow(
      4, [&](Drawing& d, std::uint64_t items) { leak.draw(d, items, mutation); }, steadily, nullptr, &out.texts);
  return out;
}

std::string all_words(const Suspect& s) {
  std::string words = s.why;
  for (const std::string& sentence : s.ruled_out) {
    words += " " + sentence;
  }
  return words;
}

/// What is left of a sentence without its facts, which have to occur in their order, and without its names.
std::string without_facts_and_names(const Statement& statement) {
  std::string rest = statement.text;
  std::size_t at = 0;
  for (const Fact& fact : statement.stated) {
    at = rest.find(fact.text(), at);
    REQUIRE_MESSAGE(at != std::string::npos, fact.text() << " is not in: " << statement.text);
    rest.replace(at, fact.text().size(), "#");
  }
  for (const std::string& name : statement.names) {
    if (const std::size_t found = rest.find(name); found != std::string::npos && !name.empty()) {
      rest.replace(found, name.size(), "@");
    }
  }
  return rest;
}

void check_sentences(const std::string& what, const Suspect& s, const FactOracle& oracle) {
  for (const Statement& statement : s.statements) {
    CAPTURE(what);
    CAPTURE(statement.text);
    CHECK(without_facts_and_names(statement).find_first_of("0123456789") == std::string::npos);
    std::vector<Fact> facts = statement.stated;
    facts.insert(facts.end(), statement.proofs.begin(), statement.proofs.end());
    for (const Fact& fact : facts) {
      const auto expected = oracle.value(fact);
      INFO("fact ", static_cast<int>(fact.kind()), " of \"", fact.subject(), "\" at ", fact.step());
      REQUIRE(expected);
      CHECK(fact.value() == doctest::Approx(*expected));
    }
  }
}

}  // namespace

TEST_CASE("sentences: every number agrees with a count on plain lists, and with how the heap was drawn") {
  for (const DrawnLeak& leak : drawn_leaks()) {
    CAPTURE(leak.name);
    const GrownLeak g = grown(leak);
    REQUIRE(!g.findings.suspects.empty());
    const Suspect& s = g.findings.suspects.front();
    INFO(s.why);
    CHECK(s.kind == leak.kind);
    CHECK(s.cause == leak.cause);
    CHECK(!s.why.empty());
    check_sentences(leak.name, s, FactOracle(g.texts, leak.holders, s));
    for (const DrawnTruth& truth : leak.truth) {
      const bool told = std::any_of(s.statements.begin(), s.statements.end(), [&](const Statement& statement) {
        const auto is_it = [&](const Fact& fact) {
          return fact.kind() == truth.kind && fact.subject() == truth.subject && fact.value() == truth.value;
        };
        return std::any_of(statement.stated.begin(), statement.stated.end(), is_it) ||
               std::any_of(statement.proofs.begin(), statement.proofs.end(), is_it);
      });
      CHECK_MESSAGE(
          told, "fact " << static_cast<int>(truth.kind) << " of \"" << truth.subject << "\" is not " << truth.value);
    }
  }
}

TEST_CASE("sentences: what a change of the heap makes untrue is not said any more") {
  for (const DrawnLeak& leak : drawn_leaks()) {
    const std::string before = all_words(grown(leak).findings.suspects.front());
    for (const Mutation& mutation : leak.mutations) {
      CAPTURE(leak.name);
      CAPTURE(mutation.name);
      CAPTURE(mutation.gone);
      const GrownLeak g = grown(leak, mutation.name);
      std::vector<Suspect> described = g.findings.suspects;
      described.insert(described.end(), g.findings.dismissed.begin(), g.findings.dismissed.end());
      CHECK(!described.empty());
      for (const Suspect& s : described) {
        CHECK_MESSAGE(!says(all_words(s), mutation.gone), all_words(s));
      }
      CHECK_MESSAGE(says(before, mutation.gone), before);
    }
  }
}

TEST_CASE("sentences: a changed heap has true numbers too") {
  for (const DrawnLeak& leak : drawn_leaks()) {
    for (const Mutation& mutation : leak.mutations) {
      CAPTURE(leak.name);
      CAPTURE(mutation.name);
      if (mutation.name == "new holder" || mutation.name == "uneven" || mutation.name == "given back" ||
          mutation.name == "no chain" || mutation.name == "in the list") {
        continue;  // what holds the objects is another one then
      }
      const GrownLeak g = grown(leak, mutation.name);
      if (!g.findings.suspects.empty() && g.findings.suspects.size() == 1) {
        const Suspect& s = g.findings.suspects.front();
        check_sentences(leak.name + ", " + mutation.name, s, FactOracle(g.texts, leak.holders, s));
      }
    }
  }
}
