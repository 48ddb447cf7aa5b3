// Loading: the same graph however the bytes come, and an error with a place wherever they stop.

#include "heapdiff/snapshot/load.h"

#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/error.h"
#include "support/load_text.h"
#include "support/real_snapshot.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::real_snapshot_text;
using heapdiff::test::SnapshotText;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr int kSampledCuts = 200;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kSampledCuts = 200;  // a load takes ten times as long
#else
constexpr int kSampledCuts = 2000;
#endif
#else
constexpr int kSampledCuts = 2000;  // 20 s
#endif

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 31U);
}

/// One line that differs when anything in the graph does.
std::string fingerprint(const LoadedSnapshot& loaded) {
  const SnapshotGraph& g = loaded.graph;
  std::uint64_t nodes = 0;
  std::uint64_t edges = 0;
  std::uint64_t names = 0;
  for (std::uint32_t i = 0; i < g.node_count(); ++i) {
    const NodeIndex n(i);
    nodes = mix(nodes, static_cast<std::uint64_t>(g.type(n)));
    nodes = mix(nodes, static_cast<std::uint64_t>(g.detachedness(n)));
    nodes = mix(nodes, g.name_index(n).get());
    nodes = mix(nodes, g.id(n));
    nodes = mix(nodes, g.self_size(n));
    nodes = mix(nodes, g.trace_id(n));
    for (const SnapshotGraph::Edge e : g.edges(n)) {
      edges = mix(edges, static_cast<std::uint64_t>(e.type));
      edges = mix(edges, g.edge_name_raw(e));
      edges = mix(edges, e.target.get());
    }
  }
  for (std::uint32_t s = 0; s < g.strings().size(); ++s) {
    for (const char c : g.strings()[StringIndex(s)]) {
      names = mix(names, static_cast<unsigned char>(c));
    }
    names = mix(names, 256);
  }
  return fmt::format("{} nodes {:x}, {} edges {:x}, {} strings {:x}, {} places, {} bytes, {} read, {}", g.node_count(),
                     nodes, g.edge_count(), edges, g.strings().size(), names, g.locations().rows.size(),
                     g.total_self_size(), loaded.input.size_bytes, loaded.input.digest);
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in(text);
  std::string out(deflateBound(&stream, static_cast<uLong>(in.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_packed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1);
  REQUIRE(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

LoadedSnapshot load_packed(const std::string& packed, std::size_t chunk, std::string* compression) {
  const auto source = expand(memory_source(packed, chunk), "packed", Limits(), compression);
  LoadOptions options;
  options.threads = 1;
  return load_snapshot(*source, "packed", options);
}

/// Empty when `text` is refused as it should be: bad input, at its end.
std::string complaint_about_cut(std::string_view text, unsigned threads = 1) {
  try {
    static_cast<void>(load_text(text, threads));
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::input && e.offset() == text.size()) {
      return {};
    }
    return fmt::format("cut at {}: {}", text.size(), e.what());
  }
  return fmt::format("cut at {}: accepted", text.size());
}

SnapshotText small_snapshot() {
  SnapshotText text;
  text.add_root();
  for (std::uint32_t i = 1; i < 40; ++i) {
    text.add_node(i % 3 == 0 ? "string" : "object", fmt::format("Name \"{}\" \u00e9\u4e2d\n", i % 7), i * 8);
    text.add_edge(i / 2, "property", fmt::format("field{}", i), i);
    text.add_edge(i, i % 2 == 0 ? "weak" : "context", "back", i / 3);
    text.add_edge(0, "element", i, i);
    text.add_location(i, 3, i, 4);
  }
  return text;
}

}  // namespace

TEST_CASE("a small snapshot cut at any byte is refused at its end") {
  const std::string text = small_snapshot().text();
  REQUIRE_NOTHROW(load_text(text));
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    const std::string complaint = complaint_about_cut(std::string_view(text).substr(0, cut));
    REQUIRE_MESSAGE(complaint.empty(), complaint);
  }
}

TEST_CASE("a real snapshot cut at every section boundary and at sampled places is refused at its end") {
  const std::string& text = real_snapshot_text();
  const std::size_t last = text.rfind('}');
  std::vector<std::size_t> cuts;
  for (const std::string_view key :
       {"\"snapshot\"", "\"meta\"", "\"node_count\"", "\"nodes\"", "\"edges\"", "\"trace_function_infos\"",
        "\"trace_tree\"", "\"samples\"", "\"locations\"", "\"strings\""}) {
    const std::size_t at = text.find(std::string(key) + ":");
    REQUIRE(at != std::string::npos);
    for (std::size_t i = at < 4 ? 0 : at - 4; i < at + key.size() + 4; ++i) {
      cuts.push_back(i);
    }
  }
  for (std::size_t back = 0; back < 5; ++back) {
    cuts.push_back(last - back);
  }
  std::mt19937 random(892);
  for (int i = 0; i < kSampledCuts; ++i) {
    cuts.push_back(random() % last);
  }
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const std::string complaint = complaint_about_cut(std::string_view(text).substr(0, cuts[i]), i % 8 == 0 ? 2 : 1);
    REQUIRE_MESSAGE(complaint.empty(), complaint);
  }
}

TEST_CASE("plain, gzip, multi-member gzip and zstd give the same graph, in chunks of any size") {
  const std::string& text = real_snapshot_text();
  const std::string wanted = fingerprint(load_text(text));
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    CAPTURE(chunk);
    CHECK(fingerprint(load_text(text, 1, chunk)) == wanted);
  }
  const std::string_view view = text;
  const std::string one = gzipped(text);
  const std::string many = gzipped(view.substr(0, 100)) + gzipped({}) + gzipped(view.substr(100, 3'000'000)) +
                           gzipped(view.substr(3'000'100));
  const std::string zstd = zstd_packed(text);
  const std::string frames = zstd_packed(view.substr(0, 1'000'001)) + zstd_packed(view.substr(1'000'001));
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, SIZE_MAX}) {
    CAPTURE(chunk);
    std::string compression;
    CHECK(fingerprint(load_packed(one, chunk, &compression)) == wanted);
    CHECK(compression == "gzip");
    CHECK(fingerprint(load_packed(many, chunk, &compression)) == wanted);
    CHECK(compression == "gzip");
    CHECK(fingerprint(load_packed(zstd, chunk, &compression)) == wanted);
    CHECK(compression == "zstd");
    CHECK(fingerprint(load_packed(frames, chunk, &compression)) == wanted);
    CHECK(compression == "zstd");
  }
}

TEST_CASE("one thread and two give the same graph, from memory and from a file") {
  const std::string wanted = fingerprint(load_text(real_snapshot_text(), 1));
  for (int round = 0; round < 5; ++round) {
    CHECK(fingerprint(load_text(real_snapshot_text(), 2)) == wanted);
  }
  for (const unsigned threads : {1U, 2U}) {
    LoadOptions options;
    options.threads = threads;
    const LoadedSnapshot loaded = load_snapshot(test::real_snapshot_path(), options);
    CHECK(fingerprint(loaded) == wanted);
    CHECK(loaded.input.compression == "zstd");
    CHECK(loaded.diagnostics.empty());
  }
}

TEST_CASE("damaged and cut compressed data is refused, and so is compression inside compression") {
  const std::string text = small_snapshot().text();
  const auto refusal = [](const std::string& packed) {
    try {
      static_cast<void>(load_packed(packed, SIZE_MAX, nullptr));
    } catch (const Error& e) {
      CHECK(e.kind() == ErrorKind::input);
      CHECK(e.offset().has_value());
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  for (const std::string& packed : {gzipped(text), zstd_packed(text)}) {
    for (std::size_t cut = 4; cut < packed.size(); ++cut) {
      const std::string message = refusal(packed.substr(0, cut));
      CAPTURE(cut);
      REQUIRE(message != "accepted");
      REQUIRE(message.find("end of file") != std::string::npos);
    }
  }
  std::string bad_checksum = gzipped(text);
  bad_checksum[bad_checksum.size() - 8] ^= 1;
  CHECK(refusal(bad_checksum).find("checksum") != std::string::npos);
  std::string bad_length = gzipped(text);
  bad_length.back() ^= 1;
  CHECK(refusal(bad_length).find("length") != std::string::npos);
  CHECK(refusal(gzipped(gzipped(text))).find("compressed data inside compressed data") != std::string::npos);
  CHECK(refusal(zstd_packed(gzipped(text))).find("compressed data inside compressed data") != std::string::npos);
}

TEST_CASE("data that expands out of proportion is refused before it fills the memory") {
  Limits limits;
  limits.ratio_checked_after = 1'000'000;
  const std::string bomb = gzipped("{" + std::string(5'000'000, ' '));
  try {
    const auto source = expand(memory_source(bomb), "bomb", limits);
    static_cast<void>(load_snapshot(*source, "bomb", LoadOptions()));
    FAIL("accepted");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::limit);
    CHECK(e.offset().value_or(0) >= 1'000'000);
  }
}

TEST_CASE("a file that grows, shrinks or is written again while it is read is refused, and that is the reason") {
  /// Gives the bytes of a file, and changes the file before the last of them is read.
  class Changing final : public ByteSource {
   public:
    Changing(std::unique_ptr<ByteSource> file, std::function<void()> change)
        : file_(std::move(file)), change_(std::move(change)) {}
    std::size_t read(std::span<char> buffer) override {
      if (reads_++ == 1) {
        change_();
      }
      return file_->read(buffer.first(std::min<std::size_t>(buffer.size(), 1000)));
    }
    void check_unchanged() const override { file_->check_unchanged(); }

   private:
    std::unique_ptr<ByteSource> file_;
    std::function<void()> change_;
    int reads_ = 0;
  };
  const std::string text = small_snapshot().text();
  REQUIRE(text.size() > 3000);
  for (const std::string change : {"none", "grows", "shrinks", "is written again"}) {
    CAPTURE(change);
    const heapdiff_test::TemporaryFolder folder;
    folder.write("a.heapsnapshot", text);
    const std::string path = (folder.path / "a.heapsnapshot").string();
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    Changing source(open_stored(path).source, [&] {
      if (change == "grows") {
        std::ofstream(path, std::ios::app) << "\n";
      } else if (change == "shrinks") {
        std::filesystem::resize_file(path, 2500);
      } else if (change != "none") {
        folder.write("a.heapsnapshot", text);
      }
    });
    LoadOptions options;
    options.threads = 1;
    std::string complaint;
    try {
      static_cast<void>(load_snapshot(source, path, options));
    } catch (const Error& e) {
      CHECK(e.kind() == ErrorKind::input);
      complaint = e.what();
    }
    CHECK((complaint.find("it changed while it was read") != std::string::npos) == (change != "none"));
    CHECK(complaint.empty() == (change == "none"));
  }
}

TEST_CASE("a file that cannot be opened is refused with the system's reason") {
  for (const std::string& path : {std::string(HEAPDIFF_TESTDATA "/no-such-file"), std::string(HEAPDIFF_TESTDATA)}) {
    try {
      static_cast<void>(load_snapshot(path, LoadOptions()));
      FAIL("accepted");
    } catch (const Error& e) {
      CHECK(e.kind() == ErrorKind::input);
      CHECK(std::string(e.what()).find(path) != std::string::npos);
    }
  }
}

TEST_CASE("a string ends, and an escape begins, at any distance from its start") {
  test::SnapshotText text;
  text.add_root();
  std::vector<std::string> names;
  for (std::size_t length = 0; length < 20; ++length) {
    names.push_back(std::string(length, 'x') + "~");
    for (const char* special : {"\"", "\\", "\n", "\x7F", "\u00e9", "\xF0\x9F\x98\x80", "!"}) {
      names.push_back(std::string(length, 'y') + special + std::string(17, 'z'));
    }
  }
  for (const std::string& name : names) {
    text.add_node("object", name, 8);
  }
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    const LoadedSnapshot loaded = test::load_text(text.text(), 1, chunk);
    for (std::uint32_t i = 0; i < names.size(); ++i) {
      CHECK(loaded.graph.name(NodeIndex(i + 1)) == names[i]);
    }
  }
}
