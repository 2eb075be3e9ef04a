#pragma once

#include "actors/signer.h"
#include "api/stream_delivery.h"
#include "api/stream_topics.h"
#include "db/audiences.h"
#include "db/deliveries.h"
#include "db/guests.h"
#include "db/invitations.h"
#include "db/lists.h"
#include "db/notifications.h"
#include "federation/activity.h"
#include "inbox/handlers.h"
#include "inbox/reading.h"
#include "inbox/worker.h"
#include "outbox/serve.h"
#include "tests/api/client_support.h"
#include "tests/support/educators.h"

#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

/// Somebody, and what is true of them now: the model beside the database.
struct Person {
    db::Account account{};
    bool attested = false;
    std::string region{};
    bool is_guest = false;
};

/// A narrow post, and for whom it is by the rules of docs/audiences.md, not by the server's.
struct NarrowPost {
    StatusId id{};
    std::string uri{};
    std::string secret{}; ///< In every version of its text.
    db::AudienceKind kind = db::AudienceKind::Educators;
    std::size_t author = 0;
    std::size_t owner = 0;
    std::string region{};           ///< The owner's, as it was.
    std::set<std::size_t> circle{}; ///< Who can be meant by a circle.
};

/// A district with its people, two member districts (one in the same state), and an ordinary server
/// that is let in as a guest. Everybody follows everybody.
class NarrowWorld : public ClientTest {
  protected:
    NarrowWorld() {
        cedar = unique("cedar") + ".test";
        birch = unique("birch") + ".test";
        elm = unique("elm") + ".test";
        for (const auto& host : {cedar, birch})
            set_level(host, db::PeerLevel::Member);
        set_level(elm, db::PeerLevel::Guest);
        add(member("ann"), "US-CA");
        add(member("lee"), "US-CA");
        add(member("clerk"), std::nullopt);
        add(member("visitor"), std::nullopt);
        add(stranger("cora", cedar), "US-CA");
        add(stranger("cid", cedar), std::nullopt);
        add(stranger("bea", birch), "US-OR");
        add(stranger("ben", birch), "");
        add(stranger("eli", elm), "US-OR"); // Its claim is worth nothing at this level.
        make_guest(people[3]);
        for (const auto& one : people) {
            for (const auto& other : people)
                if (one.account.id != other.account.id) follow(one.account, other.account);
        }
        outbox::add_routes(peers_router, serving);
        http::Recognise recognise;
        recognise.peer = [this](const http::Request&) -> Result<http::Signer> { return *signer; };
        peers_router.recognise_with(std::move(recognise));
    }

    void add(db::Account account, const std::optional<std::string>& region) {
        people.push_back({.account = std::move(account)});
        if (region) confirm(people.size() - 1, *region);
    }
    void confirm(std::size_t who, const std::string& region) {
        db::Tx tx(pool);
        educators_of_tests::attest(tx, people[who].account, region);
        tx.commit();
        people[who].attested = true;
        people[who].region = region;
    }
    void revoke(std::size_t who) {
        db::Tx tx(pool);
        const auto id = people[who].account.id;
        if (people[who].account.is_local())
            db::attestations::revoke(tx, id, {}, system_now());
        else
            db::attestation_claims::set_revoked(tx, {id}, true);
        tx.commit();
        people[who].attested = false;
    }
    void make_guest(Person& person) {
        db::Tx tx(pool);
        const auto invitation =
            db::invitations::insert(tx,
                                    {.expires_at = now + std::chrono::hours{24},
                                     .made_by = "test",
                                     .created_at = now,
                                     .guest_until = now + std::chrono::hours{240},
                                     .circle = {people[0].account.id}},
                                    unique("code"));
        EXPECT_TRUE(db::guests::insert_by(tx, person.account.id, invitation));
        tx.commit();
        person.is_guest = true;
    }
    void set_level(const std::string& host, db::PeerLevel level) {
        db::Tx tx(pool);
        db::peers::set_level(tx, host, level, "");
        tx.commit();
        peers.reload();
        levels[host] = level;
    }

    static bool is_local(const Person& person) { return person.account.is_local(); }
    bool is_confirmed(const Person& person) const {
        if (!person.attested || person.is_guest) return false;
        return is_local(person) || levels.at(person.account.host) == db::PeerLevel::Member;
    }
    /// The most that anybody may read.
    bool may_read(const NarrowPost& post, std::size_t who) const {
        if (who == post.author || who == post.owner) return true;
        const auto& person = people[who];
        if (!is_confirmed(person)) return false;
        const bool elsewhere = person.account.host != people[post.owner].account.host;
        switch (post.kind) {
        case db::AudienceKind::Educators:
            return true;
        case db::AudienceKind::Circle:
            return post.circle.contains(who);
        case db::AudienceKind::OutsideDistrict:
            return elsewhere;
        case db::AudienceKind::OutsideRegion:
            break;
        }
        return elsewhere && !person.region.empty() && !post.region.empty() &&
               person.region != post.region;
    }

    /// An activity of a peer as the worker hands it over, after signature and filters.
    bool receive(std::size_t sender, const std::string& type, const Json& object) {
        const auto& actor = people[sender].account;
        auto parsed =
            federation::parse_activity({{"@context", "https://www.w3.org/ns/activitystreams"},
                                        {"id", actor.uri + "#" + unique("activity")},
                                        {"type", type},
                                        {"actor", actor.uri},
                                        {"to", {"https://www.w3.org/ns/activitystreams#Public"}},
                                        {"object", object}});
        if (!parsed) return false;
        inbox::Item item;
        item.received.activity = std::move(*parsed);
        item.received.sender = actor;
        item.received.sender_is_followed = true;
        item.received.at = now;
        if (type == "Create" || type == "Update") inbox::add_post(item, work, object);
        if (item.refusal) return false;
        db::Tx tx(pool);
        const auto outcome = type == "Create"     ? inbox::handle_create(tx, house, item.received)
                             : type == "Update"   ? inbox::handle_update(tx, house, item.received)
                             : type == "Announce" ? inbox::handle_announce(tx, house, item.received)
                                                  : inbox::handle_like(tx, house, item.received);
        tx.commit();
        return outcome && *outcome == inbox::Outcome::Applied;
    }
    bool move(std::size_t from, std::size_t to) {
        inbox::Received received;
        received.activity.type = "Move";
        received.activity.actor = people[from].account.uri;
        received.activity.object = people[from].account.uri;
        received.sender = people[from].account;
        received.target = people[to].account;
        received.target->aliases = {people[from].account.uri};
        received.at = now;
        db::Tx tx(pool);
        const auto outcome = inbox::handle_move(tx, house, received);
        tx.commit();
        return outcome && *outcome == inbox::Outcome::Applied;
    }

    /// What was queued since the last time.
    struct Parcel {
        std::string host{};
        std::string body{};
    };
    std::vector<Parcel> take_queue() {
        std::vector<Parcel> parcels;
        for (;;) {
            db::Tx tx(pool);
            db::deliveries::lock_claims(tx);
            const auto claimed = db::deliveries::claim(tx, {.most = 200, .per_host = 200});
            for (const auto& one : claimed)
                parcels.push_back({one.inbox.host, db::deliveries::find_body(tx, one.body)});
            db::deliveries::finish(tx, claimed);
            tx.commit();
            if (claimed.empty()) return parcels;
        }
    }

    std::string served(const http::Signer& as, std::string target) {
        signer = as;
        if (target.starts_with(instance.origin)) target = target.substr(instance.origin.size());
        http::Request request{
            .method = "GET",
            .headers = {{"Accept", "application/activity+json"}, {"Host", instance.host}}};
        EXPECT_TRUE(http::set_target(request, target)) << target;
        return peers_router.answer(request).body;
    }

    std::string cedar, birch, elm;
    std::map<std::string, db::PeerLevel> levels;
    std::vector<Person> people;
    http::Router peers_router;
    outbox::ServeDeps serving{.pool = pool, .instance = instance};
    std::optional<http::Signer> signer;
    actors::Signers signers{{.resolver = resolver,
                             .receiver = {.origin = instance.origin},
                             .may_contact = [](std::string_view) { return true; }}};
    inbox::House house{
        .instance = instance, .peers = peers, .signers = signers, .server_actor = {}};
    inbox::Work work{.pool = pool, .house = house, .resolver = resolver, .posts = posts};
};
