#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct archive;

/// Writes a tar archive, compressed by gzip, to an open file, one entry after the other, with
/// little memory (libarchive, whose only home is here). Names are relative paths. Whatever fails,
/// fails for good: the archive is whole only when finish() says so. When `stop` becomes true, the
/// next 64 KiB fail.
class TarWriter {
  public:
    explicit TarWriter(int target, const std::atomic<bool>* stop = nullptr);
    ~TarWriter();
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    bool add(const std::string& name, std::string_view bytes);
    /// `size` bytes of another file from `offset`.
    bool add_file(const std::string& name, int source, std::uint64_t offset, std::uint64_t size);
    bool finish();

  private:
    bool begin(const std::string& name, std::uint64_t size);
    bool write(std::string_view bytes);

    ::archive* archive_;
    const std::atomic<bool>* stop_;
    bool is_whole_ = true;
};
