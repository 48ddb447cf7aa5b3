#include "capture/folder_store.h"

#include "heapdiff/reports/sync_folder.h"
#include "heapdiff/snapshot/compress.h"
#include "heapdiff/snapshot/error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <utility>

namespace heapdiff::capture {

namespace {

/// A file that is written aside, and the compressor in front of it.
struct CompressedFile final : ByteSink {
  CompressedFile(const std::string& path, OutputFile::Sync sync)
      : file(path, sync, OutputFile::For::owner), compressor(compressing_sink(path, *this)) {}
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

/// The folder that has the name of `folder` in it.
std::string parent_of(const std::string& folder) {
  const std::filesystem::path parent = (std::filesystem::path(folder) / "").parent_path().parent_path();
  return parent.empty() ? "." : parent.string();
}

}  // namespace

void FolderStore::write_whole(const std::string& path, const std::string& text) const {
  OutputFile file(path, sync_, OutputFile::For::owner);
  file.write(text);
  file.commit();
}

void FolderStore::prepare() {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Error(ErrorKind::output, folder_, std::nullopt, std::strerror(errno));
  }
  struct stat status {};
  if (::stat(path_of(kRecordName).c_str(), &status) == 0) {
    throw Error(ErrorKind::usage, folder_, std::nullopt, "holds a capture already", "Give another --out.");
  }
  if (const int reason = sync_ == OutputFile::Sync::durable ? sync_folder(parent_of(folder_)) : 0) {
    throw Error(ErrorKind::output, folder_, std::nullopt, std::strerror(reason));
  }
}

std::unique_ptr<ArrivingSnapshot> FolderStore::open(const CapturedSnapshot& snapshot) {
  first_file_ = first_file_.empty() ? snapshot.file : first_file_;
  const auto file = std::make_shared<CompressedFile>(path_of(snapshot.file), sync_);
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
