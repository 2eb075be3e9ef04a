#include "api/pictures.h"

#include "api/answer.h"
#include "base/text.h"
#include "db/account_pictures.h"

namespace api {
namespace {

using media::PictureKind;

Result<std::optional<media::StoredPicture>> store(const Api& api,
                                                  const http::Form& form,
                                                  PictureKind kind) {
    using Picture = std::optional<media::StoredPicture>;
    const auto name = media::to_string(kind);
    const auto* file = form.file(name);
    if (file == nullptr) {
        // null and "" leave it as it is; clients send back whole profiles.
        if (form.text(name).empty()) return Picture{};
        return unprocessable("Validation failed: A picture is sent as a file");
    }
    auto stored = media::store_picture(api.deps.workshop, kind, *file);
    if (!stored) return stored.error();
    return Picture{std::move(*stored)};
}

} // namespace

Result<Pictures> store_pictures(const Api& api, const http::Form& form) {
    auto avatar = store(api, form, PictureKind::Avatar);
    if (!avatar) return avatar.error();
    auto header = store(api, form, PictureKind::Header);
    if (!header) return header.error();
    return Pictures{.avatar = std::move(*avatar), .header = std::move(*header)};
}

void put_pictures(const Api& api,
                  db::Tx& tx,
                  AccountId account,
                  const http::Form& form,
                  const Pictures& pictures,
                  outbox::ProfileDraft& draft) {
    const auto put = [&](PictureKind kind,
                         const std::optional<media::StoredPicture>& picture,
                         std::optional<std::string>& url) {
        const auto name = std::string(media::to_string(kind));
        const auto given = form.maybe_text(name + "_description");
        const auto description =
            clean_text(given.value_or(""), media::max_description, Lines::Keep);
        if (picture) {
            url = media::put_picture(tx, api.instance(), account, kind, *picture, description);
        } else if (given) {
            db::account_pictures::set_description(tx, account, name, description);
        }
    };
    put(PictureKind::Avatar, pictures.avatar, draft.avatar_url);
    put(PictureKind::Header, pictures.header, draft.header_url);
}

} // namespace api
