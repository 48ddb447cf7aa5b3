#include "options/input_files.h"

#include "heapdiff/diff/series_order.h"
#include "heapdiff/snapshot/byte_source.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <glob.h>
#include <map>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

/// Whether the first bytes look like a snapshot: `{"snapshot":{"meta":`, with blanks anywhere. Any other JSON is no
/// input, and a folder may hold much of it.
bool begins_as_snapshot(const std::string& path) {
  std::array<char, 256> first{};
  std::size_t got = 0;
  try {
    const OpenedInput input = open_input(path, Limits{}, 1);
    while (got < first.size()) {
      const std::size_t more = input.source->read(std::span(first).subspan(got));
      if (more == 0) {
        break;
      }
      got += more;
    }
  } catch (const Error&) {
    return false;
  }
  std::string text;
  for (std::size_t i = 0; i < got; ++i) {
    const char c = first[i];
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      text += c;
    }
  }
  return text.starts_with(R"({"snapshot":{)");
}

bool is_snapshot_name(std::string_view name, std::string_view ending) {
  for (const std::string_view compression : {"", ".gz", ".zst"}) {
    if (name.size() > compression.size() && name.ends_with(compression) &&
        name.substr(0, name.size() - compression.size()).ends_with(ending)) {
      return true;
    }
  }
  return false;
}

bool is_snapshot(const fs::directory_entry& entry) {
  std::error_code ignored;
  const std::string name = entry.path().filename().string();
  if (is_snapshot_name(name, ".heapsnapshot") || is_snapshot_name(name, ".heaptimeline")) {
    return entry.is_regular_file(ignored);
  }
  return is_snapshot_name(name, ".json") && entry.is_regular_file(ignored) && begins_as_snapshot(entry.path().string());
}

template <class Iterator>
std::vector<std::string> snapshots_in(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : Iterator(folder, error)) {
    if (is_snapshot(entry)) {
      found.push_back(entry.path().string());
    }
  }
  std::sort(found.begin(), found.end(), is_before_by_number);
  return found;
}

std::vector<std::string> matches_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  std::sort(paths.begin(), paths.end(), is_before_by_number);
  return paths;
}

/// Appends the files of one input.
void expand(const std::string& input, bool named, std::vector<InputFile>& files) {
  std::error_code error;
  if (input.find_first_of("*?[") != std::string::npos && !fs::exists(input, error)) {
    const std::vector<std::string> matches = matches_of(input);
    if (matches.empty()) {
      throw Error(ErrorKind::input, input, std::nullopt, "expected a pattern that matches files, it matches none");
    }
    for (const std::string& match : matches) {
      expand(match, false, files);
    }
    return;
  }
  if (!fs::is_directory(input, error)) {
    files.push_back({input, named});
    return;
  }
  std::vector<std::string> found = snapshots_in<fs::directory_iterator>(input);
  if (found.empty()) {
    found = snapshots_in<fs::recursive_directory_iterator>(input);
  }
  if (found.empty()) {
    throw Error(ErrorKind::input, input, std::nullopt,
                "expected a folder with snapshots (.heapsnapshot, .heaptimeline or .json), found none");
  }
  for (std::string& path : found) {
    files.push_back({std::move(path), false});
  }
}

std::vector<InputFile> expand_all(const std::vector<std::string>& inputs) {
  std::vector<InputFile> files;
  for (const std::string& input : inputs) {
    expand(input, true, files);
  }
  return files;
}

/// What makes a file itself: its device and inode, else its path.
std::string identity_of(const std::string& path) {
  struct stat status {};
  if (path != "-" && stat(path.c_str(), &status) == 0) {
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  }
  return path;
}

}  // namespace

std::vector<InputFile> find_input_files(const std::vector<std::string>& inputs, std::vector<std::string>& set_aside) {
  std::vector<InputFile> files;
  std::map<std::string, std::size_t> seen;  // index in `files`
  for (InputFile& file : expand_all(inputs)) {
    const auto [known, fresh] = seen.try_emplace(identity_of(file.path), files.size());
    if (fresh) {
      files.push_back(std::move(file));
      continue;
    }
    const InputFile& first = files[known->second];
    if (file.path == "-") {
      throw Error(ErrorKind::usage, "standard input is named twice, and can be read once");
    }
    if (file.named && first.named) {
      throw Error(ErrorKind::usage,
                  "'" + visible_text(file.path) + "' is the same file as '" + visible_text(first.path) + "'",
                  "Name each snapshot once: nothing can have grown between a file and itself.");
    }
    set_aside.push_back("'" + visible_text(file.path) + "' is the same file as '" + visible_text(first.path) +
                        "' and was set aside.");
  }
  return files;
}

std::vector<std::string> expand_folders(const std::vector<std::string>& inputs) {
  std::vector<std::string> paths;
  for (InputFile& file : expand_all(inputs)) {
    paths.push_back(std::move(file.path));
  }
  return paths;
}

}  // namespace heapdiff
