// What is written compressed is read back as it was.

#include "heapdiff/snapshot/compress.h"

#include "heapdiff/snapshot/load.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace heapdiff;

namespace {

class CollectedBytes final : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

/// `text` as a file of this name holds it, and read again; `compression` is what the reader takes it for.
std::string written_and_read(const std::string& name, const std::string& text, std::string& compression) {
  CollectedBytes file;
  const auto sink = compressing_sink(name, file);
  sink->write(std::string_view(text).substr(0, text.size() / 3));
  sink->write(std::string_view(text).substr(text.size() / 3));
  sink->finish();
  const auto source = expand(memory_source(file.text), name, Limits(), &compression);
  std::string read;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = source->read(buffer)) != 0;) {
    read.append(buffer.data(), n);
  }
  return read;
}

}  // namespace

TEST_CASE("what is written compressed is read as it was, by the ending of its name") {
  std::string text = "{\"snapshot\":";
  for (int i = 0; text.size() < 3'000'000; ++i) {
    text += std::to_string(i) + ",";
  }
  std::string compression;
  CHECK((written_and_read("a.heapsnapshot", text, compression) == text));
  CHECK(compression == "none");
  CHECK((written_and_read("a.heapsnapshot.gz", text, compression) == text));
  CHECK(compression == "gzip");
  CHECK((written_and_read("a.heapsnapshot.zst", text, compression) == text));
  CHECK(compression == "zstd");
}
