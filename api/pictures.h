#pragma once

#include "api/api.h"
#include "media/pictures.h"
#include "outbox/profile.h"

#include <optional>

/// Avatar and header in the forms that change a profile.
namespace api {

struct Pictures {
    std::optional<media::StoredPicture> avatar{};
    std::optional<media::StoredPicture> header{};
};

/// Takes the files of a form: processed and stored, before a transaction is opened.
/// Errors: Unprocessable (no picture, or text where a file belongs), Unavailable.
Result<Pictures> store_pictures(const Api& api, const http::Form& form);

/// Writes them and what the form says of them, and names them in the draft.
void put_pictures(const Api& api,
                  db::Tx& tx,
                  AccountId account,
                  const http::Form& form,
                  const Pictures& pictures,
                  outbox::ProfileDraft& draft);

} // namespace api
