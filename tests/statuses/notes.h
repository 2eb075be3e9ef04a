#pragma once

#include "federation/note.h"
#include "statuses/ingest.h"
#include "tests/support/database.h"

/// What the tests of statuses/ share: a remote author and notes as they arrive.
class NotesTest : public DatabaseTest {
  protected:
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    Time now = std::chrono::floor<std::chrono::seconds>(system_now());
    db::Account bob = member("bob");
    db::Account eve = member("eve");
    db::Account alice = remote_account("alice");

    static constexpr auto everybody = "https://www.w3.org/ns/activitystreams#Public";
    static constexpr auto note_id = "https://mastodon.example/users/alice/statuses/1";

    Json document(const std::string& id = note_id) {
        return {
            {"id", id},
            {"type", "Note"},
            {"attributedTo", alice.uri},
            {"to", {everybody}},
            {"cc", {alice.followers_uri}},
            {"content", "<p>Hello</p>"},
            {"published", format_iso8601(now - std::chrono::hours{1})},
        };
    }
    federation::Note read(const Json& json) {
        auto note = federation::parse_note(
            json, {.instance = instance, .received = now, .author_followers = alice.followers_uri});
        EXPECT_TRUE(note) << note.error().detail;
        return *note;
    }
    Result<statuses::Ingested> ingest(const Json& json, AccountId inbox_owner = {}) {
        return statuses::ingest(
            tx, read(json), alice, {.instance = instance, .now = now, .inbox_owner = inbox_owner});
    }
    db::Status stored(const Json& json) {
        auto ingested = ingest(json);
        EXPECT_TRUE(ingested) << ingested.error().detail;
        return ingested->status;
    }
    static Json mention_of(const db::Account& account) {
        return {{"type", "Mention"}, {"href", account.uri}, {"name", "@" + account.username}};
    }
};
