#include "http/inflate.h"

#include <zlib.h>

#include <array>
#include <stdexcept>

namespace http {

// Small documents may repeat themselves; only what is large has to be honest about it.
constexpr std::size_t ratio_counts_from = 16UL * 1024;

struct Inflater::Impl {
    z_stream stream{};
    std::size_t max_bytes = 0;
    std::size_t max_ratio = 0;
    std::size_t in = 0;
    std::size_t out = 0;
    bool is_finished = false;
};

Inflater::Inflater(std::size_t max_bytes, std::size_t max_ratio) : impl_(std::make_unique<Impl>()) {
    impl_->max_bytes = max_bytes;
    impl_->max_ratio = max_ratio;
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(&impl_->stream, gzip_only) != Z_OK) throw std::runtime_error("inflateInit2");
}

Inflater::~Inflater() {
    inflateEnd(&impl_->stream);
}

bool Inflater::is_finished() const {
    return impl_->is_finished;
}

Result<Done> Inflater::add(std::string_view compressed, std::string& out) {
    auto& [stream, max_bytes, max_ratio, in, produced, is_finished] = *impl_;
    in += compressed.size();
    // zlib does not write through this pointer; its type is from before const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::array<char, 16UL * 1024> buffer{};
    while (stream.avail_in > 0 || stream.avail_out == 0) {
        if (is_finished) return Error{Error::Kind::Unavailable, "bytes after the end of gzip"};
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        const int status = inflate(&stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            return Error{Error::Kind::Unavailable, "malformed gzip"};
        }
        const auto count = buffer.size() - stream.avail_out;
        produced += count;
        if (produced > max_bytes) return Error{Error::Kind::TooLarge, "body too large"};
        if (produced > ratio_counts_from && produced > in * max_ratio) {
            return Error{Error::Kind::TooLarge, "body expands too much"};
        }
        out.append(buffer.data(), count);
        is_finished = status == Z_STREAM_END;
        if (is_finished && stream.avail_in == 0) break;
        if (status == Z_BUF_ERROR && stream.avail_in == 0) break;
    }
    return Done{};
}

} // namespace http
