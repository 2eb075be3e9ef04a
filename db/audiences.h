#pragma once

#include "base/id.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// Whom a narrow post is for; each is narrower than what its visibility says.
enum class AudienceKind { Educators, Circle, OutsideDistrict, OutsideRegion };
std::string_view to_string(AudienceKind kind); ///< "educators", ..., "outside-region"
std::optional<AudienceKind> parse_audience(std::string_view text);

/// Stands with a post for good; answers have that of what they answer.
struct Audience {
    AudienceKind kind = AudienceKind::Educators;
    AccountId owner{};      ///< Who began; 0: not known here.
    std::string district{}; ///< The owner's, a host, as it was then.
    std::string region{};   ///< The owner's, "US-CA", as it was then; "" not known.
    bool operator==(const Audience&) const = default;
};

} // namespace db

/// The columns `audience*` of statuses; who belongs is `in_audience` of migration 0320, which
/// `visible_statuses` asks.
namespace db::audiences {

/// Nothing for posts that are not narrow; a boost has none.
std::optional<Audience> find(Tx& tx, StatusId status);
struct OfStatus {
    StatusId status{};
    Audience audience{};
};
std::vector<OfStatus> find_all(Tx& tx, const std::vector<StatusId>& statuses);
/// Once, after the insert and before anybody is told. The post must not be open.
void set(Tx& tx, StatusId status, const Audience& audience);

/// Where an educator with a good attestation works.
struct Place {
    std::string district{};
    std::string region{}; ///< May be empty.
};
std::optional<Place> find_place(Tx& tx, AccountId account);

/// Those who do not belong to it, in the given order.
std::vector<AccountId> outsiders(Tx& tx,
                                 const Audience& audience,
                                 const std::vector<AccountId>& accounts);

/// Who reads a narrow post of ours elsewhere: those who may see it now, on hosts at level member.
struct RemoteReader {
    std::string uri{};
    std::string host{};
    std::string inbox{}; ///< The host's shared one where there is one.
};
/// By host.
std::vector<RemoteReader> remote_readers(Tx& tx, StatusId status);

} // namespace db::audiences
