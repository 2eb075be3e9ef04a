#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

/// A row of `accounts`: one of our members, a remote actor, or a server actor.
struct Account {
    AccountId id{};
    std::string uri{};      ///< The actor id.
    std::string username{}; ///< The stored spelling.
    std::string domain{};   ///< Host of the handle. Empty for our own accounts.
    std::string host{};     ///< Host of the id, as in `peers`. Empty for our own accounts.
    std::string actor_type = "Person";
    bool is_server_actor = false;
    std::string display_name{};
    std::string note{};          ///< Clean HTML.
    std::string note_source{};   ///< What a member wrote.
    Json fields = Json::array(); ///< [{name, value (clean HTML), source, verified_at}]
    Json emojis = Json::array(); ///< [{shortcode, url}]
    std::string url{};
    std::string avatar_url{};
    std::string header_url{};
    std::string inbox{};
    std::string shared_inbox{}; ///< Empty: none.
    std::string outbox{};
    std::string followers_uri{};
    std::string following_uri{};
    std::string featured_uri{};
    std::string moderators_uri{};
    bool locked = false;
    bool discoverable = false;
    bool indexable = false;
    bool hide_collections = false;
    bool memorial = false;
    std::vector<std::string> attribution_domains{};
    std::vector<std::string> aliases{}; ///< alsoKnownAs.
    std::string moved_to_uri{};
    std::optional<Time> moved_at{};
    std::optional<Time> suspended_at{};
    bool origin_suspended = false;
    std::optional<Time> limited_at{};
    std::optional<Time> deleted_at{};
    std::int64_t statuses_count = 0;
    std::int64_t followers_count = 0;
    std::int64_t following_count = 0;
    std::optional<Time> last_status_at{};
    Time created_at{};
    std::optional<Time> fetched_at{};
    // Which parts the profile page shows.
    bool show_media = true;
    bool show_media_replies = true;
    bool show_featured = true;

    bool is_local() const { return host.empty(); }
    /// Neither deleted nor suspended, here or at its origin.
    bool is_visible() const { return !suspended_at && !origin_suspended && !deleted_at; }
    bool is_bot() const { return actor_type == "Service" || actor_type == "Application"; }
    bool is_group() const { return actor_type == "Group"; }
    /// Where a delivery goes that may be shared with others of that host.
    const std::string& best_inbox() const { return shared_inbox.empty() ? inbox : shared_inbox; }
    /// "alice" or "alice@cedar.example".
    std::string acct() const { return domain.empty() ? username : username + "@" + domain; }
};

} // namespace db

namespace db::accounts {

/// Inserts with a new id (or `account.id` when set) and returns it.
AccountId insert(Tx& tx, const Account& account);
/// What a remote actor's document says; also a local profile edit. Never touches uri, username,
/// domain, host, counters or moderators' marks (but `origin_suspended`).
void update_profile(Tx& tx, const Account& account);

std::optional<Account> find(Tx& tx, AccountId id);
std::optional<Account> find_by_uri(Tx& tx, std::string_view uri);
/// `domain` is empty for our own; the user name is compared without case.
std::optional<Account> find_by_handle(Tx& tx, std::string_view username, std::string_view domain);
/// Of a host other than ours, as far as we met it.
std::optional<Account> find_server_actor(Tx& tx, std::string_view host);
std::vector<Account> find_all(Tx& tx, const std::vector<AccountId>& ids);
std::vector<Account> find_all_by_uri(Tx& tx, const std::vector<std::string>& uris);

/// Whether a name looks like one of ours, deleted ones too; of which it is one itself.
bool looks_like_local(Tx& tx, std::string_view username);
bool looks_like_any(Tx& tx, std::string_view username, const std::vector<std::string>& names);

/// Our own accounts in order of creation, server actor not among them.
std::vector<Account> list_local(Tx& tx);
std::int64_t count_local(Tx& tx);

void set_suspended(Tx& tx, AccountId id, std::optional<Time> at);
void set_limited(Tx& tx, AccountId id, std::optional<Time> at);
void set_deleted(Tx& tx, AccountId id, Time at);
/// Claims the reading of a remote profile's pins and posts: false when they were read after
/// `not_since`.
bool claim_featured(Tx& tx, AccountId id, Time now, Time not_since);
void add_statuses_count(Tx& tx, AccountId id, int change, std::optional<Time> last_status_at);
void add_followers_count(Tx& tx, AccountId id, int change);
void add_following_count(Tx& tx, AccountId id, int change);

} // namespace db::accounts
