#pragma once

#include "base/result.h"
#include "http/spooled_body.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace media {

/// Writes a file's contents; false when it could not.
using WriteContents = std::function<bool(int target)>;

/// Where processed files lie, and uploads until they are. Names are made by new_name() and never
/// used twice, so a file never changes. Safe from any thread.
class Store {
  public:
    virtual ~Store() = default;

    /// Durable when it returns. Errors: Unavailable (no room, the store is away).
    virtual Result<Done> put(const std::string& name, const WriteContents& write) = 0;
    /// The whole file. Errors: NotFound, Unavailable.
    virtual Result<http::FilePart> open(const std::string& name) = 0;
    /// True: it is gone, or was before.
    virtual bool remove(const std::string& name) = 0;
    /// Called now and then: lets go of what it keeps only to be faster.
    virtual void trim_copies() {}
};

/// "3f/3f0c…1a.jpg": 128 random bits. `extension` may be "".
std::string new_name(std::string_view extension);
/// Whether it could be one of new_name()'s: nothing else ever becomes a path.
bool is_name(std::string_view name);

/// Below a folder. Files are written beside it and moved in, so that there are no halves.
class DiskStore : public Store {
  public:
    /// `reserve_bytes`: what must stay free on the disk. Throws std::runtime_error when the folder
    /// cannot be made.
    DiskStore(std::string folder, std::uint64_t reserve_bytes);

    Result<Done> put(const std::string& name, const WriteContents& write) override;
    Result<http::FilePart> open(const std::string& name) override;
    bool remove(const std::string& name) override;

  private:
    std::string folder_;
    std::uint64_t reserve_bytes_;
};

/// Free bytes for ordinary users on the disk of `path`; 0 when that cannot be told.
std::uint64_t free_bytes(const std::string& path);

} // namespace media
