#pragma once

#include "base/descriptor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace http {

/// A part of a file, as the body of an answer.
struct FilePart {
    std::shared_ptr<const Descriptor> file{}; ///< Shared: several answers may send from one file.
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// A request's body that is too long to be kept in memory: in a file without a name, which goes
/// with the request.
class SpooledBody {
  public:
    /// Null when no file can be made in `folder`.
    static std::unique_ptr<SpooledBody> make(const std::string& folder);
    ~SpooledBody();
    SpooledBody(const SpooledBody&) = delete;
    SpooledBody& operator=(const SpooledBody&) = delete;

    /// False when the disk does not take it.
    bool append(std::string_view bytes);
    std::uint64_t size() const { return size_; }

    /// After the last append(): all of it, mapped; what was read and is not needed soon is given
    /// back with forget(). Empty when it cannot be mapped.
    std::string_view map();
    static void forget(std::string_view read);
    /// Copies a part of map() to another file. False when that fails.
    bool copy(std::string_view part, int target) const;

  private:
    explicit SpooledBody(Descriptor file) : file_(std::move(file)) {}

    Descriptor file_;
    std::uint64_t size_ = 0;
    void* mapped_ = nullptr;
};

} // namespace http
