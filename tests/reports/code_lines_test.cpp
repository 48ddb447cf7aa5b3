// Comments of generated code keep to a width; statements stay as they are.

#include "formats/code_lines.h"

#include <doctest/doctest.h>

using heapdiff::formats::fold_comments;

TEST_CASE("code lines: a comment behind a statement moves above it where the two do not fit") {
  CHECK(fold_comments("  stop(); // now\n", 20) == "  stop(); // now\n");
  CHECK(fold_comments("  stop(); // now or never\n", 20) == "  // now or never\n  stop();\n");
  CHECK(fold_comments("  stop(); // one two three four\n", 16) == "  // one two\n  // three four\n  stop();\n");
}

TEST_CASE("code lines: a comment that fills a line goes on in the next") {
  CHECK(fold_comments("// one two three\nx();\n", 11) == "// one two\n// three\nx();\n");
  CHECK(fold_comments("// one two three\n// four\n  // five\n", 13) == "// one two\n// three four\n  // five\n");
  CHECK(fold_comments("// a_word_longer_than_the_line b\n", 8) == "// a_word_longer_than_the_line\n// b\n");
}

TEST_CASE("code lines: what is code stays whole") {
  for (const char* code : {"open('https:// not a comment', `// nor this ${x}`);\n", "//   observe(() => redis.size);\n",
                           "if ('it\\'s // text') go();\n", "x = 1;\n\n  y = 2;\n"}) {
    CHECK(fold_comments(code, 5) == code);
  }
}
