#include "db/advisories.h"
#include "db/attestation_claims.h"
#include "db/registers.h"
#include "educators/checking.h"
#include "educators/standing.h"
#include "federation/attestation.h"
#include "federation/multikey.h"
#include "federation/proof.h"
#include "federation/status_bits.h"
#include "tests/support/peers.h"

using namespace educators;
using namespace std::chrono_literals;

namespace {

/// A district on the network that attests its people.
class CheckingTest : public PeersTest {
  protected:
    CheckingTest() {
        set_level(db::PeerLevel::Member);
        publish_server_actor(key);
        publish_list({});
    }

    void set_level(db::PeerLevel level) {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, host, level, "");
        tx.commit();
    }
    void publish_server_actor(const crypto::PrivateKey& with) {
        network.answer_document(
            issuer,
            {{"@context", "https://www.w3.org/ns/activitystreams"},
             {"id", issuer},
             {"type", "Application"},
             {"preferredUsername", host},
             {"inbox", issuer + "/inbox"},
             {"publicKey",
              {{"id", issuer + "#main-key"},
               {"owner", issuer},
               {"publicKeyPem", shared_key().public_key().pem()}}},
             {"assertionMethod",
              {{{"id", issuer + "#ed25519-key"},
                {"type", "Multikey"},
                {"controller", issuer},
                {"publicKeyMultibase", federation::encode_multikey(with.public_key())}}}}});
    }
    void publish_list(const std::vector<std::int64_t>& revoked) {
        const federation::StatusList document{.id = list,
                                              .issuer = issuer,
                                              .encoded_list =
                                                  federation::encode_status_bits(revoked),
                                              .valid_from = now - 1h,
                                              .valid_until = now + 24h};
        network.answer(
            list,
            http::json_response(signed_by(key, issuer, federation::render_status_list(document))));
    }
    void take_list_away() { network.answer(list, http::Response{.status = 0}); }
    Json signed_by(const crypto::PrivateKey& with,
                   const std::string& who,
                   const Json& document) const {
        auto whole = federation::add_proof(document, with, who + "#ed25519-key", now);
        if (!whole) throw std::runtime_error(whole.error().detail);
        return *whole;
    }
    federation::Attestation words(const std::string& subject) const {
        return {.id = "https://" + host + "/attestations/1",
                .issuer = issuer,
                .subject = subject,
                .kind = "teacher",
                .assurance = "roster",
                .valid_from = now - 24h,
                .valid_until = now + 200 * 24h,
                .status_list = list,
                .status_index = 4711};
    }
    Json honest(const std::string& subject) const {
        return signed_by(key, issuer, federation::render_attestation(words(subject)));
    }
    /// A new actor of that host whose document carries this.
    AccountId carrier(const std::string& name, const Json& attestation, std::string at = {}) {
        const auto person = actor(name, at.empty() ? host : at);
        auto document = person.document();
        document["attachment"] = Json::array({attestation});
        network.answer_document(person.uri, document);
        const auto account = resolver->refresh(person.uri);
        if (!account) throw std::runtime_error(account.error().detail);
        return account->id;
    }
    std::string uri_of(const std::string& name) const {
        return "https://" + host + "/users/" + name;
    }
    Trust trust(AccountId account) {
        db::Tx tx(test_pool());
        const auto standings = db::attestation_claims::find_standings(tx, {account}, now);
        return standings.empty() ? Trust::None : judge(standings.front(), now);
    }
    Trust check(AccountId account) {
        check_attestations(deps, {account});
        return trust(account);
    }
    bool is_shown(AccountId account) {
        db::Tx tx(test_pool());
        const auto fields = db::accounts::find(tx, account)->fields;
        return !fields.empty() && fields.front().contains("attested");
    }

    const std::string host = new_host();
    const std::string issuer = "https://" + host + "/actor";
    const std::string list = "https://" + host + "/status/1";
    const crypto::PrivateKey key = crypto::PrivateKey::generate_ed25519();
    CheckDeps deps{.pool = test_pool(), .resolver = *resolver, .clock = clock};
};

TEST_F(CheckingTest, AnHonestOneIsBelievedAndShown) {
    const auto mia = carrier("mia", honest(uri_of("mia")));
    EXPECT_EQ(trust(mia), Trust::None) << "not before it was checked";
    EXPECT_EQ(check(mia), Trust::Attested);
    EXPECT_TRUE(is_shown(mia));
}

TEST_F(CheckingTest, WhatDoesNotHoldIsFalse) {
    const auto other_key = crypto::PrivateKey::generate_ed25519();
    auto altered = honest(uri_of("leo"));
    altered["credentialSubject"]["educatorKind"] = "leader";
    auto unsigned_one = honest(uri_of("uma"));
    unsigned_one.erase("proof");
    auto foreign = words(uri_of("fay"));
    foreign.issuer = "https://elsewhere.example/actor";
    auto self_made = words(uri_of("sam"));
    self_made.issuer = uri_of("sam");
    auto other_list = words(uri_of("lou"));
    other_list.status_list = "https://elsewhere.example/status/1";
    auto other_kind = words(uri_of("kim"));
    other_kind.kind = "superintendent of everything";
    const auto render = federation::render_attestation;
    const struct {
        const char* name;
        Json attestation;
    } cases[] = {
        {"leo", altered},
        {"cop", honest(uri_of("mia"))},
        {"uma", unsigned_one},
        {"fay", signed_by(key, issuer, render(foreign))},
        {"sam", signed_by(key, uri_of("sam"), render(self_made))},
        {"lou", signed_by(key, issuer, render(other_list))},
        {"kim", signed_by(key, issuer, render(other_kind))},
        {"eve", signed_by(other_key, issuer, render(words(uri_of("eve"))))},
    };
    for (const auto& c : cases) {
        const auto account = carrier(c.name, c.attestation);
        EXPECT_EQ(check(account), Trust::False) << c.name;
        EXPECT_FALSE(is_shown(account)) << c.name;
    }
}

TEST_F(CheckingTest, NobodyAtAGuestIsBelievedWhateverItsOwnHouseSigns) {
    const auto mia = carrier("mia", honest(uri_of("mia")));
    set_level(db::PeerLevel::Guest);
    EXPECT_EQ(check(mia), Trust::None);
    EXPECT_EQ(network.count(list), 0U) << "and nothing is asked";
    set_level(db::PeerLevel::Member);
    EXPECT_EQ(check(mia), Trust::Attested);
    set_level(db::PeerLevel::Partner);
    EXPECT_EQ(trust(mia), Trust::None) << "a lowered host is not believed at once";
    refresh_statuses(deps, {});
    EXPECT_FALSE(is_shown(mia));
}

TEST_F(CheckingTest, AMembersAttestationDoesNotCountOnAnotherHost) {
    const auto other_host = new_host();
    {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, other_host, db::PeerLevel::Member, "");
        tx.commit();
    }
    const std::string subject = "https://" + other_host + "/users/mia";
    EXPECT_EQ(check(carrier("mia", honest(subject), other_host)), Trust::False);
}

/// A host that attests nobody itself, and for which a register names who does.
class NamedIssuerTest : public CheckingTest {
  protected:
    NamedIssuerTest() { set_level_of(school, db::PeerLevel::Member); }
    ~NamedIssuerTest() override {
        db::Tx tx(test_pool());
        db::registers::remove(tx, named.id);
        db::advisories::remove_list(tx, named.list);
        tx.commit();
    }
    void set_level_of(const std::string& of, db::PeerLevel level) {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, of, level, "");
        tx.commit();
    }
    void follow() {
        db::Tx tx(test_pool());
        named = {.name = school,
                 .url = "https://" + school + "/register",
                 .state = "good",
                 .state_at = now,
                 .created_by = "test",
                 .created_at = now};
        named.list = *db::advisories::insert_list(
            tx, {.name = school, .origin = "register", .created_by = "test", .created_at = now});
        named.id = *db::registers::insert(tx, named);
        tx.commit();
    }
    void say(const std::string& by, const std::string& subject, bool in_force = true) {
        db::Tx tx(test_pool());
        db::registers::put_statements(tx,
                                      named.id,
                                      {{.kind = "domain",
                                        .subject = subject,
                                        .word = "accept",
                                        .issuer = by,
                                        .number = 1,
                                        .in_force = in_force}});
        db::attestation_claims::retry_wrong_issuers(tx, school);
        tx.commit();
    }
    void retract() {
        db::Tx tx(test_pool());
        db::registers::remove_statements(tx, named.id, {"domain"}, {school});
        tx.commit();
    }
    AccountId carrier_at_school() {
        return carrier("mia", honest("https://" + school + "/users/mia"), school);
    }

    const std::string school = new_host();
    db::Register named{};
};

TEST_F(NamedIssuerTest, CountsForTheHostThatAFollowedRegisterNamesItFor) {
    follow();
    const auto mia = carrier_at_school();
    EXPECT_EQ(check(mia), Trust::False) << "nobody named it";
    say(issuer, school);
    EXPECT_EQ(check(mia), Trust::Attested);
    EXPECT_TRUE(is_shown(mia));
    retract();
    EXPECT_EQ(trust(mia), Trust::None) << "at once";
    refresh_statuses(deps, {});
    EXPECT_FALSE(is_shown(mia));
}

TEST_F(NamedIssuerTest, CountsNotOtherwise) {
    follow();
    const auto mia = carrier_at_school();
    const struct {
        const char* name;
        std::string by, subject;
        bool in_force;
        db::PeerLevel issuer_level, school_level;
    } cases[] = {
        {"a draft", issuer, school, false, db::PeerLevel::Member, db::PeerLevel::Member},
        {"another issuer",
         "https://elsewhere.example/actor",
         school,
         true,
         db::PeerLevel::Member,
         db::PeerLevel::Member},
        {"for another host",
         issuer,
         new_host(),
         true,
         db::PeerLevel::Member,
         db::PeerLevel::Member},
        {"an issuer that is no member",
         issuer,
         school,
         true,
         db::PeerLevel::Partner,
         db::PeerLevel::Member},
        {"a guest that another one attests",
         issuer,
         school,
         true,
         db::PeerLevel::Member,
         db::PeerLevel::Guest},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        retract();
        set_level_of(host, c.issuer_level);
        set_level_of(school, c.school_level);
        say(c.by, c.subject, c.in_force);
        EXPECT_NE(check(mia), Trust::Attested);
        EXPECT_FALSE(is_shown(mia));
    }
    set_level_of(host, db::PeerLevel::Member);
    set_level_of(school, db::PeerLevel::Member);
    say(issuer, school);
    ASSERT_EQ(check(mia), Trust::Attested) << "the honest twin";
    set_level_of(host, db::PeerLevel::Guest);
    EXPECT_EQ(trust(mia), Trust::None) << "a lowered issuer is not believed at once";
    set_level_of(host, db::PeerLevel::Member);
    EXPECT_EQ(trust(mia), Trust::Attested);
    {
        db::Tx tx(test_pool());
        db::advisories::put_exception(
            tx, {.host = school, .reason = "ours to say", .created_by = "test", .created_at = now});
        tx.commit();
    }
    EXPECT_EQ(trust(mia), Trust::None) << "of whom no list may speak";
    db::Tx tx(test_pool());
    db::advisories::remove_exception(tx, school);
    tx.commit();
}

TEST_F(CheckingTest, DatesCount) {
    auto past = words(uri_of("pat"));
    past.valid_until = now - 1h;
    auto future = words(uri_of("fen"));
    future.valid_from = now + 1h;
    const auto sign = [&](const federation::Attestation& a) {
        return signed_by(key, issuer, federation::render_attestation(a));
    };
    EXPECT_EQ(check(carrier("pat", sign(past))), Trust::Expired);
    EXPECT_EQ(check(carrier("fen", sign(future))), Trust::None);
}

TEST_F(CheckingTest, RevocationIsLearntWithinFifteenMinutes) {
    const auto mia = carrier("mia", honest(uri_of("mia")));
    ASSERT_EQ(check(mia), Trust::Attested);
    publish_list({4711});
    now += 14min;
    EXPECT_EQ(check(mia), Trust::Attested) << "the copy is still good";
    now += 2min;
    EXPECT_EQ(check(mia), Trust::Revoked);
    EXPECT_FALSE(is_shown(mia));
    EXPECT_EQ(network.count(list), 2U);
    // Also who comes later is found revoked, by the same copy.
    auto later = words(uri_of("mo"));
    const auto mo = carrier("mo", signed_by(key, issuer, federation::render_attestation(later)));
    EXPECT_EQ(check(mo), Trust::Revoked);
    EXPECT_EQ(network.count(list), 2U);
}

TEST_F(CheckingTest, AListThatCannotBeHadDegradesStepByStep) {
    const auto mia = carrier("mia", honest(uri_of("mia")));
    ASSERT_EQ(check(mia), Trust::Attested);
    take_list_away();
    const struct {
        std::chrono::hours age;
        Trust trust;
        bool shown;
    } steps[] = {
        {24h, Trust::Attested, true},
        {3 * 24h - 1h, Trust::Attested, true},
        {3 * 24h, Trust::StatusStale, true},
        {13 * 24h, Trust::StatusStale, true},
        {14 * 24h, Trust::StatusLost, false},
    };
    const Time read_at = now;
    for (const auto& step : steps) {
        SCOPED_TRACE(step.age.count());
        now = read_at + step.age;
        EXPECT_EQ(check(mia), step.trust);
        refresh_statuses(deps, {});
        EXPECT_EQ(is_shown(mia), step.shown);
    }
    now += 6min;
    publish_list({});
    EXPECT_EQ(check(mia), Trust::Attested) << "back as if nothing had been";
    EXPECT_TRUE(is_shown(mia));
}

TEST_F(CheckingTest, AnUnreachableListIsAskedForEveryFiveMinutesAtMost) {
    take_list_away();
    const auto mia = carrier("mia", honest(uri_of("mia")));
    EXPECT_EQ(check(mia), Trust::None) << "nobody is admitted without a status";
    EXPECT_EQ(check(mia), Trust::None);
    EXPECT_EQ(network.count(list), 1U);
    now += 6min;
    check(mia);
    EXPECT_EQ(network.count(list), 2U);
}

TEST_F(CheckingTest, AListThatItsIssuerDidNotSignIsNone) {
    const auto mia = carrier("mia", honest(uri_of("mia")));
    const auto document = federation::render_status_list(
        {.id = list,
         .issuer = issuer,
         .encoded_list = federation::encode_status_bits(std::vector<std::int64_t>{}),
         .valid_from = now - 1h,
         .valid_until = now + 24h});
    auto old_one = document;
    old_one["validUntil"] = format_iso8601(now - 1min);
    auto other_id = document;
    other_id["id"] = list + "0";
    const Json cases[] = {
        document,
        signed_by(crypto::PrivateKey::generate_ed25519(), issuer, document),
        signed_by(key, issuer, old_one),
        signed_by(key, issuer, other_id),
    };
    for (const auto& wrong : cases) {
        network.answer(list, http::json_response(wrong));
        EXPECT_EQ(check(mia), Trust::None);
        now += 6min;
    }
    publish_list({});
    EXPECT_EQ(check(mia), Trust::Attested);
}

TEST_F(CheckingTest, ANewKeyOfTheIssuerIsReadOnce) {
    ASSERT_EQ(check(carrier("mia", honest(uri_of("mia")))), Trust::Attested);
    const auto new_key = crypto::PrivateKey::generate_ed25519();
    auto document = federation::add_proof(
        federation::render_attestation(words(uri_of("noa"))), new_key, issuer + "#key-2", now);
    ASSERT_TRUE(document);
    publish_server_actor(new_key);
    const auto before = network.count(issuer);
    const auto noa = carrier("noa", *document);
    // The document lists the new key under the old id: still not the one that is named.
    EXPECT_EQ(check(noa), Trust::False);
    EXPECT_EQ(network.count(issuer), before + 1);
}

TEST_F(CheckingTest, WhatIsCarriedNoMoreCountsNoMore) {
    const auto mia = carrier("mia", honest(uri_of("mia")));
    ASSERT_EQ(check(mia), Trust::Attested);
    network.answer_document(uri_of("mia"),
                            PeerActor{uri_of("mia"), "mia", host, shared_key()}.document());
    ASSERT_TRUE(resolver->refresh(uri_of("mia")));
    EXPECT_EQ(trust(mia), Trust::None);
    refresh_statuses(deps, {});
    EXPECT_FALSE(is_shown(mia));
    const auto is_kept = [this] {
        db::Tx tx(test_pool());
        return db::remote_status_lists::find(tx, list).has_value();
    };
    EXPECT_TRUE(is_kept()) << "somebody may name it again";
    now += 15 * 24h;
    refresh_statuses(deps, {});
    EXPECT_FALSE(is_kept());
}

} // namespace
