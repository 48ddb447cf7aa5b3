#include "io/console.h"

#include "heapdiff/diff/near_words.h"
#include "heapdiff/reports/jira_kit.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heapdiff {

namespace {

constexpr unsigned kLeastWidth = 40;
constexpr unsigned kWidthOfFiles = 100;
constexpr unsigned kMostWidth = 200;

/// The terminal's width; in a pipe, as to a pager, what COLUMNS says.
unsigned terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= kLeastWidth) {
    return std::min<unsigned>(size.ws_col, kMostWidth);
  }
  const char* columns = std::getenv("COLUMNS");
  const std::string_view digits = columns == nullptr ? "" : columns;
  unsigned width = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), width);
  if (error == std::errc() && end == digits.data() + digits.size() && width >= kLeastWidth) {
    return std::min(width, kMostWidth);
  }
  return kWidthOfFiles;
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// NO_COLOR overrides the variables that force colours. Continuous integration sets those: it has no terminal but shows
/// colours.
bool colors_wanted(const std::string& when) {
  if (when != "auto") {
    return when == "always";
  }
  if (is_set("NO_COLOR")) {
    return false;
  }
  for (const char* force : {"CLICOLOR_FORCE", "FORCE_COLOR"}) {
    if (is_set(force) && std::string_view(std::getenv(force)) != "0") {
      return true;
    }
  }
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

/// Whether the locale's characters are those of Unicode. Where nothing says which they are, as in many containers, they
/// are taken to be.
bool shows_unicode() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (is_set(variable)) {
      const std::string_view locale = std::getenv(variable);
      return locale != "C" && locale != "POSIX";
    }
  }
  return true;
}

/// Formats whose readers expect a single document.
bool is_one_document(std::string_view format) {
  static constexpr std::string_view kFormats[] = {"json", "html", "adf", "adf-body", "sarif", "junit", "codequality"};
  return std::find(std::begin(kFormats), std::end(kFormats), format) != std::end(kFormats);
}

/// Whether `path` is a device, pipe or descriptor. Such a name cannot be changed for a part.
bool is_place(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return path.starts_with("/dev/") || path.starts_with("/proc/") ||
         (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
          !std::filesystem::is_directory(status));
}

/// The format for the extension of a file name; empty for an unknown extension.
std::string format_of_path(const std::string& path) {
  static constexpr std::pair<const char*, const char*> kSuffixes[] = {
      {".md", "markdown"}, {".json", "json"}, {".html", "html"},   {".htm", "html"},  {".csv", "csv"},
      {".txt", "text"},    {".dot", "dot"},   {".sarif", "sarif"}, {".xml", "junit"}, {".jira", "jira"}};
  const std::string suffix = std::filesystem::path(path).extension().string();
  for (const auto& [end, format] : kSuffixes) {
    if (suffix == end) {
      return format;
    }
  }
  return {};
}

}  // namespace

Console::Console(CLI::App& app, std::vector<std::string> formats, Text text)
    : formats_(std::move(formats)), text_(text) {
  format_ = formats_.front();
  begin_group(app, "Output");
  format_option_ = add_option(app, "--format", format_, alternatives(formats_) + " (default: " + formats_.front() + ")")
                       .one_of(formats_)
                       .alias("md", "markdown")
                       .type_name("FORMAT");
  add_option(
      app, "-o,--output", outputs_,
      text_ == Text::brief
          ? "Write to FILE instead of standard output; may be repeated. jira-kit=DIR makes a folder that its own "
            "script posts to Jira Cloud"
          : "Write to FILE instead of standard output; may be repeated")
      .type_name("[FORMAT=]FILE")
      .one_value_each_time();
  if (text_ == Text::brief) {
    add_flag(app, "--full", full_, "All evidence and the repair kit, not only the short answer");
  }
  add_option(app, "--width", width_, "Columns of text (default: the terminal's, in a pipe $COLUMNS, else 100)")
      .type_name("N");
  add_option(app, "--color", color_, "auto, always or never").type_name("WHEN").one_of({"auto", "always", "never"});
  add_option(app, "--redact", redact_,
             "Mask secrets, or also personal data: telephone numbers, IP addresses, dates of birth (default: personal "
             "in Jira, ADF, Markdown and HTML)")
      .type_name("secrets|personal")
      .one_of({"secrets", "personal"});
  add_flag(app, "--durable", durable_, "Files are on the disk before they replace others");
  add_flag(app, "-q,--quiet", quiet_, "No progress and no warnings on stderr");
  add_flag(app, "-v,--verbose", verbose_, "Say on stderr what was taken from where");
}

void Console::validate() {
  std::vector<std::string> names = formats_;
  if (text_ == Text::brief) {
    names.emplace_back(kJiraKit);
  }
  const auto known = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (width_ != 0 && width_ < kLeastWidth) {
    throw Error(ErrorKind::usage, fmt::format("--width: expected at least {} columns, got {}", kLeastWidth, width_));
  }
  for (const std::string& text : outputs_) {
    const std::size_t equals = text.find('=');
    std::string prefix = equals == std::string::npos ? "" : text.substr(0, equals);
    prefix = prefix == "md" ? "markdown" : prefix;
    if (const std::string meant = known(prefix) ? "" : nearest_word(prefix, names); !meant.empty()) {
      throw Error(ErrorKind::usage, "-o: expected a format before '=', got '" + visible_text(prefix) + "'",
                  "Did you mean -o " + meant + "=FILE? A file with = in its name: -o ./" + visible_text(text));
    }
    if (known(prefix)) {
      requests_.push_back({prefix, text.substr(equals + 1)});
    } else {
      const std::string by_name = format_of_path(text);
      requests_.push_back({!format_option_.was_given() && known(by_name) ? by_name : format_, text});
    }
    if (requests_.back().path.empty()) {
      throw Error(ErrorKind::usage, "-o: expected a file name, got '" + visible_text(text) + "'");
    }
    if (requests_.back().format == kJiraKit) {
      require_own_folder(requests_.back().path, jira_kit_mark());
    }
  }
  for (const OutputRequest& request : requests_) {
    if (request.format != kJiraKit) {
      require_writable(request.path);
    }
  }
  if (requests_.empty()) {
    requests_.push_back({format_, ""});
  }
}

bool Console::writes(std::string_view format) const {
  return std::any_of(requests_.begin(), requests_.end(),
                     [&](const OutputRequest& request) { return request.format == format; });
}

bool Console::hides_people(std::string_view format) const {
  return parse_redact_level(redact_).value_or(usual_redact_level(format)) == RedactLevel::personal;
}

std::string Console::warning(std::string_view text) const {
  return quiet_ ? std::string() : "heapdiff: " + without_log_commands(mask_secrets(text)) + "\n";
}

void Console::warn(std::string_view text) const {
  if (!quiet_) {
    warn_later(warning(text));
  }
}

void Console::note(std::string_view text) const {
  if (verbose_) {
    std::fputs(("heapdiff: " + without_log_commands(visible_text(text)) + "\n").c_str(), stderr);
  }
}

void Console::write(const std::function<std::string(const std::string&, const RenderOptions&)>& render,
                    const std::string& part, const std::function<std::vector<FolderFile>()>& jira_kit) const {
  print_warnings(stderr);
  for (const OutputRequest& request : requests_) {
    if (request.format == kJiraKit) {
      const std::string folder = file_of(request, part);
      const std::string done = fmt::format("wrote {} ({})", folder, request.format);
      write_folder(folder, jira_kit(), jira_kit_mark(), sync());
      note(done);
      continue;
    }
    const bool to_stdout = request.path.empty();
    const bool shared = !part.empty() && (to_stdout || is_place(request.path));
    if (shared && is_one_document(request.format)) {
      throw Error(ErrorKind::usage,
                  fmt::format("the snapshots are of several processes, and {} is one document", request.format),
                  fmt::format("Write files with -o {0}=FILE: each process gets its own.", request.format));
    }
    RenderOptions how;
    how.width = width_ != 0 ? width_ : to_stdout ? terminal_width() : kWidthOfFiles;
    how.color = to_stdout && colors_wanted(color_);
    how.brief = to_stdout && text_ == Text::brief && !full_;
    how.ascii = to_stdout && !shows_unicode();
    const std::string text = render(request.format, how);
    if (to_stdout) {
      write_stdout(text);
      continue;
    }
    const std::string path = file_of(request, part);
    OutputFile file(path, sync());
    file.write(text);
    // Before the file has its name: what takes memory can fail, and then there is no file.
    const std::string done = fmt::format("wrote {} ({}, {} bytes)", path, request.format, text.size());
    file.commit();
    note(done);
  }
}

std::string Console::file_of(const OutputRequest& request, const std::string& part) const {
  std::filesystem::path path = request.path;
  if (!path.has_filename() && path.has_parent_path()) {
    path = path.parent_path();  // "kit/"
  }
  if (!part.empty() && !is_place(request.path)) {
    path.replace_filename(path.stem().string() + "." + part + path.extension().string());
  }
  return path.string();
}

std::string Console::listing(const std::string& verdict, const std::string& part) const {
  const bool printed = std::any_of(requests_.begin(), requests_.end(), [](const OutputRequest& request) {
    return request.path.empty() || is_place(request.path);
  });
  if (quiet_ || printed) {
    return {};
  }
  std::string text = verdict + "\n";
  for (const OutputRequest& request : requests_) {
    const std::string path = visible_text(file_of(request, part));
    text += fmt::format("{}: {}{}\n", request.format, path,
                        request.format == kJiraKit ? ", to be posted with its post.sh" : "");
  }
  return text;
}

void Console::write_files(const std::string& format, const std::string& text) const {
  for (const OutputRequest& request : requests_) {
    if (request.format == format && !request.path.empty()) {
      OutputFile file(request.path, sync());
      file.write(text);
      file.commit();
    }
  }
}

void write_stdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0 && errno == EAGAIN) {  // the other end made the pipe non-blocking
      pollfd ready{STDOUT_FILENO, POLLOUT, 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    if (n < 0 && errno == EPIPE) {
      return;
    }
    if (n < 0) {
      throw Error(ErrorKind::output, fmt::format("standard output: {}", std::strerror(errno)));
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

void require_inputs(const std::vector<std::string>& inputs, std::size_t count, std::string_view command) {
  if (inputs.size() != count) {
    throw Error(ErrorKind::usage, fmt::format("{}: expected {} snapshot{}, got {}", command, count,
                                              count == 1 ? "" : "s", inputs.size()));
  }
}

}  // namespace heapdiff
