#pragma once

#include "db/tx.h"
#include "media/links.h"
#include "media/uploads.h"

#include <string>

/// Avatars and headers of our own people.
namespace media {

struct StoredPicture {
    std::string file{};
    std::string media_type{};
};

/// Processes and stores one; no row names it yet. Blocks, no transaction open.
/// Errors: Unprocessable, Unavailable.
Result<StoredPicture> store_picture(const Workshop& workshop,
                                    PictureKind kind,
                                    const http::UploadedFile& file);

/// Makes it the account's, and returns the URL that belongs into the account's row.
std::string put_picture(db::Tx& tx,
                        const Instance& instance,
                        AccountId account,
                        PictureKind kind,
                        const StoredPicture& picture,
                        const std::string& description);

} // namespace media
