#include "base/json_reader.h"
#include "base/text.h"
#include "db/featured_tags.h"
#include "db/pins.h"
#include "db/statuses.h"
#include "federation/uris.h"
#include "inbox/handlers.h"

namespace inbox {
namespace {

// Only into one's own featured collection, as one's own document names it (ATTACKS A23).
bool is_own_featured(const Received& received) {
    return !received.sender.featured_uri.empty() &&
           received.activity.target.id == received.sender.featured_uri;
}

Error refused() {
    return Error{Error::Kind::Forbidden, "featured: another actor's collection"};
}

std::optional<db::Status> own_status(db::Tx& tx, const Received& received) {
    auto status = db::statuses::find_by_uri(tx, received.activity.object);
    if (!status || status->author != received.sender.id) return std::nullopt;
    return status;
}

// The folded name of an embedded Hashtag, "" for anything else.
std::string hashtag_of(const Received& received) {
    const Json* object = federation::embedded_object(received.activity);
    if (object == nullptr) return {};
    JsonReader json(*object);
    if (json.lenient_text("type") != "Hashtag") return {};
    const std::string name = json.lenient_text("name");
    return fold(name.starts_with('#') ? name.substr(1) : name);
}

} // namespace

Result<Outcome> handle_add(db::Tx& tx, const House&, const Received& received) {
    if (!is_own_featured(received)) return refused();
    bool is_new = false;
    if (const std::string tag = hashtag_of(received); !tag.empty()) {
        is_new = db::featured_tags::insert(tx, received.sender.id, tag);
    } else if (const auto status = own_status(tx, received)) {
        is_new = db::pins::insert(tx, received.sender.id, status->id);
    }
    return is_new ? Outcome::Applied : Outcome::Ignored;
}

Result<Outcome> handle_remove(db::Tx& tx, const House&, const Received& received) {
    if (!is_own_featured(received)) return refused();
    bool was_there = false;
    if (const std::string tag = hashtag_of(received); !tag.empty()) {
        was_there = db::featured_tags::remove(tx, received.sender.id, tag);
    } else if (const auto status = own_status(tx, received)) {
        was_there = db::pins::remove(tx, received.sender.id, status->id);
    }
    return was_there ? Outcome::Applied : Outcome::Ignored;
}

} // namespace inbox
