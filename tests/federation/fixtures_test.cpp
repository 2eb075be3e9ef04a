// Every document of tests/data/fixtures that a reader of federation/ concerns, against what
// index.json says of it. Who may send it is tested where that is decided.
#include "base/text.h"
#include "federation/activity.h"
#include "federation/actor.h"
#include "federation/collection.h"
#include "federation/nodeinfo.h"
#include "federation/note.h"
#include "federation/webfinger.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace federation {

namespace {

using fixtures::district_b;
using fixtures::load;
using fixtures::load_text;

Json rows() {
    return load("index.json").at("rows");
}

NoteReading reading_for(const Json& row, const Activity& activity) {
    return {.instance = district_b,
            .received = fixtures::now,
            .author_followers = row.value("signed_by", std::string{}) + "/followers",
            .activity_to = activity.to,
            .activity_cc = activity.cc};
}

std::string shown(Visibility visibility) {
    static const std::map<Visibility, std::string> names{{Visibility::Public, "public"},
                                                         {Visibility::Unlisted, "unlisted"},
                                                         {Visibility::Private, "private"},
                                                         {Visibility::Direct, "direct"},
                                                         {Visibility::Limited, "limited"}};
    return names.at(visibility);
}

std::vector<std::string> hrefs(const std::vector<Mention>& mentions) {
    std::vector<std::string> out;
    for (const auto& mention : mentions)
        out.push_back(mention.href);
    return out;
}

std::vector<std::string> names(const std::vector<Hashtag>& hashtags) {
    std::vector<std::string> out;
    for (const auto& hashtag : hashtags)
        out.push_back(hashtag.name);
    return out;
}

Json poll_facts(const Poll& poll) {
    Json facts = {
        {"multiple", poll.multiple}, {"options", Json::array()}, {"votes", Json::array()}};
    for (const auto& option : poll.options) {
        facts["options"].push_back(option.text);
        facts["votes"].push_back(option.votes);
    }
    facts["voters"] = poll.voters ? Json(*poll.voters) : Json();
    facts["expires_at"] = poll.ends ? Json(format_iso8601(*poll.ends)) : Json();
    return facts;
}

/// Facts in the words of index.json.
Json facts_of(const Note& note) {
    Json facts = {
        {"visibility", shown(note.visibility)},
        {"language", note.language.empty() ? Json() : Json(note.language)},
        {"mentions", hrefs(note.mentions)},
        {"hashtags", names(note.hashtags)},
        {"attachments", note.attachments.size()},
        {"alt", note.attachments.empty() ? "" : note.attachments.front().description},
        {"spoiler_text", note.spoiler_text},
        {"sensitive", note.sensitive},
        {"content", note.content},
        {"title", note.title},
        {"author", note.authors.front()},
        {"url", note.url},
        {"edit", note.updated.has_value()},
        {"vote", is_vote(note) ? note.text_name : ""},
        {"text", note.text_name},
        {"quote_of", note.quote.uri},
    };
    if (note.event && note.event->starts) {
        facts["start"] = format_iso8601(*note.event->starts).substr(0, 19) + "Z";
    }
    switch (note.quote.state) {
    case QuoteState::None:
        break;
    case QuoteState::Deleted:
        facts["quote_state"] = "deleted";
        break;
    case QuoteState::Claimed:
        facts["quote_state"] =
            note.quote.authorization.empty() ? "unapproved" : "accepted_after_check";
    }
    std::vector<std::string> readers = note.to;
    readers.insert(readers.end(), note.cc.begin(), note.cc.end());
    facts["readers"] = readers;
    return facts;
}

Json facts_of(const Actor& actor) {
    return {
        {"acct", claimed_handle(actor)},
        {"bot", actor.bot()},
        {"group", actor.group()},
        {"locked", actor.locked},
        {"indexable", actor.indexable},
        {"fields", actor.fields.size()},
        {"keys", actor.keys.size()},
        {"display_name", actor.name},
        {"shared_inbox", actor.shared_inbox.empty() ? Json() : Json(actor.shared_inbox)},
    };
}

Json facts_of(const Activity& flag) {
    auto reported = reported_ids(flag);
    const std::string target = reported.front();
    reported.erase(reported.begin());
    return {{"report_target", target}, {"report_posts", reported}};
}

void expect_facts(const Json& row, const Json& facts) {
    const Json facts_expected = row.value("normalised", Json::object());
    for (const auto& [fact, expected] : facts_expected.items()) {
        if (fact == "poll") {
            for (const auto& [part, value] : expected.items()) {
                EXPECT_EQ(facts.at("poll").at(part), value) << part;
            }
        } else if (expected == "limited_or_direct") {
            EXPECT_TRUE(facts.at(fact) == "limited" || facts.at(fact) == "direct");
        } else {
            EXPECT_EQ(facts.at(fact), expected) << fact;
        }
    }
}

/// Refused before any question of who sent it.
const std::set<std::string> malformed{
    "odd-duplicate-keys.json",
    "odd-deep-nesting.json",
    "odd-array-root.json",
    "odd-graph.json",
    "odd-announce-chain.json",
    "reject-poll-huge.json",
    "reject-create-foreign-object-id.json",
    // The author is on another origin than the post.
    "reject-create-foreign-author.json",
    "reject-create-local-object.json",
    "reject-vote-on-behalf.json",
};

/// Nothing to show; 202 and no effect.
const std::set<std::string> not_posts{"create-peertube-cachefile.json",
                                      "create-pleroma-chatmessage.json"};

bool is_activity(const Json& row) {
    return row.at("via") == "inbox";
}

TEST(Fixtures, ActivitiesAreReadOrRefusedForTheirForm) {
    int read = 0;
    for (const Json& row : rows()) {
        const std::string file = row.at("file");
        if (!is_activity(row)) continue;
        SCOPED_TRACE(file);
        auto document = parse_json(load_text(file));
        auto activity = document ? parse_activity(*document) : Result<Activity>(document.error());
        const Json* object = activity ? embedded_object(*activity) : nullptr;
        const bool has_post = object && !activity->objects.front().authors.empty() &&
                              !parse_actor_type(activity->objects.front().type) &&
                              (activity->type == "Create" || activity->type == "Update");
        if (!has_post) {
            EXPECT_EQ(bool(activity), !malformed.contains(file));
            if (activity && activity->type == "Flag") {
                expect_facts(row, facts_of(*activity));
            }
            ++read;
            continue;
        }
        const auto note = parse_note(*object, reading_for(row, *activity));
        EXPECT_EQ(bool(note), !malformed.contains(file) && !not_posts.contains(file));
        if (!note) continue;
        Json facts = facts_of(*note);
        if (note->poll) facts["poll"] = poll_facts(*note->poll);
        expect_facts(row, facts);
        ++read;
    }
    EXPECT_GT(read, 100);
}

TEST(Fixtures, ActorsAreReadOrRefused) {
    // actor-bad-id-mismatch is told apart by the URL that it was fetched from.
    const std::set<std::string> refused{"actor-minimal.json",
                                        "actor-bad-key-owner.json",
                                        "actor-bad-endpoints.json",
                                        "actor-bad-homoglyph.json",
                                        "actor-gotosocial-keystub.json"};
    int read = 0;
    for (const Json& row : rows()) {
        const std::string file = row.at("file");
        if (!file.starts_with("actor-") || row.at("via") == "inbox") continue;
        SCOPED_TRACE(file);
        const auto actor = parse_actor(load(file));
        EXPECT_EQ(bool(actor), !refused.contains(file))
            << (actor ? std::string("read") : actor.error().detail);
        if (!actor) continue;
        expect_facts(row, facts_of(*actor));
        ++read;
    }
    EXPECT_GT(read, 20);
}

TEST(Fixtures, TheRestIsReadByItsOwnReader) {
    for (const Json& row : rows()) {
        const std::string file = row.at("file");
        SCOPED_TRACE(file);
        if (file.starts_with("collection-")) {
            const auto document = parse_json(load_text(file));
            ASSERT_TRUE(document);
            EXPECT_TRUE(parse_collection(*document));
        } else if (row.at("via") == "webfinger") {
            EXPECT_TRUE(parse_webfinger(load(file)));
        } else if (file == "nodeinfo-wellknown.json") {
            EXPECT_TRUE(parse_nodeinfo_links(load(file), "https://mastodon.example"));
        } else if (row.at("via") == "nodeinfo") {
            EXPECT_TRUE(parse_nodeinfo(load(file)));
        } else if (file == "object-peertube-video.json") {
            const auto note =
                parse_note(load(file), {.instance = district_b, .received = fixtures::now});
            ASSERT_TRUE(note);
            expect_facts(row, facts_of(*note));
        } else if (file == "quoteauthorization.json") {
            EXPECT_TRUE(parse_authorization(load(file)));
        } else if (file == "reject-quoteauthorization-foreign.json") {
            EXPECT_FALSE(parse_authorization(load(file)));
        }
    }
}

} // namespace

} // namespace federation
