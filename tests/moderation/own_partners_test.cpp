#include "moderation/filters.h"
#include "moderation/partners.h"

#include <gtest/gtest.h>

using namespace moderation;

namespace {

constexpr AccountId self{1};
constexpr AccountId friendly{2};
constexpr AccountId strange{3};

db::Account account(AccountId id) {
    db::Account made;
    made.id = id;
    made.uri = "https://maple.test/users/" + to_string(id);
    return made;
}
db::Status post_of(AccountId author) {
    db::Status made;
    made.author = author;
    return made;
}

PartnerFacts facts() {
    return {.known = {friendly}, .self = self, .posts_left = 1, .mentions_left = 1};
}

} // namespace

TEST(OwnPartners, D12_WriteOnlyToWhoKnowsThem) {
    const auto good = account(friendly);
    const auto bad = account(strange);
    struct Case {
        const char* name;
        Outgoing outgoing;
        std::string_view fault;
    };
    const std::string tracking = "<p><a href=\"https://a.example/?utm_source=x\">a</a></p>";
    const Case cases[] = {
        {"its own page", {}, ""},
        {"to a follower", {.mentioned = {good}}, ""},
        {"to a stranger", {.mentioned = {bad}}, "partner-contact"},
        {"a first message",
         {.visibility = db::Visibility::Direct, .mentioned = {bad}},
         "partner-contact"},
        {"to both", {.mentioned = {good, bad}}, "partner-contact"},
        {"an answer", {.about = post_of(friendly)}, ""},
        {"an answer without a mention", {.about = post_of(strange)}, "partner-contact"},
        {"its own thread", {.about = post_of(self)}, ""},
        {"a like", {.type = "Like", .about = post_of(friendly), .whom = good}, ""},
        {"a like of a stranger",
         {.type = "Like", .about = post_of(strange), .whom = bad},
         "partner-contact"},
        {"a boost of a stranger",
         {.type = "Announce", .about = post_of(strange), .whom = bad},
         "partner-contact"},
        {"a quote of a stranger",
         {.type = "QuoteRequest", .about = post_of(strange), .whom = bad},
         "partner-contact"},
        {"a follow", {.type = "Follow", .whom = good}, "partner-follows"},
        {"a follow of a stranger", {.type = "Follow", .whom = bad}, "partner-follows"},
        {"an edit that keeps whom it reached",
         {.type = "Update", .mentioned = {bad}, .addressed = {bad.uri}},
         ""},
        {"an edit that adds a stranger",
         {.type = "Update", .mentioned = {good, bad}, .addressed = {good.uri}},
         "partner-contact"},
        {"a link that tracks", {.html = tracking}, "partner-link"},
        {"an edit with one", {.type = "Update", .html = tracking}, "partner-link"},
    };
    for (const auto& test : cases) {
        auto known = facts();
        if (test.outgoing.about) known.about_author = test.outgoing.about->author;
        EXPECT_EQ(find_partner_fault(test.outgoing, known).value_or(""), test.fault) << test.name;
        known.is_over = true;
        EXPECT_EQ(find_partner_fault(test.outgoing, known), "partner-over") << test.name;
        known.is_stopped = true;
        EXPECT_EQ(find_partner_fault(test.outgoing, known), "partner-stopped") << test.name;
        EXPECT_TRUE(test.fault.empty() || !explain(test.fault).empty()) << test.fault;
    }
}

TEST(OwnPartners, D12_HaveACapOfPostsAndOneOfMentions) {
    auto known = facts();
    const Outgoing to_one{.mentioned = {account(friendly)}};
    EXPECT_FALSE(find_partner_fault(to_one, known));
    known.mentions_left = 0;
    EXPECT_EQ(find_partner_fault(to_one, known), "partner-mentions");
    EXPECT_FALSE(find_partner_fault(Outgoing{}, known)) << "its page is another cap";
    auto edit = to_one;
    edit.type = "Update";
    EXPECT_EQ(find_partner_fault(edit, known), "partner-mentions") << "D15: by an edit neither";
    edit.addressed = {edit.mentioned[0].uri};
    EXPECT_FALSE(find_partner_fault(edit, known));
    known.posts_left = 0;
    EXPECT_EQ(find_partner_fault(Outgoing{}, known), "partner-posts");
    EXPECT_FALSE(find_partner_fault(edit, known)) << "an edit is no new post";
    for (const auto* reason : {"partner-posts", "partner-mentions", "partner-move"})
        EXPECT_FALSE(explain(reason).empty()) << reason;
}

TEST(Organisations, AreCountedAsOne) {
    using enum db::PeerLevel;
    auto sales = account(self);
    sales.host = "vendor.example";
    EXPECT_FALSE(organisation_of(sales, Member)) << "a colleague";
    EXPECT_EQ(organisation_of(sales, Partner), "host:vendor.example");
    sales.fields = Json::parse(R"([{"commercial": {"id": "https://vendor.example/acme"}}])");
    EXPECT_EQ(organisation_of(sales, Member), "https://vendor.example/acme");
    EXPECT_EQ(organisation_of(sales, Guest), "https://vendor.example/acme");
    EXPECT_EQ(organisation_of(sales, Partner), "host:vendor.example") << "not two caps";
    auto acme = account(friendly);
    acme.host = "vendor.example";
    acme.actor_type = "Organization";
    EXPECT_EQ(organisation_of(acme, Member), acme.uri);
    acme.actor_type = "Service";
    EXPECT_FALSE(organisation_of(acme, Member)) << "a district's bot";
}
