#include "capture/folder_store.h"

#include "heapdiff/reports/output_file.h"
#include "heapdiff/snapshot/compress.h"
#include "heapdiff/snapshot/error.h"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <utility>

namespace heapdiff::capture {

namespace {

/// A file that is written aside, and the compressor in front of it.
struct CompressedFile final : ByteSink {
  explicit CompressedFile(const std::string& path)
      : file(path, OutputFile::For::owner), compressor(compressing_sink(path, *this)) {}
  void write(std::string_view bytes) override { file.write(bytes); }
  void take(ByteQueue& queue) const {
    for (std::string piece = queue.read(); !piece.empty(); piece = queue.read()) {
      compressor->write(piece);
    }
    compressor->finish();
  }

  OutputFile file;
  std::unique_ptr<CompressingSink> compressor;
};

void write_whole(const std::string& path, const std::string& text) {
  OutputFile file(path, OutputFile::For::owner);
  file.write(text);
  file.commit();
}

}  // namespace

void FolderStore::prepare() {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Error(ErrorKind::output, folder_, std::nullopt, std::strerror(errno));
  }
  struct stat status {};
  if (::stat(path_of(kRecordName).c_str(), &status) == 0) {
    throw Error(ErrorKind::usage, folder_, std::nullopt, "holds a capture already", "Give another --out.");
  }
}

std::unique_ptr<ArrivingSnapshot> FolderStore::open(const CapturedSnapshot& snapshot) {
  first_file_ = first_file_.empty() ? snapshot.file : first_file_;
  const auto file = std::make_shared<CompressedFile>(path_of(snapshot.file));
  return std::make_unique<ArrivingSnapshot>([file](ByteQueue& queue) { file->take(queue); },
                                            [file] { file->file.commit(); });
}

void FolderStore::keep_record(const CaptureRecord& record) { write_whole(path_of(kRecordName), to_json(record)); }

void FolderStore::keep_profile(const std::string& profile) {
  std::string name = first_file_;
  name.replace(name.find(".heapsnapshot"), std::string::npos, ".heapprofile");
  profile_path_ = path_of(name);
  write_whole(profile_path_, profile);
}

}  // namespace heapdiff::capture
