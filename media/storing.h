#pragma once

#include "db/media_attachments.h"
#include "media/uploads.h"

#include <string>

/// From the box into the store. Files are marked as garbage before they are written, and kept in
/// the transaction whose row names them: a crash between the two leaves nothing behind.
namespace media {

struct StoredFiles {
    std::string original{};
    std::string small{};
    std::int64_t bytes = 0;

    std::vector<std::string> names() const;
};

/// Errors: Unavailable.
Result<StoredFiles> store_made(db::Pool& pool, Store& store, const Made& made, Time now);
/// One more file, marked in the same way. Errors: Unavailable.
Result<std::string> store_file(
    db::Pool& pool, Store& store, const WriteContents& write, std::string_view extension, Time now);

/// Copies a whole file. False when that fails.
bool copy_file(int from, int to);

/// What the box said and where the store has it, written into the row.
void describe(db::MediaAttachment& media, const Processed& what, const StoredFiles& files);

} // namespace media
