#include "options/outputs_apart.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace heapdiff {

namespace {

namespace fs = std::filesystem;

using FileIdentity = std::pair<dev_t, ino_t>;

/// Of the regular file that `path` leads to.
std::optional<FileIdentity> device_and_inode(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return FileIdentity(status.st_dev, status.st_ino);
}

/// What a value may name: "FILE", "FORMAT=FILE", "FILE=TIME".
std::vector<std::string> files_in(const std::string& value) {
  std::vector<std::string> files{value};
  for (std::size_t at = value.find('='); at != std::string::npos; at = value.find('=', at + 1)) {
    files.push_back(value.substr(0, at));
    files.push_back(value.substr(at + 1));
  }
  return files;
}

bool is_snapshot_name(const std::string& name) {
  return name.find(".heapsnapshot") != std::string::npos || name.find(".heaptimeline") != std::string::npos ||
         name.find(".heapprofile") != std::string::npos;
}

using FilesByIdentity = std::map<FileIdentity, std::string>;

void add_input(const std::string& path, FilesByIdentity& inputs) {
  if (const auto identity = device_and_inode(path)) {
    inputs.emplace(*identity, path);
    return;
  }
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return;
  }
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (is_snapshot_name(at->path().filename().string())) {
      if (const auto identity = device_and_inode(at->path().string())) {
        inputs.emplace(*identity, at->path().string());
      }
    }
  }
}

bool is_output(const CLI::Option& option) { return option.check_lname("output"); }

}  // namespace

void require_outputs_apart(const CLI::App& command) {
  FilesByIdentity inputs;
  for (const CLI::Option* option : command.get_options()) {
    if (is_output(*option)) {
      continue;
    }
    for (const std::string& value : option->results()) {
      for (const std::string& file : files_in(value)) {
        add_input(file, inputs);
      }
    }
  }
  for (const CLI::Option* option : command.get_options()) {
    if (!is_output(*option)) {
      continue;
    }
    for (const std::string& value : option->results()) {
      for (const std::string& file : files_in(value)) {
        const auto identity = device_and_inode(file);
        const auto input = identity ? inputs.find(*identity) : inputs.end();
        if (input != inputs.end()) {
          throw Error(ErrorKind::usage,
                      "-o: '" + visible_text(file) + "' is the input '" + visible_text(input->second) + "'",
                      "Name another file for the output: nothing was read or written.");
        }
      }
    }
  }
}

}  // namespace heapdiff
