#include "heapdiff/snapshot/visible_text.h"

#include <doctest/doctest.h>

using heapdiff::visible_text;

TEST_CASE("plain text and text in other scripts stay as they are") {
  CHECK(visible_text("Cache \u00e9\u4e2d\U0001F600") == "Cache \u00e9\u4e2d\U0001F600");
}

TEST_CASE("control and bidi characters become visible escapes") {
  CHECK(visible_text("a\x1b]0;x\x07") == "a\\u{1b}]0;x\\u{7}");
  CHECK(visible_text("a\u202Eb") == "a\\u{202e}b");
  CHECK(visible_text("a\u009bb") == "a\\u{9b}b");
}

TEST_CASE("bytes that are not UTF-8 become replacement characters and are never read past the end") {
  CHECK(visible_text("a\xff") == "a\uFFFD");
  CHECK(visible_text("a\xe4\xb8") == "a\uFFFD");
  CHECK(visible_text("\xc0\x80") == "\uFFFD");
  CHECK(visible_text("\xed\xa0\x80") == "\uFFFD");
}

TEST_CASE("long text is cut on a code point with an ellipsis") {
  CHECK(visible_text("\u4e2d\u4e2d\u4e2d", 2) == "\u4e2d\u4e2d\u2026");
  CHECK(visible_text("ab", 2) == "ab");
}
