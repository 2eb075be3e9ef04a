#include "db/deliveries.h"
#include "inbox/forwarding.h"
#include "tests/support/handlers.h"

namespace {

class ForwardingTest : public HandlerTest {
  protected:
    ForwardingTest() {
        first = status_by(bob);
        follows(peer("far", "far.example"), bob);
        follows(carl, bob);
    }
    inbox::Received answer() {
        auto object = note(alice);
        object["inReplyTo"] = first.uri;
        object["cc"].push_back(bob.followers_uri);
        auto one = received(alice, activity("Create", alice, object));
        one.proven_body = "{}";
        return one;
    }
    std::int64_t sent_to(const std::string& host) {
        return db::deliveries::count_for_host(tx, host);
    }
    db::Status first;
};

TEST_F(ForwardingTest, AProvenAnswerGoesToTheOwnersFollowersElsewhereOnce) {
    const auto one = answer();
    const auto before = sent_to("mastodon.example");
    EXPECT_EQ(*inbox::handle_create(tx, house, one), applied);
    EXPECT_EQ(*inbox::handle_create(tx, house, one), ignored);
    EXPECT_EQ(sent_to("far.example"), 1);
    EXPECT_EQ(sent_to("mastodon.example"), before); // It comes from there.
}

TEST_F(ForwardingTest, WithoutProofOrUnaddressedItStaysHere) {
    auto unproven = answer();
    unproven.proven_body.clear();
    EXPECT_EQ(*inbox::handle_create(tx, house, unproven), applied);

    auto unaddressed = answer();
    std::erase(unaddressed.activity.cc, bob.followers_uri);
    std::erase(unaddressed.posts[0].note.cc, bob.followers_uri);
    EXPECT_EQ(*inbox::handle_create(tx, house, unaddressed), applied);
    EXPECT_EQ(sent_to("far.example"), 0);
}

TEST_F(ForwardingTest, OnlyAnswersInThreadsOfOursArePassedOn) {
    auto object = note(alice);
    object["cc"].push_back(bob.followers_uri);
    auto one = received(alice, activity("Create", alice, object));
    one.proven_body = "{}";
    one.inbox_name = "bob";
    EXPECT_EQ(*inbox::handle_create(tx, house, one), applied);
    EXPECT_EQ(sent_to("far.example"), 0);
}

} // namespace
