// Every prefix, every byte left out, bits turned and numbers replaced, in small heads of real snapshots: an Error with
// an offset inside the file, or a heap whose sums hold. `mutations FILE...` prints what happened; exit code 1 on a
// wrong verdict. Run by hand under sanitizers: minutes of CPU time.

#include "fuzz/check.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/real_snapshot.h"
#include "support/reduce_snapshot.h"

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

using namespace heapdiff;

namespace {

enum class Verdict { read, warned, refused };

Verdict verdict_of(std::string_view text) {
  try {
    const Heap heap = compute_heap(test::load_text(text), {});
    test::require(heap.retained_size(SnapshotGraph::root()) == heap.graph.total_self_size(), "sums hold");
    return heap.diagnostics.sentences().empty() ? Verdict::read : Verdict::warned;
  } catch (const Error& error) {
    test::require(error.kind() == ErrorKind::input || error.kind() == ErrorKind::limit, error.what());
    test::require(!error.offset() || *error.offset() <= text.size(), std::string("offset outside: ") + error.what());
    return Verdict::refused;
  }
}

class Campaign {
 public:
  explicit Campaign(const std::string& path)
      : whole_(test::reduced_snapshot(test::expanded_file(path), 120)), path_(path) {
    test::require(verdict_of(whole_) != Verdict::refused, "the head itself can be read: " + path);
  }
  void run() {
    for (std::size_t n = 0; n < whole_.size(); ++n) {
      test::require(verdict_of(std::string_view(whole_).substr(0, n)) == Verdict::refused,
                    "a prefix of " + std::to_string(n) + " bytes is refused");
    }
    for (std::size_t at = 0; at < whole_.size(); ++at) {
      std::string text = whole_;
      count("deletions", text.erase(at, 1));
      for (unsigned bit = 0; bit < 8; ++bit) {
        text = whole_;
        text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << bit));
        count("bit flips", text);
      }
    }
    replace_numbers();
    std::printf("%s: %zu bytes; %zu prefixes refused", path_.c_str(), whole_.size(), whole_.size());
    for (const auto& [what, verdicts] : counts_) {
      std::printf("; %s: %zu refused, %zu read, %zu with a warning", what.c_str(), verdicts[2], verdicts[0],
                  verdicts[1]);
    }
    std::printf("\n");
  }

 private:
  void replace_numbers() {
    for (std::size_t at = 0; at < whole_.size();) {
      std::size_t end = at;
      while (end < whole_.size() && whole_[end] >= '0' && whole_[end] <= '9') {
        ++end;
      }
      if (end == at) {
        ++at;
        continue;
      }
      for (const std::string& number :
           {std::string("0"), std::string("1"), std::string("-1"), std::string("1.5"), std::string("1e9"),
            std::string("2147483648"), std::string("4294967295"), std::string("4294967296"),
            std::string("9007199254740993"), std::string("18446744073709551615"), std::string("18446744073709551616"),
            std::string(400, '7'), std::string("\"\""), std::string("null"), std::string("[]")}) {
        count("numbers", whole_.substr(0, at) + number + whole_.substr(end));
      }
      at = end;
    }
  }
  void count(const char* what, const std::string& text) { ++counts_[what][static_cast<std::size_t>(verdict_of(text))]; }

  std::string whole_;
  std::string path_;
  std::map<std::string, std::array<std::size_t, 3>> counts_;
};

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    Campaign(argv[i]).run();
    std::fflush(stdout);
  }
}
