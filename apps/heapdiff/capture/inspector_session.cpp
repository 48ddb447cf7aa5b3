#include "capture/inspector_session.h"

#include "capture/http_message.h"
#include "capture/interrupt.h"
#include "capture/snapshot_pipe.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/progress.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

namespace heapdiff::capture {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t kReadBytes = std::size_t{1} << 18U;
constexpr std::size_t kMaxQuoted = 200;
constexpr auto kLongestSilence = 30min;
/// What loads a module of Node's.
constexpr const char* kLoad = "(typeof require === 'function' ? require : process.getBuiltinModule)";

std::array<unsigned char, 4> random_mask() {
  static thread_local std::random_device random;
  const std::uint32_t value = random();
  return {static_cast<unsigned char>(value), static_cast<unsigned char>(value >> 8U),
          static_cast<unsigned char>(value >> 16U), static_cast<unsigned char>(value >> 24U)};
}

std::string random_key() {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const auto mask = random_mask();
    bytes.append(mask.begin(), mask.end());
  }
  return base64(bytes);
}

/// A member that is a text; empty when it is absent or something else.
std::string text_member(const Json& object, const char* name) {
  const auto at = object.is_object() ? object.find(name) : object.end();
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

/// The statistics are triples of a number, a count and a size.
std::optional<std::uint64_t> objects_in(const Json& message) {
  const auto params = message.find("params");
  const auto update =
      params == message.end() || !params->is_object() ? Json::const_iterator() : params->find("statsUpdate");
  if (params == message.end() || !params->is_object() || update == params->end() || !update->is_array()) {
    return std::nullopt;
  }
  std::uint64_t objects = 0;
  for (std::size_t i = 1; i < update->size(); i += 3) {
    const Json& count = (*update)[i];
    if (!count.is_number_unsigned() || count.get<std::uint64_t>() > UINT32_MAX) {
      return std::nullopt;
    }
    objects += count.get<std::uint64_t>();
  }
  return objects;
}

bool is_sound_path(std::string_view path) {
  return path.starts_with('/') && path.size() <= 2048 &&
         std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// The path of "ws://HOST:PORT/PATH". Only the path is used: a target must not say where else to connect.
std::string path_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string() : std::string(url.substr(slash));
}

/// Reads until `done` says so of all that came; returns that. At most what an answer may have.
template <class Done>
std::string read_until(Socket& socket, Deadline deadline, Done done) {
  std::string got;
  std::array<char, 4096> buffer{};
  while (true) {
    const std::size_t n = socket.read(buffer, deadline);
    got.append(buffer.data(), n);
    if (n == 0 || done(got)) {
      return got;
    }
    if (got.size() > kMaxHeadBytes + 2 * kMaxBodyBytes) {
      throw Error(ErrorKind::limit, "HTTP: expected a short answer, got a long one");
    }
  }
}

std::string get_body(const Address& address, std::string_view path, const InspectorOptions& options) {
  const Deadline deadline = within(options.patience);
  Socket socket = connect_to(address, options.allow_remote, deadline, options.interrupt);
  socket.write(request_for(path, address.text()), deadline);
  std::optional<std::string> body;
  const std::string all = read_until(socket, deadline, [&](const std::string& got) {
    const auto end = end_of_head(got);
    if (!end) {
      return false;
    }
    const ResponseHead head = parse_head(std::string_view(got).substr(0, *end));
    const std::string_view rest = std::string_view(got).substr(*end);
    if (head.is_chunked()) {
      body = parse_chunks(rest);
    } else if (const auto length = head.content_length(); length && rest.size() >= *length) {
      body = std::string(rest.substr(0, *length));
    }
    return body.has_value();
  });
  const auto end = end_of_head(all);
  const ResponseHead head = parse_head(std::string_view(all).substr(0, end.value_or(all.size())));
  if (!end || head.status != 200) {
    throw Error(ErrorKind::input,
                fmt::format("{}: expected the list of an inspector, got HTTP status {}", address.text(), head.status),
                "Node answers to an IP address or to localhost only: give the address as a number.");
  }
  return body ? std::move(*body) : all.substr(*end);
}

}  // namespace

std::vector<InspectorPage> list_pages(const Address& address, const InspectorOptions& options) {
  std::string body;
  try {
    body = get_body(address, "/json/list", options);
  } catch (const TimedOut&) {
    throw Error(ErrorKind::input,
                fmt::format("{}: no answer within {} s", address.text(),
                            std::chrono::duration_cast<std::chrono::seconds>(options.patience).count()),
                "The process may be busy, stopped, or no inspector.");
  }
  const Json list = Json::parse(body, nullptr, false);
  if (!list.is_array()) {
    throw Error(ErrorKind::input,
                fmt::format("{}: expected the list of an inspector, got something else", address.text()));
  }
  std::vector<InspectorPage> pages;
  for (const Json& entry : list) {
    InspectorPage page{text_member(entry, "type"), text_member(entry, "title"), text_member(entry, "url"),
                       path_of_url(text_member(entry, "webSocketDebuggerUrl"))};
    if (is_sound_path(page.path)) {
      pages.push_back(std::move(page));
    }
  }
  return pages;
}

bool is_inspector(const Address& address, const InspectorOptions& options) {
  try {
    InspectorOptions hurried = options;
    hurried.patience = 2s;
    return !list_pages(address, hurried).empty();
  } catch (const Error&) {
    return false;
  }
}

InspectorSession::InspectorSession(const Address& address, const std::string& path, const InspectorOptions& options)
    : options_(options),
      socket_(connect_to(address, options.allow_remote, within(options.patience), options.interrupt)),
      frames_(*this),
      messages_([this](std::string_view text) { on_message(text); }),
      buffer_(kReadBytes) {
  if (!is_sound_path(path)) {
    throw Error(ErrorKind::usage, "expected the address of an inspector as ws://HOST:PORT/PATH");
  }
  const Deadline deadline = within(options.patience);
  const std::string key = random_key();
  try {
    socket_.write(request_for(path, address.text(), key), deadline);
    const std::string got =
        read_until(socket_, deadline, [](const std::string& all) { return end_of_head(all).has_value(); });
    const auto end = end_of_head(got);
    const ResponseHead head = parse_head(std::string_view(got).substr(0, end.value_or(got.size())));
    if (!end || head.status != 101 || head.field("sec-websocket-accept") != accept_of(key)) {
      throw Error(ErrorKind::input,
                  fmt::format("{}: expected a WebSocket, got HTTP status {}", address.text(), head.status));
    }
    frames_.feed(std::string_view(got).substr(*end));
  } catch (const TimedOut&) {
    throw Error(ErrorKind::input, fmt::format("{}: the inspector does not answer", address.text()));
  }
}

void InspectorSession::send(Opcode opcode, std::string_view payload) {
  socket_.write(client_frame(opcode, payload, random_mask()), within(options_.patience));
}

void InspectorSession::on_text(std::string_view piece, bool last) { messages_.feed(piece, last); }

void InspectorSession::on_ping(std::string_view payload) { send(Opcode::pong, payload); }

void InspectorSession::on_close(unsigned /*code*/) { closed_ = true; }

void InspectorSession::on_message(std::string_view text) {
  const Json message = Json::parse(text, nullptr, false);
  if (!message.is_object()) {
    throw Error(ErrorKind::input, "inspector: expected a message in JSON, got something else");
  }
  if (text_member(message, "method") == "NodeRuntime.waitingForDisconnect") {
    wants_to_end_ = true;
  }
  if (text_member(message, "method") == "HeapProfiler.heapStatsUpdate") {
    counted_ = objects_in(message);
  }
  const auto id = message.find("id");
  if (id != message.end() && id->is_number_unsigned() && id->get<std::uint64_t>() == awaited_) {
    answer_ = std::string(text);
  }
}

std::uint64_t InspectorSession::send_call(std::string_view method, const Json& params) {
  const Json call = {{"id", ++last_id_}, {"method", method}, {"params", params}};
  send(Opcode::text, call.dump());
  return last_id_;
}

void InspectorSession::read_some(Deadline deadline) {
  const std::size_t n = socket_.read(buffer_, deadline);
  if (n != 0) {
    frames_.feed({buffer_.data(), n});
  }
  closed_ = closed_ || n == 0;
  if (closed_) {
    throw Error(ErrorKind::input, "the target closed the connection: it ended, or its inspector was closed");
  }
  if (wants_to_end_) {
    throw Error(ErrorKind::input, "the target ended");
  }
}

void InspectorSession::idle_until(Deadline deadline) {
  try {
    while (Clock::now() < deadline) {
      read_some(deadline);
    }
  } catch (const TimedOut&) {  // NOLINT: nothing came, which is what is expected
  }
}

Json InspectorSession::answer_to(std::uint64_t id, std::string_view method, Deadline deadline) {
  awaited_ = id;
  answer_.reset();
  while (!answer_) {
    read_some(deadline);
  }
  return take_answer(method);
}

Json InspectorSession::take_answer(std::string_view method) {
  Json message = Json::parse(*answer_);
  answer_.reset();
  if (const auto error = message.find("error"); error != message.end()) {
    throw Error(ErrorKind::input, fmt::format("the target refuses {}: {}", method,
                                              visible_text(text_member(*error, "message"), kMaxQuoted)));
  }
  const auto result = message.find("result");
  return result == message.end() ? Json::object() : std::move(*result);
}

Json InspectorSession::call(std::string_view method, const Json& params, std::chrono::milliseconds patience) {
  const std::uint64_t id = send_call(method, params);
  return answer_to(id, method, within(patience));
}

Json InspectorSession::call(std::string_view method, const Json& params) {
  return call(method, params, options_.patience);
}

void InspectorSession::tell(std::string_view method, const Json& params) { send_call(method, params); }

std::uint64_t InspectorSession::take_snapshot(ByteSink& sink, std::optional<std::chrono::milliseconds> max_pause,
                                              ProgressListener* progress) {
  static constexpr std::string_view kMethod = "HeapProfiler.takeHeapSnapshot";
  const std::uint64_t before = messages_.chunk_bytes();
  const auto written = [&] { return messages_.chunk_bytes() - before; };
  messages_.set_sink(&sink);
  awaited_ = send_call(kMethod, {{"reportProgress", false}, {"captureNumericValue", false}});
  answer_.reset();
  const Deadline end = within(max_pause.value_or(kLongestSilence));
  while (!answer_) {
    if (max_pause && Clock::now() >= end) {
      throw TimedOut{};
    }
    read_some(max_pause ? end : within(kLongestSilence));
    if (progress != nullptr) {
      progress->on_progress("saving", written(), std::nullopt);
    }
  }
  messages_.set_sink(nullptr);
  take_answer(kMethod);
  return written();
}

std::optional<std::uint64_t> InspectorSession::count_objects() {
  constexpr auto kPatience = 30s;
  counted_.reset();
  call("HeapProfiler.startTrackingHeapObjects", {{"trackAllocations", false}}, kPatience);
  try {
    for (const Deadline end = within(kPatience); !counted_;) {
      read_some(end);
    }
  } catch (const TimedOut&) {  // NOLINT: this runtime sends no statistics
  }
  call("HeapProfiler.disable", Json::object(), kPatience);  // stopTrackingHeapObjects would take a snapshot
  call("HeapProfiler.enable", Json::object(), kPatience);
  return counted_;
}

void InspectorSession::age_bytecode(std::chrono::milliseconds patience) {
  constexpr const char* kGroup = "heapdiff";
  try {
    const Json made =
        call("Runtime.evaluate", {{"expression", "({})"}, {"objectGroup", kGroup}, {"silent", true}}, patience);
    const auto object = made.find("result");
    const std::string id = object == made.end() ? std::string() : text_member(*object, "objectId");
    if (!id.empty()) {  // of which nothing inherits, so that nothing is found
      call("Runtime.queryObjects", {{"prototypeObjectId", id}, {"objectGroup", kGroup}}, patience);
    }
    call("Runtime.releaseObjectGroup", {{"objectGroup", kGroup}}, patience);
  } catch (const Error&) {  // NOLINT: the snapshot is right without it; a target that is gone fails at the next call
  }
}

bool InspectorSession::can_reach(const SnapshotPipe& pipe) {
  const Json answer =
      call("Runtime.evaluate",
           {{"expression", fmt::format(R"((() => {{ try {{ const file = {}('fs').statSync({}, {{bigint: true}});
               return file.isFIFO() ? String(file.ino) : ''; }} catch {{ return ''; }} }})())",
                                       kLoad, Json(pipe.path()).dump())},
            {"returnByValue", true},
            {"includeCommandLineAPI", true},
            {"silent", true}});
  const auto result = answer.find("result");
  return result != answer.end() && text_member(*result, "value") == std::to_string(pipe.inode());
}

std::optional<std::uint64_t> InspectorSession::take_through(const SnapshotPipe& pipe, ByteSink& sink,
                                                            std::optional<std::chrono::milliseconds> max_pause,
                                                            ProgressListener* progress) {
  static constexpr std::string_view kMethod = "Runtime.evaluate";
  awaited_ = send_call(
      kMethod, {{"expression", fmt::format("void {}('v8').writeHeapSnapshot({})", kLoad, Json(pipe.path()).dump())},
                {"includeCommandLineAPI", true},
                {"silent", true}});
  answer_.reset();
  std::uint64_t written = 0;
  const auto drain = [&] {
    while (const std::size_t n = pipe.read(buffer_)) {
      sink.write({buffer_.data(), n});
      written += n;
    }
  };
  const Deadline end = within(max_pause.value_or(kLongestSilence));
  while (!answer_) {
    if (max_pause && Clock::now() >= end) {
      throw TimedOut{};
    }
    const Deadline until = max_pause ? end : within(kLongestSilence);
    if (socket_.wait_beside(pipe.descriptor(), until)) {
      read_some(until);
    } else {
      drain();
    }
    if (progress != nullptr) {
      progress->on_progress("saving", written, std::nullopt);
    }
  }
  drain();
  const Json result = take_answer(kMethod);
  if (result.find("exceptionDetails") == result.end()) {
    return written;
  }
  if (written != 0) {
    throw Error(ErrorKind::input, "the target did not write the snapshot to its end");
  }
  return std::nullopt;
}

}  // namespace heapdiff::capture
