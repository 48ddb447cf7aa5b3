#include "model/private_paths.h"

#include "heapdiff/reports/report_texts.h"
#include "heapdiff/snapshot/detail/ascii.h"

#include <algorithm>
#include <array>

namespace heapdiff::model {

namespace {

constexpr std::array<std::string_view, 14> kSystemFolders = {
    "home", "root", "Users", "tmp", "var", "usr", "opt", "srv", "mnt", "app", "etc", "proc", "data", "workspace"};

bool is_part_of_path(char c) {
  return ascii::is_alphanumeric(c) || ascii::is_beyond(c) ||
         std::string_view("._-@+~%$#/\\").find(c) != std::string_view::npos;
}

bool is_slash(char c) { return c == '/' || c == '\\'; }

/// "service.js": letters, a dot, and an extension that begins with a letter.
bool has_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && dot != 0 && dot + 1 < name.size() && ascii::is_letter(name[dot + 1]);
}

/// The path at the start of `text`, without a full stop that ends the sentence.
std::string_view path_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_part_of_path(text[end]) || text[end] == '*')) {  // data in names is folded to "*"
    ++end;
  }
  while (end > 0 && (text[end - 1] == '.' || is_slash(text[end - 1]))) {
    --end;
  }
  return text.substr(0, end);
}

/// Where the part of `path` begins that says nothing of the machine, at its slash: what a package manager installed,
/// else the last two parts, or the last one of two; 0 when it has no more.
std::size_t last_parts(std::string_view path) {
  for (const std::string_view folder : {"/node_modules/", "\\node_modules\\"}) {
    if (const std::size_t at = path.rfind(folder); at != std::string_view::npos && at + folder.size() < path.size()) {
      return at;
    }
  }
  std::size_t at = path.size();
  std::size_t kept = 0;
  for (int parts = 0; parts < 2; ++parts) {
    at = path.find_last_of("/\\", at - 1);
    if (at == std::string_view::npos || at == 0) {
      return kept;
    }
    kept = at;
  }
  return kept;
}

/// "app" of "/app/dist/a.js"; empty for a path that is only a name.
std::string_view first_folder(std::string_view path) {
  const std::size_t first = path.find_first_not_of("/\\");
  if (first == std::string_view::npos) {
    return {};
  }
  const std::size_t end = path.find_first_of("/\\", first);
  return end == std::string_view::npos ? std::string_view() : path.substr(first, end - first);
}

/// Whether `folder` is one of the system or of `folders`.
bool is_machine_folder(std::string_view folder, const std::vector<std::string>& folders) {
  return !folder.empty() && (std::find(kSystemFolders.begin(), kSystemFolders.end(), folder) != kSystemFolders.end() ||
                             std::find(folders.begin(), folders.end(), folder) != folders.end());
}

bool is_private(std::string_view path, const std::vector<std::string>& folders) {
  return has_extension(path.substr(path.find_last_of("/\\") + 1)) || is_machine_folder(first_folder(path), folders);
}

/// Whether a path may start at `at`, not in the middle of a word, of a relative path or of a URL: "MB/h", "a/b",
/// "https://". What follows a home's "~" and "file://" is one.
bool may_start_path(std::string_view text, std::size_t at) {
  if (at == 0 || !(is_part_of_path(text[at - 1]) || text[at - 1] == ':')) {
    return true;
  }
  return text.substr(0, at).ends_with("file://") ||
         (text[at - 1] == '~' &&
          (at == 1 || text[at - 2] == '/' || !(is_part_of_path(text[at - 2]) || text[at - 2] == ':')));
}

/// Whether a path that was appended to a name starts at the slash `at`, with a folder of a machine:
/// "emitter//app/a.js", "name_/app/a.js". Not "https://app/".
bool starts_appended(std::string_view text, std::size_t at, const std::vector<std::string>& folders) {
  constexpr std::size_t kMaxFolder = 64;  // so that the work stays linear
  return at >= 2 && (text[at - 1] == '_' || (text[at - 1] == '/' && text[at - 2] != ':')) &&
         is_machine_folder(first_folder(text.substr(at, kMaxFolder)), folders);
}

/// The first folders of absolute paths in `text`, which is an argument, an input or a place in the source.
void add_first_folders(std::string_view text, std::vector<std::string>& folders) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/' && may_start_path(text, i)) {
      const std::string_view folder = first_folder(path_at(text.substr(i)));
      if (!folder.empty()) {
        folders.emplace_back(folder);
      }
    }
  }
}

/// A test that imports a masked path could not find its module. A package is found from the program's folder; of
/// another file the test says what to fill in.
void make_module_findable(std::string& test) {
  constexpr std::string_view kMasked = "resolve('/…/";
  const std::size_t at = test.find(kMasked);
  if (at != std::string::npos) {
    const bool package = std::string_view(test).substr(at + kMasked.size()).starts_with("node_modules/");
    test.replace(at, kMasked.size(), package ? "resolve('" : "resolve('FILL-IN/");
  }
}

}  // namespace

std::string without_private_paths(std::string_view text, const std::vector<std::string>& folders) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    const bool drive = i + 2 < text.size() && ascii::is_letter(text[i]) && text[i + 1] == ':' &&
                       is_slash(text[i + 2]) && (i == 0 || !is_part_of_path(text[i - 1])) &&
                       !(i + 3 < text.size() && text[i + 3] == '/');
    const std::size_t from = drive ? i + 2 : i;
    const bool starts = (drive || text[i] == '/') && may_start_path(text, i);
    if (starts || (text[i] == '/' && starts_appended(text, i, folders))) {
      const std::string_view path = path_at(text.substr(from));
      const bool home = !drive && i > 0 && text[i - 1] == '~';
      const std::size_t kept = home || is_private(path, folders) ? last_parts(path) : 0;
      const std::size_t end = from + path.size();
      if (kept == 0 && path.size() > 1 && path.find('/', 1) == std::string_view::npos && end < text.size() &&
          is_slash(text[end]) && is_machine_folder(path.substr(1), folders)) {
        out += "/…";  // a folder alone, as the constant start of names
        i = end;
        continue;
      }
      if (kept > 0) {
        if (home) {
          out.pop_back();
        }
        out += "/…";
        out += path.substr(kept);
        i = from + path.size();
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

RcaReport without_private_paths(RcaReport report) {
  std::vector<std::string> folders;
  add_first_folders(report.command_line, folders);
  for (const ReportSnapshot& snapshot : report.snapshots) {
    add_first_folders(snapshot.path, folders);
  }
  for (const ReportSuspect& suspect : report.suspects) {
    for (const ReportSite& site : suspect.sites) {
      add_first_folders(site.file, folders);
      add_first_folders(site.generated_file, folders);
    }
  }
  for_each_text(report, [&](std::string& text, TextKind) { text = without_private_paths(text, folders); });
  for (ReportSuspect& suspect : report.suspects) {
    if (suspect.kit) {
      make_module_findable(suspect.kit->test);
    }
  }
  return report;
}

}  // namespace heapdiff::model
