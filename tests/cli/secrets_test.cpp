// Ninety secrets in every kind of text that a heap holds, through every command: none comes out anywhere.

#include "heapdiff/reports/render.h"
#include "support/planted_process.h"
#include "support/planted_secrets.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::test::PlantedSecret;
using heapdiff::test::run_cli;

namespace {

/// A process that holds each planted text in every place.
heapdiff::test::PlantedProcess process_with_secrets() {
  std::vector<heapdiff::test::PlantedText> planted;
  for (const PlantedSecret& plant : heapdiff::test::planted_secrets()) {
    planted.push_back({plant.text, plant.secret});
  }
  return heapdiff::test::PlantedProcess(std::move(planted));
}

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// `folder` holds a series of four snapshots, in files whose names hold secrets too.
void write_secret_series(const fs::path& folder) {
  heapdiff::test::write_series(process_with_secrets(), folder,
                               {"a.password=hunter2.heapsnapshot", "b.token=quux.heapsnapshot",
                                "c.alice@example.com.heapsnapshot", "d.heapsnapshot"});
}

/// Long words of a token: what is left of it where only its digits were folded.
std::vector<std::string> parts_of(const std::string& secret) {
  constexpr std::size_t kTelling = 12;
  std::vector<std::string> parts;
  std::string word;
  for (const char c : secret + "/") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
    } else {
      if (word.size() >= kTelling) {
        parts.push_back(word);
      }
      word.clear();
    }
  }
  return parts;
}

void check_clean(const std::string& text, const std::string& what) {
  for (const PlantedSecret& plant : heapdiff::test::planted_secrets()) {
    // Three letters of one secret are part of many words; what stands before it gives it away.
    const std::string wanted = plant.secret.size() < 5
                                   ? plant.text.substr(plant.text.find(plant.secret) - 1, plant.secret.size() + 1)
                                   : plant.secret;
    const std::size_t at = text.find(wanted);
    CHECK_MESSAGE(at == std::string::npos, what << " shows " << wanted << ": "
                                                << text.substr(at < 60                   ? 0
                                                               : at == std::string::npos ? 0
                                                                                         : at - 60,
                                                               120));
    for (const std::string& part : parts_of(plant.secret)) {
      CHECK_MESSAGE(text.find(part) == std::string::npos, what << " shows a part, " << part);
    }
  }
}

}  // namespace

TEST_CASE("no planted secret comes out of any command, in any format, or in an error") {
  heapdiff_test::TemporaryFolder folder;
  const fs::path series = folder.path / "series";
  write_secret_series(series);
  const std::string all = series.string();
  const std::string last = (series / "d.heapsnapshot").string();
  const std::string first = "'" + (series / "a.password=hunter2.heapsnapshot").string() + "'";
  const std::string id = "@" + std::to_string(process_with_secrets().first_emitter());

  std::string analyze = "analyze " + all + " --interval 10m --ops 100 --fail-on leak --fail-on 'listeners>0/op'";
  for (const std::string& format : heapdiff::report_formats()) {
    analyze += " -o " + format + "=" + (folder.path / ("report." + format)).string();
  }
  const auto outcome = run_cli(analyze, true);
  CHECK(outcome.code == 1);
  check_clean(outcome.out, "analyze");
  std::size_t reports = 0;
  for (const auto& entry : fs::directory_iterator(folder.path)) {
    if (entry.is_regular_file()) {
      const std::string text = file_text(entry.path());
      CHECK_MESSAGE(text.size() > 2, entry.path().filename().string());  // no line of source, no code quality
      check_clean(text, entry.path().filename().string());
      ++reports;
    }
  }
  CHECK(reports == heapdiff::report_formats().size());
  CHECK(reports >= 14);

  std::vector<std::string> commands = {"verify --before " + all + " --after " + all + " --interval 10m",
                                       "summary " + last + " --top 0 --format csv",
                                       "export " + last,
                                       "export " + first + " " + last,
                                       "diff " + first + " " + last + " --top 0 --format csv",
                                       "explain " + last + " --id " + id + " --format dot",
                                       "explain " + all + " --suspect 1 --interval 10m",
                                       "explain " + last + " --constructor 'password=hunter2'",
                                       "summary 'token=quux.heapsnapshot'",
                                       "analyze " + all + " --fail-on 'password=hunter2'",
                                       "explain " + last + " --constructor 'user:alice@example.com'",
                                       "analyze " + all + " --baseline 'token=quux'",
                                       "analyze " + all + " --suppress 'token=quux'",
                                       "redact 'token=quux' -o " + (folder.path / "x").string(),
                                       "diff " + first + " 'token=quux'",
                                       "analyze " + all + " -o " + (folder.path / "no-such/password=hunter2").string()};
  for (const char* format : {"text", "markdown", "json"}) {
    commands.push_back("summary " + last + " --top 0 --format " + format);
    commands.push_back("diff " + first + " " + last + " --top 0 --format " + format);
    commands.push_back("explain " + last + " --paths 50 --top 50 --id " + id + " --format " + format);
  }
  for (const std::string& command : commands) {
    const auto run = run_cli(command, true);
    CHECK_MESSAGE(run.out.size() > 10, command);
    check_clean(run.out, command);
  }
}

TEST_CASE("no planted secret is in the error about a file that breaks right beside it") {
  heapdiff_test::TemporaryFolder folder;
  heapdiff::test::PlantedProcess process = process_with_secrets();
  process.grow();
  const std::string whole = process.text();
  const auto plants = heapdiff::test::planted_secrets();
  for (std::size_t i = 0; i < plants.size(); i += 7) {
    const std::size_t at = whole.find(plants[i].secret, whole.find("\"strings\""));
    if (at == std::string::npos) {
      continue;  // written with an escape
    }
    for (const char bad : {'\x01', '"', '\\'}) {
      std::string broken = whole;
      broken.insert(at + plants[i].secret.size() / 2, 1, bad);
      folder.write("broken.heapsnapshot", broken);
      const std::string path = (folder.path / "broken.heapsnapshot").string();
      for (const std::string& command : {"summary " + path, "redact " + path + " -o " + path + ".out"}) {
        const auto run = run_cli(command, true);
        CHECK((run.code == 3 || bad == '\\'));  // which may begin an escape
        check_clean(run.out, command);
      }
    }
    folder.write("cut.heapsnapshot", whole.substr(0, at + plants[i].secret.size()));
    const auto run = run_cli("summary " + (folder.path / "cut.heapsnapshot").string(), true);
    CHECK(run.code == 3);
    check_clean(run.out, "cut");
  }
}

TEST_CASE("no secret of a commit's subject or of the source around the line comes out of any format") {
  if (std::system("git --version >/dev/null 2>&1") != 0) {
    MESSAGE("git is not installed");
    return;
  }
  heapdiff_test::TemporaryFolder folder;
  // Compiled from TypeScript: of a script that ran as it is, a text with secrets in it would be another one.
  const fs::path series = fs::path(HEAPDIFF_TESTDATA) / "snapshots/bug-892";
  const fs::path source = folder.path / "source";
  fs::copy(series / "source", source, fs::copy_options::recursive);
  const auto plain = nlohmann::json::parse(
      run_cli(series.string() + " -q --format json --source-root " + source.string()).out)["suspects"][0]["sites"][0];
  const fs::path file = source / plain["file"].get<std::string>();
  REQUIRE(fs::exists(file));
  // Literals on the lines beside the one that stores, as a person in a hurry writes them.
  const std::vector<std::string> secrets = {"hunter2-of-the-source",
                                            std::string("gh") + "p_16C7e42F292c6912E7710c838347",
                                            "postgres-horse-battery", "alice@example.com"};
  std::istringstream lines(file_text(file));
  std::string text;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::size_t marked = plain["line"].get<std::size_t>();
    line += number + 1 == marked ? " const password = '" + secrets[0] + "';"
            : number == marked   ? " // deploy with " + secrets[1]
            : number == marked + 1
                ? " const url = 'postgres://app:" + secrets[2] + "@db/app', mail = '" + secrets[3] + "';"
                : "";
    text += line + "\n";
  }
  std::ofstream(file) << text;
  const std::string git = "cd '" + source.string() +
                          "' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
                          "GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org && "
                          "git init -q && git add -A && git commit -qm 'Log in with password=" +
                          secrets[0] + " and " + secrets[1] + " at postgres://app:" + secrets[2] + "@db for " +
                          secrets[3] + "'";
  REQUIRE(std::system(git.c_str()) == 0);
  std::string analyze = series.string() + " --source-root " + source.string() + " --repo " + source.string() +
                        " --since 36500d --fail-on leak --lenient";
  for (const std::string& format : heapdiff::report_formats()) {
    analyze += " -o " + format + "=" + (folder.path / ("report." + format)).string();
  }
  const auto outcome = run_cli(analyze, true);
  CHECK(outcome.code == 1);
  std::size_t with_commit = 0;
  std::size_t with_line = 0;
  for (const auto& entry : fs::directory_iterator(folder.path)) {
    const std::string report = entry.is_regular_file() ? file_text(entry.path()) : outcome.out;
    for (const std::string& secret : secrets) {
      CHECK_MESSAGE(report.find(secret) == std::string::npos, entry.path().filename().string() << ": " << secret);
    }
    with_commit += report.find("Log in with password=") != std::string::npos ? 1U : 0U;
    with_line += report.find("const password = ") != std::string::npos ? 1U : 0U;
  }
  // What stands beside the secrets does come out, so they were there to be masked.
  CHECK(with_commit >= 5);
  CHECK(with_line >= 5);
}

TEST_CASE("personal data is in no format that is posted, and --redact chooses") {
  heapdiff_test::TemporaryFolder folder;
  std::vector<heapdiff::test::PlantedText> planted;
  const auto personal = heapdiff::test::planted_personal();
  for (const PlantedSecret& plant : personal) {
    planted.push_back({plant.text, plant.secret});
  }
  heapdiff::test::write_series(heapdiff::test::PlantedProcess(planted), folder.path / "series",
                               {"1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot", "4.heapsnapshot"});
  const auto shown_in = [&](const std::string& command, const std::string& format) {
    const std::string report =
        run_cli(command + " '" + (folder.path / "series").string() + "' -q --interval 10m --format " + format).out;
    CHECK(report.size() > 2);
    std::size_t shown = 0;
    for (const PlantedSecret& plant : personal) {
      shown += report.find(plant.secret) != std::string::npos ? 1U : 0U;
    }
    return shown;
  };
  for (const char* format : {"jira", "adf", "adf-body", "markdown", "html", "postmortem", "github-summary"}) {
    CAPTURE(format);
    CHECK(shown_in("analyze", format) == 0);
  }
  CHECK(shown_in("analyze --redact secrets", "markdown") > 3);
  CHECK(shown_in("analyze", "json") > 3);
  for (const std::string& format : heapdiff::report_formats()) {
    CAPTURE(format);
    CHECK(shown_in("analyze --redact personal", format) == 0);
  }
  const std::string last = "'" + (folder.path / "series/4.heapsnapshot").string() + "'";
  for (const char* format : {"markdown", "json --redact personal", "csv --redact personal", "text --redact personal"}) {
    const std::string report = run_cli("summary --top 0 " + last + " --format " + format).out;
    for (const PlantedSecret& plant : personal) {
      CHECK_MESSAGE(report.find(plant.secret) == std::string::npos, format, " shows ", plant.secret);
    }
  }
}
