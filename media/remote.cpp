#include "media/remote.h"

#include "base/crypto.h"
#include "db/media_garbage.h"
#include "http/follow.h"
#include "media/storing.h"

#include <fmt/format.h>

#include <algorithm>

namespace media {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t max_picture_bytes = 16UL * 1024 * 1024;
constexpr std::size_t max_emoji_bytes = 1024UL * 1024;
constexpr std::size_t piece_bytes = 8UL * 1024 * 1024;
constexpr std::uint64_t max_film_bytes = 99ULL * 1024 * 1024;
constexpr hours between_touches{1};
constexpr seconds patience{3};
constexpr seconds time_in_box{60};

Error busy() {
    return {.kind = Error::Kind::Unavailable,
            .detail = "media: others are fetched",
            .retry_after_s = 2};
}

// 10 minutes, then an hour, then a day.
Time next_try(const db::RemoteMedia& media) {
    if (media.failures <= 1) return media.tried_at + minutes{10};
    return media.tried_at + (media.failures == 2 ? hours{1} : hours{24});
}

/// The mark of a fetch under way, taken away whatever happens.
class UnderWay {
  public:
    UnderWay(Guarded<std::set<std::string>>& ids, const std::string& id) : ids_(ids), id_(id) {
        is_mine_ = ids_.with([&](auto& set) { return set.insert(id_).second; });
    }
    ~UnderWay() {
        if (is_mine_) ids_.with([&](auto& set) { set.erase(id_); });
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;
    bool is_mine() const { return is_mine_; }

  private:
    Guarded<std::set<std::string>>& ids_;
    std::string id_;
    bool is_mine_ = false;
};

http::Outgoing request_for(const std::string& url, std::uint64_t from) {
    http::Outgoing request{.url = url, .headers = {{"Accept", "image/*, video/*, audio/*"}}};
    request.headers.add("Range", fmt::format("bytes={}-{}", from, from + piece_bytes - 1));
    return request;
}

std::uint64_t most_bytes(Profile profile) {
    if (profile == Profile::Attachment) return max_film_bytes;
    return profile == Profile::Emoji ? max_emoji_bytes : max_picture_bytes;
}

using Bytes = std::unique_ptr<http::SpooledBody>;

// In pieces, so that a film is never in memory as a whole. Who knows no ranges sends all of it,
// which must be one picture's worth at most.
Result<Bytes> download(http::Client& client,
                       const std::string& url,
                       std::uint64_t most,
                       const std::string& folder) {
    auto bytes = http::SpooledBody::make(folder);
    if (!bytes) return Error{Error::Kind::Unavailable, "media: no room for a download"};
    const http::Limits limits{.max_bytes = std::max(max_picture_bytes, piece_bytes)};
    std::string place = url;
    while (bytes->size() < most) {
        auto fetched = http::get_following(client, request_for(place, bytes->size()), {}, limits);
        if (!fetched) return fetched.error();
        const auto& answer = fetched->response;
        // The file ended with the piece before.
        if (answer.status == 416 && bytes->size() > 0) return bytes;
        const bool is_piece = answer.status == 206;
        if (!is_piece && (answer.status != 200 || bytes->size() > 0))
            return Error{Error::Kind::NotFound, fmt::format("media: status {}", answer.status)};
        if (!bytes->append(answer.body))
            return Error{Error::Kind::Unavailable, "media: no room for a download"};
        if (!is_piece || answer.body.size() < piece_bytes) break;
        place = fetched->url;
    }
    if (bytes->size() > most) return Error{Error::Kind::TooLarge, "media: too large"};
    return bytes;
}

} // namespace

Result<db::RemoteMedia> Remote::get(Profile profile, const std::string& url) {
    const auto id = crypto::hex(crypto::sha256(fmt::format("{} {}", to_string(profile), url)));
    const auto now = deps_.clock();
    std::optional<db::RemoteMedia> known;
    {
        db::Tx tx(deps_.pool, db::Durability::Lazy);
        known = db::remote_media::find(tx, id);
        if (known && !known->original_file.empty()) {
            if (known->used_at + between_touches < now) {
                db::remote_media::touch(tx, id, now);
                tx.commit();
            }
            return *known;
        }
    }
    if (known && now < next_try(*known))
        return Error{Error::Kind::NotFound, "media: it failed lately"};
    const UnderWay mark(under_way_, id);
    if (!mark.is_mine() || !fetches_.try_acquire_for(patience)) return busy();
    struct Turn {
        std::counting_semaphore<8>& places;
        ~Turn() { places.release(); }
    };
    const Turn turn{fetches_};
    auto before = known.value_or(db::RemoteMedia{.id = id});
    before.used_at = now;
    before.tried_at = now;
    return fetch(profile, url, std::move(before));
}

Result<db::RemoteMedia> Remote::fetch(Profile profile,
                                      const std::string& url,
                                      db::RemoteMedia media) {
    const auto bytes = download(deps_.client, url, most_bytes(profile), deps_.spool_folder);
    std::vector<std::string> kept;
    if (bytes) {
        const auto copy = [&](int target) { return (*bytes)->copy((*bytes)->map(), target); };
        const auto made = deps_.box.run(profile, copy, time_in_box);
        // Our own trouble says nothing of theirs.
        if (!made && made.error().kind == Error::Kind::Unavailable) return busy();
        if (made) {
            const auto files = store_made(deps_.pool, deps_.store, *made, media.tried_at);
            if (!files) return files.error();
            media.original_file = files->original;
            media.small_file = files->small;
            media.bytes = files->bytes;
            media.width = made->what.original.width;
            media.height = made->what.original.height;
            media.blurhash = made->what.blurhash;
            kept = files->names();
        }
    }
    media.failures = media.original_file.empty() ? media.failures + 1 : 0;
    db::Tx tx(deps_.pool);
    db::media_garbage::keep(tx, kept);
    db::remote_media::put(tx, media);
    tx.commit();
    if (media.original_file.empty()) return Error{Error::Kind::NotFound, "media: cannot be had"};
    return media;
}

} // namespace media
