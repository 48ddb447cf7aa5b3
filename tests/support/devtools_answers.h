#pragma once
// What DevTools says of the snapshots in testdata/snapshots/corpus; testdata/capture/lib/answers.mjs writes the tables.

#include "support/real_snapshot.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::test {

struct DevToolsAnswers {
  nlohmann::json header;                                    ///< nodes, edges, total, statistics, names
  std::map<std::string, std::vector<std::int64_t>> column;  ///< id, class, self, retained, distance, dom
  std::vector<nlohmann::json> rows;                         ///< arrays that begin with the class key
};

inline DevToolsAnswers read_answers(const std::string& path) {
  const std::string text = expanded_file(path);
  DevToolsAnswers answers;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (line.front() == '[') {
      answers.rows.push_back(nlohmann::json::parse(line));
    } else if (line.front() == '{') {
      answers.header = nlohmann::json::parse(line);
    } else {
      const std::size_t space = line.find(' ');
      std::vector<std::int64_t>& values = answers.column[std::string(line.substr(0, space))];
      const char* const end = line.data() + line.size();
      for (const char* at = line.data() + space; at != end;) {
        at = std::from_chars(at + 1, end, values.emplace_back()).ptr;
      }
    }
  }
  return answers;
}

inline const std::string& corpus_folder() {
  static const std::string folder = HEAPDIFF_TESTDATA "/snapshots/corpus/";
  return folder;
}

/// Names of the corpus' files that end so, without that end, sorted.
inline std::vector<std::string> corpus_names(std::string_view end) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder())) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(end)) {
      names.push_back(name.substr(0, name.size() - end.size()));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string corpus_snapshot(const std::string& name) { return corpus_folder() + name + ".heapsnapshot.zst"; }

}  // namespace heapdiff::test
