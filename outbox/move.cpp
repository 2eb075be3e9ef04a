#include "outbox/move.h"

#include "base/text.h"
#include "base/uri.h"
#include "db/follows.h"
#include "db/moves.h"
#include "db/partners.h"
#include "federation/envelope.h"
#include "federation/uris.h"
#include "jobs/queue.h"
#include "moderation/filters.h"
#include "moderation/peers.h"
#include "outbox/block.h"
#include "outbox/deliver.h"
#include "outbox/follow.h"
#include "outbox/profile.h"
#include "timelines/home.h"

#include <fmt/format.h>

#include <algorithm>

namespace outbox {
namespace {

constexpr auto job_kind = "move_followers";

Error unprocessable(std::string shown) {
    return {.kind = Error::Kind::Unprocessable, .detail = "move: " + shown, .shown = shown};
}

/// Why nobody can move there; nothing when it is possible.
std::optional<Error> obstacle(const Acting& acting,
                              const db::Account& self,
                              const db::Account& target) {
    if (target.id == self.id) return unprocessable("This is the account that you are moving from.");
    // Its strikes are here; the other district carries it on its own account (decision 350).
    if (db::mark_of(self)) return unprocessable(std::string(moderation::explain("partner-move")));
    if (!target.is_local() && !acting.peers.may_contact(target.host))
        return unprocessable("The server of that account is not on our list.");
    if (!target.is_visible() || !target.moved_to_uri.empty())
        return unprocessable("That account has moved itself, or is closed.");
    if (std::ranges::find(target.aliases, self.uri) == target.aliases.end()) {
        return unprocessable(
            "That account does not name this one as an alias yet. Please add it there first.");
    }
    return std::nullopt;
}

void send_move(db::Tx& tx, const db::Account& self, const db::Account& target) {
    const Json move = federation::render_move(
        {.id = federation::fragment_uri(self.uri, "moves", db::follows::new_id(tx).value),
         .actor = self.uri,
         .to = {self.followers_uri}},
        target.uri);
    deliver(tx,
            {.signer = self.id,
             .body = dump_json(move),
             .object_uri = self.uri,
             .inboxes = audience_of(tx, Recipients{.followers_of = self.id})});
}

/// As the row is now, not as it was read.
void tell_profile(db::Tx& tx, const Acting& acting) {
    const auto self = db::accounts::find(tx, acting.account);
    if (self) send_profile(tx, acting.instance, *self, acting.now);
}

Acting on_behalf(const Acting& acting, AccountId member) {
    return {
        .instance = acting.instance, .peers = acting.peers, .account = member, .now = acting.now};
}

void move_follower(db::Tx& tx, const Acting& acting, const Moved& moved) {
    const auto& [from, to] = moved;
    const auto standing = db::follows::find(tx, acting.account, from.id);
    if (!standing) return;
    // One who cannot follow (blocked, oneself, moved) still leaves what is empty now.
    if (acting.account != to.id) {
        (void)follow(tx,
                     acting,
                     to.id,
                     {.show_reblogs = standing->show_reblogs,
                      .notify = standing->notify,
                      .languages = standing->languages});
        if (db::moves::copy_lists(tx, acting.account, from.id, to.id))
            timelines::home_changed(tx, acting.account);
    }
    (void)unfollow(tx, acting, from.id);
}

/// Those with ids above `after`; the next part is a job.
void move_part(db::Tx& tx, const Acting& acting, const Moved& moved, AccountId after) {
    const auto members = db::moves::local_followers(tx, moved.from.id, after, followers_at_once);
    for (const AccountId member : members)
        move_follower(tx, on_behalf(acting, member), moved);
    if (std::ssize(members) < followers_at_once) return;
    const Json rest{
        {"from", moved.from.id.value}, {"to", moved.to.id.value}, {"after", members.back().value}};
    jobs::enqueue(tx,
                  jobs::Job{.kind = job_kind,
                            .lane = fmt::format("move:{}", to_string(moved.from.id)),
                            .payload = dump_json(rest)});
}

void go_on(db::Tx& tx, const MoveDeps& deps, const std::string& payload) {
    const Json rest = Json::parse(payload);
    const auto from = db::accounts::find(tx, AccountId{rest.at("from").get<std::int64_t>()});
    const auto to = db::accounts::find(tx, AccountId{rest.at("to").get<std::int64_t>()});
    if (!from || !to || from->moved_to_uri != to->uri) return;
    const Acting acting{.instance = deps.instance, .peers = deps.peers, .now = deps.clock()};
    move_part(
        tx, acting, {.from = *from, .to = *to}, AccountId{rest.at("after").get<std::int64_t>()});
}

} // namespace

Result<db::Account> fetch_named(actors::Resolver& resolver, std::string_view text) {
    constexpr std::size_t max_bytes = 2'048;
    const std::string named(trim(text));
    if (named.empty() || named.size() > max_bytes)
        return unprocessable("Please give a handle like @name@server, or an address.");
    auto found = parse_uri(named) ? resolver.resolve_actor(named) : resolver.resolve_handle(named);
    if (!found || found->is_local()) return found;
    return resolver.refresh(found->uri);
}

Result<Done> add_alias(db::Tx& tx, const Acting& acting, const db::Account& other) {
    auto self = find_self(tx, acting);
    if (!self) return self.error();
    if (other.id == self->id) return unprocessable("This is the same account.");
    if (db::moves::add_alias(tx, self->id, other.uri, max_aliases)) {
        tell_profile(tx, acting);
        return Done{};
    }
    if (std::ranges::find(self->aliases, other.uri) != self->aliases.end()) return Done{};
    return unprocessable(fmt::format("At most {} aliases are possible.", max_aliases));
}

Result<Done> remove_alias(db::Tx& tx, const Acting& acting, std::string_view uri) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    if (db::moves::remove_alias(tx, self->id, uri)) tell_profile(tx, acting);
    return Done{};
}

Result<Done> move_to(db::Tx& tx, const Acting& acting, AccountId target_id) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    const auto target = find_other(tx, target_id);
    if (!target) return target.error();
    if (auto refused = obstacle(acting, *self, *target)) return std::move(*refused);
    const Time not_since = acting.now - move_cooldown;
    if (!db::moves::claim(tx, self->id, target->uri, acting.now, not_since)) {
        return unprocessable(
            fmt::format("This account moved less than {} days ago.",
                        std::chrono::duration_cast<std::chrono::days>(move_cooldown).count()));
    }
    tell_profile(tx, acting);
    send_move(tx, *self, *target);
    move_followers(tx, acting, {.from = *self, .to = *target});
    return Done{};
}

Result<Done> cancel_move(db::Tx& tx, const Acting& acting) {
    const auto self = find_self(tx, acting);
    if (!self) return self.error();
    if (self->moved_to_uri.empty()) return Done{};
    db::moves::cancel(tx, self->id);
    tell_profile(tx, acting);
    return Done{};
}

void move_followers(db::Tx& tx, const Acting& acting, const Moved& moved) {
    db::moves::copy_mutes(tx, moved.from.id, moved.to.id);
    db::moves::copy_notes(tx, moved.from.id, moved.to.id);
    for (const AccountId member : db::moves::local_blockers(tx, moved.from.id)) {
        if (member != moved.to.id) (void)block(tx, on_behalf(acting, member), moved.to.id);
    }
    move_part(tx, acting, moved, AccountId{});
}

jobs::Kind move_job(const MoveDeps& deps) {
    const auto prepare = [&deps](std::span<const jobs::Claimed> batch) {
        std::vector<Result<jobs::Apply>> steps;
        for (const auto& job : batch) {
            steps.emplace_back(jobs::Apply(
                [&deps, payload = job.payload](db::Tx& tx) { go_on(tx, deps, payload); }));
        }
        return steps;
    };
    return {.name = job_kind, .prepare = prepare};
}

} // namespace outbox
