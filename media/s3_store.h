#pragma once

#include "http/client.h"
#include "media/sigv4.h"
#include "media/store.h"

#include <string>

namespace media {

struct S3Options {
    std::string endpoint{}; ///< "https://s3.example"; the bucket stands in the path.
    std::string bucket{};
    S3Key key{};
    std::string copies_folder{}; ///< Of what was put or read lately.
    std::uint64_t copies_bytes = 0;
    std::uint64_t reserve_bytes = 0; ///< What must stay free on that disk.
    Clock clock = system_now;
};

/// In an S3-compatible store, a private bucket. Files are sent and read in pieces, so that none is
/// in memory as a whole; copies on disk serve what is looked at often. Safe from any thread.
class S3Store : public Store {
  public:
    /// Throws std::runtime_error when the folder for copies cannot be made.
    S3Store(S3Options options, http::Client& client);

    Result<Done> put(const std::string& name, const WriteContents& write) override;
    Result<http::FilePart> open(const std::string& name) override;
    bool remove(const std::string& name) override;

    /// Removes the oldest copies beyond `copies_bytes`.
    void trim_copies() override;

  private:
    Result<http::Response> send(http::Outgoing request);
    std::string url_of(const std::string& name) const;
    Result<Done> send_whole(const std::string& name, const http::FilePart& file);
    Result<Done> send_in_pieces(const std::string& name, const http::FilePart& file);
    Result<Done> fetch(const std::string& name);

    S3Options options_;
    http::Client& client_;
    DiskStore copies_;
};

} // namespace media
