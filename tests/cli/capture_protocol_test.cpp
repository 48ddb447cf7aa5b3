// What a target sends: frames, chunks of snapshots, answers of HTTP. All of it may be hostile.

#include "capture/chunk_message.h"
#include "capture/http_message.h"
#include "capture/target.h"
#include "capture/websocket.h"
#include "heapdiff/snapshot/error.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::capture;

namespace {

struct Heard {
  std::vector<std::string> messages;
  std::vector<std::string> pings;
  unsigned closed = 0;
};

struct Listener final : WebSocketHandler {
  explicit Listener(Heard& to) : heard(to) {}
  Heard& heard;
  std::string piece;
  void on_text(std::string_view text, bool last) override {
    piece += text;
    if (last) {
      heard.messages.push_back(std::move(piece));
      piece.clear();
    }
  }
  void on_ping(std::string_view payload) override { heard.pings.emplace_back(payload); }
  void on_close(unsigned code) override { heard.closed = code; }
};

std::string server_frame(unsigned first, std::string_view payload) {
  std::string out(1, static_cast<char>(first));
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() < 65536) {
    out += {static_cast<char>(126), static_cast<char>(payload.size() >> 8U), static_cast<char>(payload.size())};
  } else {
    out += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out += static_cast<char>(std::uint64_t{payload.size()} >> static_cast<unsigned>(shift));
    }
  }
  return out + std::string(payload);
}

/// Feeds in pieces of each size, so that every state of the reader is left in the middle.
Heard hear(const std::string& bytes, std::size_t step) {
  Heard heard;
  Listener listener(heard);
  WebSocketReader reader(listener);
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    reader.feed(std::string_view(bytes).substr(i, step));
  }
  return heard;
}

struct Collected final : ByteSink {
  std::string text;
  void write(std::string_view bytes) override { text += bytes; }
};

constexpr const char* kChunk = R"({"method":"HeapProfiler.addHeapSnapshotChunk","params":{"chunk":")";

struct Read {
  std::string snapshot;
  std::vector<std::string> messages;
};

Read read_messages(const std::vector<std::string>& messages, std::size_t step) {
  Read read;
  Collected sink;
  ChunkMessages reader([&](std::string_view text) { read.messages.emplace_back(text); });
  reader.set_sink(&sink);
  for (const std::string& message : messages) {
    for (std::size_t i = 0; i < message.size(); i += step) {
      reader.feed(std::string_view(message).substr(i, step), i + step >= message.size());
    }
  }
  read.snapshot = sink.text;
  CHECK(reader.chunk_bytes() == sink.text.size());
  return read;
}

}  // namespace

TEST_CASE("capture: frames of every length arrive in whatever pieces they come") {
  const std::string medium(300, 'm');
  const std::string large(70'000, 'l');
  const std::string bytes =
      server_frame(0x81, "short") + server_frame(0x81, medium) + server_frame(0x81, large) + server_frame(0x81, "");
  for (const std::size_t step : {1UL, 3UL, 4096UL, bytes.size()}) {
    const Heard heard = hear(bytes, step);
    REQUIRE(heard.messages.size() == 4);
    CHECK(heard.messages[0] == "short");
    CHECK(heard.messages[1] == medium);
    CHECK(heard.messages[2] == large);
    CHECK(heard.messages[3].empty());
  }
}

TEST_CASE("capture: a fragmented message is one, and a ping between its fragments is heard") {
  const Heard heard = hear(server_frame(0x01, "one ") + server_frame(0x89, "ping") + server_frame(0x00, "") +
                               server_frame(0x00, "and ") + server_frame(0x80, "two") + server_frame(0x8A, "") +
                               server_frame(0x88, std::string("\x03\xE8") + "bye"),
                           1);
  REQUIRE(heard.messages.size() == 1);
  CHECK(heard.messages[0] == "one and two");
  REQUIRE(heard.pings.size() == 1);
  CHECK(heard.pings[0] == "ping");
  CHECK(heard.closed == 1000);
}

TEST_CASE("capture: what a server must not send is refused") {
  const std::string hostile[] = {
      server_frame(0xC1, "extension"),                              // a reserved bit
      server_frame(0x82, "binary"),                                 //
      server_frame(0x83, "unknown"),                                //
      server_frame(0x8B, "unknown control"),                        //
      server_frame(0x09, "fragmented ping"),                        //
      server_frame(0x80, "continuation of nothing"),                //
      server_frame(0x01, "begun") + server_frame(0x81, "another"),  //
      std::string("\x81\x85") + "maskdata!",                        // masked
      std::string("\x89\x7E\x00\x80", 4) + std::string(128, 'p'),   // a long ping
      std::string("\x81\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10),  // 2^64 - 1 bytes
      server_frame(0x88, "x"),                                      // half a code
  };
  for (const std::string& bytes : hostile) {
    CAPTURE(bytes);
    CHECK_THROWS_AS(hear(bytes, 1), Error);
    CHECK_THROWS_AS(hear(bytes, bytes.size()), Error);
  }
}

TEST_CASE("capture: our frames are masked, and the handshake's answer is that of RFC 6455") {
  const std::string sent = client_frame(Opcode::text, "abc", {1, 2, 3, 4});
  CHECK(sent == std::string("\x81\x83\x01\x02\x03\x04") + std::string{'a' ^ 1, 'b' ^ 2, 'c' ^ 3});
  CHECK(client_frame(Opcode::text, std::string(300, 'x'), {}).substr(0, 4) == std::string("\x81\xFE\x01\x2C"));
  CHECK(client_frame(Opcode::text, std::string(65'536, 'x'), {}).size() == 65'536 + 14);
  CHECK(accept_of("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
}

TEST_CASE("capture: the text of a snapshot is unescaped however it is cut") {
  const std::vector<std::string> messages = {
      std::string(kChunk) + R"({\"snapshot\":{\n\"a\\\\b\/\t\r\b\f)" + "\"}}",
      R"({"id":1,"result":{}})",
      "{ \"method\" : \"HeapProfiler.addHeapSnapshotChunk\" , \"params\" : { \"chunk\" : \"" +
          std::string(R"(\u0041\u00e9\u20ac\ud83d\ude00\udc00}")") + "},\"sessionId\":\"x\"}",
      R"({"method":"HeapProfiler.addHeapSnapshotChunks","params":{}})",
  };
  for (const std::size_t step : {1UL, 2UL, 7UL, 4096UL}) {
    const Read read = read_messages(messages, step);
    CHECK(read.snapshot == "{\"snapshot\":{\n\"a\\\\b/\t\r\b\fA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD}");
    REQUIRE(read.messages.size() == 2);
    CHECK(read.messages[0] == messages[1]);
    CHECK(read.messages[1] == messages[3]);
  }
}

TEST_CASE("capture: a chunk of any length needs a buffer of fixed size") {
  const std::string digits(1'000'000, '7');
  const Read read = read_messages({std::string(kChunk) + digits + "\"}}"}, 10'000);
  CHECK(read.snapshot == digits);
}

TEST_CASE("capture: what is no chunk is refused") {
  const std::string hostile[] = {
      std::string(kChunk) + "cut",             //
      std::string(kChunk) + "cut\\",           //
      std::string(kChunk) + "\\u12\"}}",       //
      std::string(kChunk) + "\\x41\"}}",       //
      std::string(kChunk) + "\n\"}}",          //
      std::string(kChunk) + "\\ud83d!\"}}",    //
      std::string(kChunk) + "\\ud83d\\n\"}}",  //
      std::string(kChunk) + "\\ud83d\"}}",     //
      std::string(kChunk) + "a\", \"b\"",      //
      std::string(kChunk) + "a\"",             //
      std::string(kChunk) + "a\"}" + std::string(300, ' ') + "}",
  };
  for (const std::string& message : hostile) {
    CAPTURE(message);
    CHECK_THROWS_AS(read_messages({message}, 1), Error);
    CHECK_THROWS_AS(read_messages({message}, message.size()), Error);
  }
  CHECK_THROWS_AS(read_messages({std::string(5'000'000, '[')}, 4096), Error);
  ChunkMessages nobody_asked([](std::string_view) {});
  CHECK_THROWS_AS(nobody_asked.feed(std::string(kChunk) + "a\"}}", true), Error);
}

TEST_CASE("capture: answers of HTTP are bounded and checked") {
  const std::string text =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length:  12 \r\nX: a:b\r\n\r\nbody";
  const auto end = end_of_head(text);
  REQUIRE(end);
  CHECK(text.substr(*end) == "body");
  const ResponseHead head = parse_head(std::string_view(text).substr(0, *end));
  CHECK(head.status == 200);
  CHECK(head.content_length() == 12);
  CHECK(head.field("x") == "a:b");
  CHECK(head.field("y").empty());
  CHECK_FALSE(head.is_chunked());
  CHECK_FALSE(end_of_head("HTTP/1.1 200 OK\r\n"));
  CHECK(parse_chunks("3\r\nabc\r\n1F;x=y\r\n" + std::string(31, 'd') + "\r\n0\r\n") == "abc" + std::string(31, 'd'));
  CHECK_FALSE(parse_chunks("3\r\nab"));
  CHECK_FALSE(parse_chunks("3"));
  for (const char* hostile :
       {"", "SSH-2.0-OpenSSH", "HTTP/2 200", "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1 200 OK\r\nnameless\r\n",
        "HTTP/1.1 099 No\r\n", "HTTP/1.1 200 OK\r\n: value\r\n"}) {
    CAPTURE(hostile);
    CHECK_THROWS_AS(static_cast<void>(parse_head(hostile)), Error);
  }
  CHECK_THROWS_AS(static_cast<void>(end_of_head(std::string(20'000, 'h'))), Error);
  CHECK_THROWS_AS(static_cast<void>(parse_head("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n").content_length()), Error);
  CHECK_THROWS_AS(static_cast<void>(parse_head("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n").content_length()),
                  Error);
  for (const char* hostile : {"\r\nabc", "-1\r\n", "zz\r\n", "3\r\nabcdef\r\n", "FFFFFFFFFFFFFFFFFFFF\r\n"}) {
    CAPTURE(hostile);
    CHECK_THROWS_AS(static_cast<void>(parse_chunks(hostile)), Error);
  }
  CHECK(request_for("/p", "h:1", "k").find("Sec-WebSocket-Key: k\r\n") != std::string::npos);
}

TEST_CASE("capture: a target is an address, a process or a signal, and its path is shown to nobody") {
  const auto address = [](const char* text) { return std::get<InspectorTarget>(parse_target(text)); };
  CHECK(address("localhost:9230").address.text() == "localhost:9230");
  CHECK(address("9230").address.text() == "127.0.0.1:9230");
  CHECK(address(":9230").address.text() == "127.0.0.1:9230");
  CHECK(address("app").address.text() == "app:9229");
  CHECK(address("[::1]:1").address.text() == "[::1]:1");
  CHECK(address("ws://127.0.0.1:9229/6b-6e?token=1").path == "/6b-6e?token=1");
  CHECK(address("http://127.0.0.1:9229/json").path.empty());
  CHECK(std::get<ProcessTarget>(parse_target("pid:12")).pid == 12);
  CHECK(std::get<SignalTarget>(parse_target("signal:12")).pid == 12);
  CHECK(shown(parse_target("ws://127.0.0.1:9229/SECRET")) == "127.0.0.1:9229");
  CHECK(shown(parse_target("pid:12")) == "pid:12");
  for (const char* wrong :
       {"", "pid:", "pid:0", "pid:-1", "pid:1x", "signal:a", "host:", "host:0", "host:65536", "a:b:c", "[::1", "[::1]x",
        "u@h:1", "ftp://h:1", "wss://h:1/SECRET", "ws://h:x/SECRET", "h h:1"}) {
    CAPTURE(wrong);
    try {
      static_cast<void>(parse_target(wrong));
      FAIL("accepted");
    } catch (const Error& e) {
      CHECK(e.kind() == ErrorKind::usage);
      CHECK(std::string(e.what()).find("SECRET") == std::string::npos);
    }
  }
}
