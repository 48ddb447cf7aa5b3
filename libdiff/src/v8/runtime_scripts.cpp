#include "heapdiff/diff/runtime_scripts.h"

#include <algorithm>
#include <array>

namespace heapdiff {

bool is_runtime_script(std::string_view script) noexcept {
  for (const std::string_view prefix : {"node:", "internal/", "extensions::", "native ", "v8/"}) {
    if (script.substr(0, prefix.size()) == prefix) {
      return true;
    }
  }
  // Up to Node 15 the scripts of the public modules have no prefix.
  static constexpr std::array<std::string_view, 40> kModules = {"assert.js",
                                                                "async_hooks.js",
                                                                "buffer.js",
                                                                "child_process.js",
                                                                "cluster.js",
                                                                "console.js",
                                                                "crypto.js",
                                                                "dgram.js",
                                                                "dns.js",
                                                                "domain.js",
                                                                "events.js",
                                                                "fs.js",
                                                                "http.js",
                                                                "http2.js",
                                                                "https.js",
                                                                "inspector.js",
                                                                "module.js",
                                                                "net.js",
                                                                "os.js",
                                                                "path.js",
                                                                "perf_hooks.js",
                                                                "process.js",
                                                                "punycode.js",
                                                                "querystring.js",
                                                                "readline.js",
                                                                "repl.js",
                                                                "stream.js",
                                                                "timers.js",
                                                                "tls.js",
                                                                "tty.js",
                                                                "url.js",
                                                                "util.js",
                                                                "v8.js",
                                                                "vm.js",
                                                                "worker_threads.js",
                                                                "zlib.js",
                                                                "trace_events.js",
                                                                "constants.js",
                                                                "bootstrap_node.js",
                                                                "string_decoder.js"};
  if (script.find('/') != std::string_view::npos) {
    return false;
  }
  return script.substr(0, 6) == "_http_" || script.substr(0, 8) == "_stream_" || script.substr(0, 5) == "_tls_" ||
         std::find(kModules.begin(), kModules.end(), script) != kModules.end();
}

namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string plain_script_name(std::string_view script) {
  constexpr std::string_view kScheme = "file://";
  if (!script.starts_with(kScheme)) {
    return std::string(script);
  }
  script.remove_prefix(kScheme.size());
  script = script.substr(0, script.find_first_of("?#"));
  std::string out;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const int high = script[i] == '%' && i + 2 < script.size() ? hex_value(script[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_value(script[i + 2]);
    const int code = low < 0 ? -1 : high * 16 + low;
    // Control characters stay as they are written: no path that can be opened needs them.
    if (code < 0x20 || code == 0x7f) {
      out += script[i];
      continue;
    }
    out += static_cast<char>(code);
    i += 2;
  }
  const bool drive =
      out.size() > 3 && out[0] == '/' && out[2] == ':' && ((out[1] | 0x20) >= 'a') && ((out[1] | 0x20) <= 'z');
  return drive ? out.substr(1) : out;
}

std::string package_of(std::string_view path) {
  constexpr std::string_view kFolder = "node_modules";
  const auto is_separator = [](char c) { return c == '/' || c == '\\'; };
  for (std::size_t at = path.rfind(kFolder); at != std::string_view::npos && at + kFolder.size() < path.size();
       at = at == 0 ? std::string_view::npos : path.rfind(kFolder, at - 1)) {
    if ((at > 0 && !is_separator(path[at - 1])) || !is_separator(path[at + kFolder.size()])) {
      continue;
    }
    const std::string_view rest = path.substr(at + kFolder.size() + 1);
    std::size_t end = rest.find_first_of("/\\");
    if (end != std::string_view::npos && !rest.empty() && rest.front() == '@') {
      end = rest.find_first_of("/\\", end + 1);
    }
    if (end == std::string_view::npos) {
      return {};
    }
    std::string name(rest.substr(0, end));
    std::replace(name.begin(), name.end(), '\\', '/');
    return name;
  }
  return {};
}

std::string script_stem(std::string_view script) {
  std::string path = plain_script_name(script);
  std::replace(path.begin(), path.end(), '\\', '/');
  const std::string package = package_of(path);
  path = path.substr(path.find_last_of('/') + 1);
  const std::size_t dot = path.find_last_of('.');
  path = path.substr(0, dot == 0 ? std::string::npos : dot);
  return package.empty() ? path : package + "/" + path;
}

}  // namespace heapdiff
