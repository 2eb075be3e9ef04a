#include "media/s3_store.h"

#include "base/html.h"
#include "base/uri.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace media {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::uint64_t piece_bytes = 8ULL * 1024 * 1024; ///< At least 5 MiB by the protocol.
constexpr http::Limits limits{.max_bytes = piece_bytes + 64UL * 1024,
                              .connect = milliseconds{5'000},
                              .first_byte = milliseconds{30'000},
                              .total = milliseconds{120'000}};

Error unavailable(std::string detail) {
    return {.kind = Error::Kind::Unavailable, .detail = std::move(detail)};
}

std::string read_piece(const http::FilePart& file, std::uint64_t at) {
    std::string bytes(static_cast<std::size_t>(std::min(piece_bytes, file.size - at)), '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const auto count = ::pread(file.file->get(),
                                   bytes.data() + filled,
                                   bytes.size() - filled,
                                   static_cast<off_t>(file.offset + at + filled));
        if (count <= 0) return {};
        filled += static_cast<std::size_t>(count);
    }
    return bytes;
}

/// The text of the first element of that name: the two answers that we read have one each.
std::string element(std::string_view xml, std::string_view name) {
    const auto open = fmt::format("<{}>", name);
    const auto begin = xml.find(open);
    if (begin == std::string_view::npos) return {};
    const auto text = xml.substr(begin + open.size());
    return std::string(text.substr(0, text.find("</")));
}

bool is_success(const http::Response& response) {
    return response.status >= 200 && response.status < 300;
}

} // namespace

// Copies may be lost: they go when the disk is full, so they ask for no reserve.
S3Store::S3Store(S3Options options, http::Client& client)
    : options_(std::move(options)), client_(client), copies_(options_.copies_folder, 0) {}

std::string S3Store::url_of(const std::string& name) const {
    return fmt::format("{}/{}/{}", options_.endpoint, options_.bucket, name);
}

Result<http::Response> S3Store::send(http::Outgoing request) {
    sign_v4(request, options_.key, options_.clock());
    auto response = client_.send(request, limits);
    if (!response) return unavailable("media: the store is away: " + response.error().detail);
    const bool is_known = is_success(*response) || response->status == 404;
    if (!is_known) return unavailable(fmt::format("media: the store says {}", response->status));
    return response;
}

Result<Done> S3Store::put(const std::string& name, const WriteContents& write) {
    if (free_bytes(options_.copies_folder) < options_.reserve_bytes)
        return unavailable("media: the disk is nearly full");
    if (const auto copied = copies_.put(name, write); !copied) return copied.error();
    const auto file = copies_.open(name);
    if (!file) return unavailable("media: the copy went away");
    auto sent = file->size <= piece_bytes ? send_whole(name, *file) : send_in_pieces(name, *file);
    if (!sent) copies_.remove(name);
    return sent;
}

Result<Done> S3Store::send_whole(const std::string& name, const http::FilePart& file) {
    const auto response = send({.method = "PUT", .url = url_of(name), .body = read_piece(file, 0)});
    if (!response) return response.error();
    if (!is_success(*response)) return unavailable("media: there is no such bucket");
    return Done{};
}

// CreateMultipartUpload, UploadPart, CompleteMultipartUpload.
Result<Done> S3Store::send_in_pieces(const std::string& name, const http::FilePart& file) {
    const auto begun = send({.method = "POST", .url = url_of(name) + "?uploads="});
    if (!begun) return begun.error();
    const auto upload = percent_encode(element(begun->body, "UploadId"));
    if (upload.empty()) return unavailable("media: the store begins no upload");
    std::string parts;
    for (std::uint64_t at = 0, number = 1; at < file.size; at += piece_bytes, ++number) {
        const auto url = fmt::format("{}?partNumber={}&uploadId={}", url_of(name), number, upload);
        const auto sent = send({.method = "PUT", .url = url, .body = read_piece(file, at)});
        const auto tag = sent ? std::string(sent->headers.get("ETag")) : std::string();
        if (tag.empty()) {
            // Else its parts would cost room forever.
            static_cast<void>(send(
                {.method = "DELETE", .url = fmt::format("{}?uploadId={}", url_of(name), upload)}));
            return sent ? unavailable("media: a part without a tag") : sent.error();
        }
        parts += fmt::format(
            "<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, escape_html(tag));
    }
    const auto ended =
        send({.method = "POST",
              .url = fmt::format("{}?uploadId={}", url_of(name), upload),
              .body = "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>"});
    if (!ended) return ended.error();
    // The one answer that may say 200 and mean no.
    if (ended->body.find("<Error>") != std::string::npos || !is_success(*ended))
        return unavailable("media: the store does not end the upload");
    return Done{};
}

Result<http::FilePart> S3Store::open(const std::string& name) {
    if (!is_name(name)) return Error{Error::Kind::NotFound, "media: no name of a file"};
    if (auto copy = copies_.open(name)) return copy;
    if (const auto fetched = fetch(name); !fetched) return fetched.error();
    return copies_.open(name);
}

Result<Done> S3Store::fetch(const std::string& name) {
    std::optional<Error> failure;
    const auto write = [&](int target) {
        for (std::uint64_t at = 0;; at += piece_bytes) {
            http::Outgoing request{.url = url_of(name)};
            request.headers.add("Range", fmt::format("bytes={}-{}", at, at + piece_bytes - 1));
            sign_v4(request, options_.key, options_.clock());
            const auto piece = client_.send(request, limits);
            if (piece && piece->status == 416 && at > 0) return true;
            if (!piece || (piece->status != 206 && piece->status != 200)) {
                const bool is_missing = piece && piece->status == 404;
                failure = Error{is_missing ? Error::Kind::NotFound : Error::Kind::Unavailable,
                                "media: the store does not give the file"};
                return false;
            }
            std::string_view rest = piece->body;
            while (!rest.empty()) {
                const auto count = ::write(target, rest.data(), rest.size());
                if (count <= 0) return false;
                rest.remove_prefix(static_cast<std::size_t>(count));
            }
            if (piece->status == 200 || piece->body.size() < piece_bytes) return true;
        }
    };
    auto copied = copies_.put(name, write);
    if (failure) return *failure;
    return copied;
}

bool S3Store::remove(const std::string& name) {
    if (!is_name(name)) return true;
    copies_.remove(name);
    const auto response = send({.method = "DELETE", .url = url_of(name)});
    if (!response) spdlog::debug("media: {}", response.error().detail);
    return static_cast<bool>(response);
}

void S3Store::trim_copies() {
    struct Copy {
        fs::path path;
        fs::file_time_type at;
        std::uint64_t size = 0;
    };
    std::vector<Copy> copies;
    std::uint64_t total = 0;
    std::error_code failure;
    for (const auto& entry : fs::recursive_directory_iterator(options_.copies_folder, failure)) {
        if (!entry.is_regular_file(failure)) continue;
        copies.push_back({.path = entry.path(),
                          .at = entry.last_write_time(failure),
                          .size = entry.file_size(failure)});
        total += copies.back().size;
    }
    std::ranges::sort(copies, {}, &Copy::at);
    for (const auto& copy : copies) {
        if (total <= options_.copies_bytes) return;
        if (fs::remove(copy.path, failure)) total -= copy.size;
    }
}

} // namespace media
