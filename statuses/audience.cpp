#include "statuses/audience.h"

#include "base/uri.h"
#include "federation/note.h"

#include <fmt/format.h>

namespace statuses {
namespace {

std::string_view place_in_words(bool is_own) {
    return is_own ? "the author's" : "this thread's";
}

// Nobody else knows better where its author works than who attests it.
db::Audience own_audience(db::Tx& tx,
                          db::AudienceKind kind,
                          const federation::Locality& stated,
                          const db::Account& author) {
    db::Audience audience{
        .kind = kind, .owner = author.id, .district = author.host, .region = stated.region};
    if (const auto place = db::audiences::find_place(tx, author.id)) {
        audience.district = place->district;
        if (!place->region.empty()) audience.region = place->region;
    }
    return audience;
}

db::Audience others_audience(db::Tx& tx,
                             db::AudienceKind kind,
                             const federation::Locality& stated) {
    db::Audience audience{.kind = kind, .district = stated.district, .region = stated.region};
    if (audience.district.empty()) audience.district = host_of(stated.of);
    if (const auto owner = db::accounts::find_by_uri(tx, stated.of)) audience.owner = owner->id;
    return audience;
}

} // namespace

std::optional<db::Audience> audience_of(db::Tx& tx, const db::Status& status) {
    if (db::is_open(status.visibility) || status.is_boost()) return std::nullopt;
    return db::audiences::find(tx, status.id);
}

bool is_narrow(db::Tx& tx, const db::Status& status) {
    return audience_of(tx, status).has_value();
}

std::string describe(const db::Audience& audience, AccountId author) {
    const auto whose = place_in_words(audience.owner == author);
    switch (audience.kind) {
    case db::AudienceKind::Educators:
        return "For verified educators";
    case db::AudienceKind::Circle:
        return "For a circle of verified educators";
    case db::AudienceKind::OutsideDistrict:
        return fmt::format("For verified educators outside {} district", whose);
    case db::AudienceKind::OutsideRegion:
        break;
    }
    return fmt::format("For verified educators outside {} region", whose);
}

std::string label_of(const db::Audience& audience, AccountId author) {
    return fmt::format("<p>{}</p>", describe(audience, author));
}

std::optional<db::Audience> audience_of_note(db::Tx& tx,
                                             const federation::Note& note,
                                             const db::Account& author,
                                             const std::optional<db::Status>& parent) {
    if (parent) {
        if (auto inherited = audience_of(tx, *parent)) return inherited;
    }
    if (!note.locality) return std::nullopt;
    const auto kind =
        db::parse_audience(note.locality->scope).value_or(db::AudienceKind::OutsideRegion);
    const auto& of = note.locality->of;
    if (of.empty() || of == author.uri) return own_audience(tx, kind, *note.locality, author);
    return others_audience(tx, kind, *note.locality);
}

federation::Locality locality_of(db::Tx& tx, const db::Audience& audience) {
    const auto owner =
        audience.owner ? db::accounts::find(tx, audience.owner) : std::optional<db::Account>{};
    return {.scope = std::string(db::to_string(audience.kind)),
            .of = owner ? owner->uri : std::string{},
            .district = audience.district,
            .region = audience.region};
}

} // namespace statuses
