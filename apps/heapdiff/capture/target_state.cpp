#include "capture/target_state.h"

#include "capture/inspector_session.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <map>

namespace heapdiff::capture {

namespace {

using StateJson = nlohmann::json;

constexpr std::size_t kMaxVersion = 40;

/// Deno asks the person at its terminal before it reads a file, so that only its own answers are asked for. Its
/// `process` is not even looked at: the look loads modules, and a program that is loading the same ones then fails. A
/// Node.js or Deno that has only begun does not know its id yet, and gives no runtime.
constexpr const char* kState = R"((() => {
  const state = {};
  try {
    if (typeof Deno === 'object') {
      state.pid = Deno.pid; state.v8 = Deno.version.v8; state.version = Deno.version.deno;
      if (state.pid && state.version) state.runtime = 'deno';
    } else if (typeof Bun === 'object') {
      state.runtime = 'bun'; state.version = Bun.version;
    } else if (typeof process === 'object' && process.versions && process.versions.node && process.pid) {
      state.runtime = 'node'; state.version = process.versions.node; state.v8 = process.versions.v8;
      state.pid = process.pid;
      const load = typeof require === 'function' ? require : process.getBuiltinModule;
      if (load) state.limit = load('v8').getHeapStatistics().heap_size_limit;
    } else if (typeof navigator === 'object') {
      state.runtime = 'browser'; state.version = String(navigator.userAgent).replace(/.*(Chrome\/[\d.]+).*/, '$1');
    }
    if (state.runtime === 'node' || state.runtime === 'bun') state.uptime = process.uptime();
    else if (typeof performance === 'object') state.uptime = performance.now() / 1000;
  } catch {}
  return JSON.stringify(state);
})())";

/// "round" once Node's event loop has come round after the question, and at once where the target is no Node.
constexpr const char* kRound = R"((() => {
  try {
    const others = typeof Deno === 'object' || typeof Bun === 'object';
    if (others || typeof process !== 'object' || !process.versions || !process.versions.node) return 'round';
    if (!process.pid || typeof setImmediate !== 'function') return 'early';
    return new Promise((done) => setImmediate(done, 'round'));
  } catch { return 'round'; }
})())";

constexpr const char* kMemory = R"((() => {
  try {
    const use = typeof Deno === 'object' ? Deno.memoryUsage() : process.memoryUsage();
    return JSON.stringify(use);
  } catch { return '{}'; }
})())";

constexpr const char* kStatistics = R"((() => {
  try {
    const load = typeof require === 'function' ? require : process.getBuiltinModule;
    return JSON.stringify(load('v8').getHeapStatistics());
  } catch { return '{}'; }
})())";

/// Texts of files by their names; those that cannot be read are left out.
std::string files_expression(const std::vector<std::string>& files) {
  return "((files) => { const texts = {}; const load = typeof require === 'function' ? require : "
         "process.getBuiltinModule; for (const file of files) { try { texts[file] = "
         "load('fs').readFileSync(file, 'utf8').slice(0, 65536); } catch {} } return JSON.stringify(texts); })(" +
         StateJson(files).dump() + ")";
}

/// What an expression returns that makes JSON. An empty object where it fails, and where the target evaluates nothing:
/// workerd has no context for it between two requests. A target that is gone fails at the next call.
StateJson evaluate(InspectorSession& session, const std::string& expression) {
  StateJson answer;
  try {
    answer = session.call(
        "Runtime.evaluate",
        {{"expression", expression}, {"returnByValue", true}, {"includeCommandLineAPI", true}, {"silent", true}});
  } catch (const Error&) {
    return StateJson::object();
  }
  const auto result = answer.find("result");
  if (result == answer.end() || !result->is_object()) {
    return StateJson::object();
  }
  const auto value = result->find("value");
  if (value == result->end() || !value->is_string()) {
    return StateJson::object();
  }
  StateJson parsed = StateJson::parse(value->get<std::string>(), nullptr, false);
  return parsed.is_object() ? parsed : StateJson::object();
}

std::optional<double> number_member(const StateJson& object, const char* name) {
  const auto at = object.find(name);
  if (at == object.end() || !at->is_number()) {
    return std::nullopt;
  }
  const auto value = at->get<double>();
  return std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> bytes_member(const StateJson& object, const char* name) {
  constexpr double kMost = 1e15;
  const auto value = number_member(object, name);
  return value && *value < kMost ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

std::string version_member(const StateJson& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? visible_text(at->get<std::string>(), kMaxVersion) : std::string();
}

Runtime runtime_of(const std::string& name) {
  for (const Runtime runtime : {Runtime::node, Runtime::deno, Runtime::bun, Runtime::browser}) {
    if (name == to_string(runtime)) {
      return runtime;
    }
  }
  return Runtime::other;
}

}  // namespace

const char* to_string(Runtime runtime) noexcept {
  static constexpr std::array kNames = {"node", "deno", "bun", "browser", "other"};
  return kNames[static_cast<std::size_t>(runtime)];
}

MemoryUsage ask_memory(InspectorSession& session) {
  const StateJson use = evaluate(session, kMemory);
  MemoryUsage memory{bytes_member(use, "rss"), bytes_member(use, "heapTotal"), bytes_member(use, "heapUsed"),
                     bytes_member(use, "external"), bytes_member(use, "arrayBuffers")};
  if (!memory.heap_used) {
    const StateJson heap = session.call("Runtime.getHeapUsage", StateJson::object());
    memory.heap_used = bytes_member(heap, "usedSize");
    memory.heap_total = bytes_member(heap, "totalSize");
  }
  return memory;
}

bool has_come_round(InspectorSession& session, std::chrono::milliseconds patience) {
  try {
    const StateJson answer = session.call(
        "Runtime.evaluate", {{"expression", kRound}, {"awaitPromise", true}, {"returnByValue", true}, {"silent", true}},
        patience);
    const auto result = answer.find("result");
    return result == answer.end() || version_member(*result, "value") != "early";
  } catch (const TimedOut&) {
    return false;
  } catch (const Error&) {
    return true;  // it evaluates nothing; one that is gone fails at the next call
  }
}

TargetState ask_state(InspectorSession& session) {
  const StateJson said = evaluate(session, kState);
  TargetState state;
  state.runtime = runtime_of(version_member(said, "runtime"));
  state.version = version_member(said, "version");
  state.v8_version = version_member(said, "v8");
  if (const auto pid = number_member(said, "pid"); pid && *pid < 1e9) {
    state.pid = static_cast<int>(*pid);
  }
  state.uptime_seconds = number_member(said, "uptime");
  state.heap_limit_bytes = bytes_member(said, "limit");
  state.memory = ask_memory(session);
  return state;
}

HeapStatistics ask_heap_statistics(InspectorSession& session, Runtime runtime) {
  constexpr std::size_t kMost = 40;
  constexpr std::size_t kMaxName = 60;
  const StateJson said = runtime == Runtime::node ? evaluate(session, kStatistics)
                                                  : session.call("Runtime.getHeapUsage", StateJson::object());
  HeapStatistics statistics;
  for (const auto& [name, value] : said.items()) {
    const auto number = bytes_member(said, name.c_str());
    if (number && statistics.size() < kMost) {
      statistics.emplace_back(visible_text(name, kMaxName), *number);
    }
  }
  return statistics;
}

MemoryRoom ask_memory_room(InspectorSession& session, Runtime runtime) {
  if (runtime != Runtime::node) {
    return {};
  }
  const auto read_all = [&](const std::vector<std::string>& files) {
    std::map<std::string, std::string> texts;
    const StateJson said = evaluate(session, files_expression(files));
    for (const auto& [name, text] : said.items()) {
      if (text.is_string()) {
        texts.emplace(name, text.get<std::string>());
      }
    }
    return texts;
  };
  constexpr const char* kGroups = "/proc/self/cgroup";
  const std::string groups = read_all({kGroups})[kGroups];
  const std::map<std::string, std::string> texts = read_all(memory_files(groups));
  return read_memory_room(groups, [&](const std::string& path) -> std::optional<std::string> {
    const auto at = texts.find(path);
    return at == texts.end() ? std::nullopt : std::optional(at->second);
  });
}

}  // namespace heapdiff::capture
