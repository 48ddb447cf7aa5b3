// A fix is judged by the signatures of the leaks before and after it.

#include "heapdiff/diff/verify.h"

#include <doctest/doctest.h>

using namespace heapdiff;

namespace {

VerifyLeak leak(const char* signature, double bytes_per_hour, bool proven = true) {
  VerifyLeak out;
  out.signature = out.name = signature;
  out.proven = proven;
  out.per_hour = Rate{bytes_per_hour, std::nullopt, std::nullopt};
  return out;
}

VerifySide side(std::vector<VerifyLeak> leaks) {
  VerifySide out;
  out.leaks = std::move(leaks);
  out.hours = 0.1;
  out.smallest_bytes = 32e3;
  return out;
}

}  // namespace

TEST_CASE("a leak that would have shown and does not is mended") {
  const Verification v = verify(side({leak("a", 20e6)}), side({}));
  CHECK(v.verdict == VerifyVerdict::pass);
  REQUIRE(v.rows.size() == 1);
  CHECK(v.rows[0].cause == VerifyCause::gone);
  CHECK(v.rows[0].expected_bytes == doctest::Approx(2e6));
}

TEST_CASE("a leak that goes on fails, also beside one that is mended") {
  const Verification v = verify(side({leak("a", 20e6), leak("b", 9e6)}), side({leak("b", 9e6)}));
  CHECK(v.verdict == VerifyVerdict::fail);
  REQUIRE(v.rows.size() == 2);
  CHECK(v.rows[0].signature == "b");
  CHECK(v.rows[0].cause == VerifyCause::still_grows);
  CHECK(v.rows[1].verdict == VerifyVerdict::pass);
}

TEST_CASE("another runtime's path changes the signature, not the leak") {
  VerifyLeak old = leak("a", 20e6);
  VerifyLeak now = leak("b", 21e6);
  old.alias = now.alias = "timer|Timeout|TimersList|app.js:12";
  const Verification v = verify(side({old}), side({now}));
  REQUIRE(v.rows.size() == 1);
  CHECK(v.rows[0].cause == VerifyCause::still_grows);
  now.alias = "timer|Timeout|TimersList|app.js:99";
  CHECK(verify(side({old}), side({now})).rows.size() == 2);
}

TEST_CASE("a new leak fails, new growth that may be warm-up is open") {
  CHECK(verify(side({leak("a", 20e6)}), side({leak("b", 1e6)})).rows[0].cause == VerifyCause::new_leak);
  const Verification v = verify(side({leak("a", 20e6)}), side({leak("b", 1e6, false)}));
  CHECK(v.verdict == VerifyVerdict::inconclusive);
}

TEST_CASE("what another holder of a leak still holds is no new leak") {
  VerifyLeak old = leak("a", 20e6);
  old.other_holders = {{"Map \"registry\"", "place of the map"}};
  VerifyLeak now = leak("b", 9e6);
  now.place = "place of the map";
  const Verification v = verify(side({old}), side({now}));
  CHECK(v.verdict == VerifyVerdict::fail);
  REQUIRE(v.rows.size() == 2);
  CHECK(v.rows[0].cause == VerifyCause::still_held);
  CHECK(v.rows[0].held_by == "Map \"registry\"");
  CHECK(v.rows[1].cause == VerifyCause::gone);
  // The other holder may have been a suspect of its own.
  const Verification both = verify(side({old, now}), side({now}));
  CHECK(both.rows[0].cause == VerifyCause::still_held);
  CHECK(verify(side({old, now}), side({old, now})).rows[1].cause == VerifyCause::still_grows);
  now.place = "another place";
  CHECK(verify(side({old}), side({now})).rows[0].cause == VerifyCause::new_leak);
}

TEST_CASE("silence proves nothing where the leak could not have shown") {
  VerifySide after = side({});
  after.hours = 0.001;
  CHECK(verify(side({leak("a", 20e6)}), after).rows[0].cause == VerifyCause::too_short);
  after.hours.reset();
  CHECK(verify(side({leak("a", 20e6)}), after).rows[0].cause == VerifyCause::no_scale);
  after.levelled_off = {"a"};
  CHECK(verify(side({leak("a", 20e6)}), after).rows[0].cause == VerifyCause::levelled_off);
  VerifySide unexplained = side({});
  unexplained.unexplained_growth = true;
  CHECK(verify(side({leak("a", 20e6)}), unexplained).verdict == VerifyVerdict::inconclusive);
}

TEST_CASE("without a leak before, nothing is verified") {
  CHECK(verify(side({}), side({})).verdict == VerifyVerdict::inconclusive);
  CHECK(verify(side({leak("a", 1e6, false)}), side({})).rows[0].cause == VerifyCause::not_shown);
}

TEST_CASE("operations are the scale where both sides count them") {
  VerifySide before = side({leak("a", 20e6)});
  VerifySide after = side({});
  before.leaks[0].per_operation = Rate{500, std::nullopt, std::nullopt};
  before.operations = 3000;
  after.operations = 100;
  const Verification v = verify(before, after);
  CHECK(v.per_operation);
  CHECK(v.rows[0].cause == VerifyCause::too_short);
}

TEST_CASE("a leak that is not there is fixed only where its program is there") {
  VerifyLeak old = leak("a", 20e6);
  old.script = "got/index";
  VerifySide before = side({old});
  before.scripts = {"got/index", "got/retry", "server", "routes"};
  VerifySide after = side({});
  after.scripts = {"worker", "server"};
  const Verification v = verify(before, after);
  CHECK(v.verdict == VerifyVerdict::inconclusive);
  REQUIRE(v.rows.size() == 1);
  CHECK(v.rows[0].cause == VerifyCause::not_loaded);
  after.scripts.insert("got/index");
  CHECK(verify(before, after).verdict == VerifyVerdict::pass);
  after.scripts = {"got/retry", "server", "routes"};  // the fix took the file away
  CHECK(verify(before, after).verdict == VerifyVerdict::pass);
  after.scripts.clear();  // nothing is known of files, as in a heap without positions
  CHECK(verify(before, after).verdict == VerifyVerdict::pass);
}

TEST_CASE("without times and operations a leak that is not there is open, not fixed") {
  VerifySide before = side({leak("a", 20e6)});
  VerifySide after = side({});
  after.hours.reset();
  const Verification v = verify(before, after);
  CHECK(v.verdict == VerifyVerdict::inconclusive);
  REQUIRE(v.rows.size() == 1);
  CHECK(v.rows[0].cause == VerifyCause::no_scale);
  CHECK(v.rows[0].verdict == VerifyVerdict::inconclusive);
}
