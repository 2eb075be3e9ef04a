#include "base/uri.h"
#include "db/accounts.h"
#include "db/blocks.h"
#include "db/favourites.h"
#include "db/follows.h"
#include "db/media_attachments.h"
#include "db/mentions.h"
#include "db/polls.h"
#include "db/tags.h"
#include "tests/api/client_support.h"

namespace {

class SearchTest : public ClientTest {
  protected:
    db::Account indexable(const std::string& name = "ida") {
        auto account = stranger(name);
        account.indexable = true;
        db::Tx tx(pool);
        db::accounts::update_profile(tx, account);
        tx.commit();
        return account;
    }
    db::Status say(const db::Account& author,
                   const std::string& html,
                   db::Visibility visibility = db::Visibility::Public,
                   const std::string& language = "en") {
        now += std::chrono::milliseconds{5};
        return post_by(author, visibility, {.content = html, .language = language});
    }
    std::vector<std::string> found(const std::string& q,
                                   const db::Account& reader,
                                   const std::string& more = "") {
        const auto answer =
            get_json("/api/v2/search?type=statuses&q=" + percent_encode(q) + more, reader);
        EXPECT_SCHEMA("Search", answer);
        return ids(answer.at("statuses"));
    }
    static bool holds(const std::vector<std::string>& list, const db::Status& status) {
        return std::find(list.begin(), list.end(), to_string(status.id)) != list.end();
    }
    std::string word = unique("w");
};

TEST_F(SearchTest, FindsWhatEverybodyMayFindAndWhatConcernsTheReader) {
    const auto ada = member();
    const auto ida = indexable();
    const auto rex = stranger();
    {
        db::Tx tx(pool);
        for (const auto* account : {&ida, &rex})
            db::follows::insert(tx,
                                {.follower = ada.id, .followed = account->id, .accepted = true});
        tx.commit();
    }
    const auto html = "<p>On <b>" + word + "</b> and more</p>";
    const struct {
        const char* name;
        db::Status status;
        bool is_found;
    } cases[] = {
        {"public, may be found", say(ida, html), true},
        {"unlisted", say(ida, html, db::Visibility::Unlisted), false},
        {"for followers", say(ida, html, db::Visibility::Private), false},
        {"public, may not be found", say(rex, html), false},
        {"own", say(ada, html, db::Visibility::Private), true},
        {"direct to the reader",
         [&] {
             const auto status = say(rex, html, db::Visibility::Direct);
             db::Tx tx(pool);
             db::mentions::insert_all(tx, status.id, {ada.id}, false);
             tx.commit();
             return status;
         }(),
         true},
        {"direct to somebody else", say(rex, html, db::Visibility::Direct), false},
        {"favourited",
         [&] {
             const auto status = say(rex, html);
             db::Tx tx(pool);
             db::favourites::insert(tx, ada.id, status.id, "");
             tx.commit();
             return status;
         }(),
         true},
        {"without the word", say(ida, "<p>" + word + "x</p>"), false},
        {"the word only in a link's address",
         say(ida, "<p><a href=\"https://x.test/" + word + "\">here</a></p>"),
         false},
    };
    const auto all = found(word, ada);
    for (const auto& c : cases)
        EXPECT_EQ(holds(all, c.status), c.is_found) << c.name;
    // Nothing of the reader's library reaches others.
    EXPECT_EQ(found(word, member("eve")).size(), 1U);
    EXPECT_EQ(found(word + " in:library", ada).size(), 3U);
    EXPECT_EQ(found(word + " in:public", ada).size(), 1U);
    EXPECT_EQ(found(word + " from:me", ada).size(), 1U);
    {
        db::Tx tx(pool);
        db::blocks::insert(tx, ada.id, ida.id, "");
        tx.commit();
    }
    EXPECT_FALSE(holds(found(word, ada), cases[0].status));
}

TEST_F(SearchTest, EditsDeletionsAndAChangeOfMindCountAtOnce) {
    const auto ada = member();
    auto ida = indexable();
    auto status = say(ida, "<p>" + word + "</p>");
    EXPECT_EQ(found(word, ada).size(), 1U);
    const auto other = unique("v");
    db::Tx tx(pool);
    status.content = "<p>" + other + "</p>";
    db::statuses::update_content(tx, status);
    tx.commit();
    EXPECT_TRUE(found(word, ada).empty());
    EXPECT_EQ(found(other, ada).size(), 1U);
    {
        db::Tx change(pool);
        ida.indexable = false;
        db::accounts::update_profile(change, ida);
        change.commit();
    }
    EXPECT_TRUE(found(other, ada).empty());
    {
        db::Tx change(pool);
        ida.indexable = true;
        db::accounts::update_profile(change, ida);
        change.commit();
    }
    EXPECT_EQ(found(other, ada).size(), 1U);
    {
        db::Tx change(pool);
        db::statuses::remove(change, status.id);
        change.commit();
    }
    EXPECT_TRUE(found(other, ada).empty());
}

TEST_F(SearchTest, WhatIsSaidOfPicturesAndTheChoicesOfPollsAreWordsToo) {
    const auto ada = member();
    auto ida = indexable();
    const auto option = unique("o");
    const auto picture = say(ida, "<p>Look</p>");
    const auto poll = say(ida, "<p>Which?</p>");
    const auto secret = say(ida, "<p>Look</p>", db::Visibility::Private);
    MediaId drawing;
    {
        db::Tx tx(pool);
        const db::MediaAttachment one{.account = ida.id,
                                      .type = "image",
                                      .remote_url = "https://cedar.test/a.png",
                                      .description = "A drawing of a " + word};
        auto shown = one;
        shown.status = picture.id;
        drawing = db::media_attachments::insert(tx, shown);
        auto hidden = one;
        hidden.status = secret.id;
        db::media_attachments::insert(tx, hidden);
        db::polls::insert(tx,
                          {.status = poll.id, .options = {option, "neither"}, .tallies = {0, 0}});
        tx.commit();
    }
    EXPECT_EQ(found(word, ada), std::vector{to_string(picture.id)});
    EXPECT_TRUE(holds(found(option, ada), poll));
    EXPECT_TRUE(holds(found("drawings " + word, ada), picture)) << "by stems, in its language";
    const auto other = unique("v");
    {
        db::Tx tx(pool);
        db::media_attachments::set_description(tx, drawing, "A photo of a " + other, std::nullopt);
        tx.commit();
    }
    EXPECT_TRUE(found(word, ada).empty());
    EXPECT_TRUE(holds(found(other, ada), picture));
    // An edit of the text keeps the pictures' words.
    {
        db::Tx tx(pool);
        auto status = *db::statuses::find(tx, picture.id);
        status.content = "<p>Look at " + word + "</p>";
        db::statuses::update_content(tx, status);
        tx.commit();
    }
    EXPECT_TRUE(holds(found(other, ada), picture));
    EXPECT_TRUE(holds(found(word, ada), picture));
    {
        db::Tx tx(pool);
        db::media_attachments::remove_others(tx, picture.id, {});
        tx.commit();
    }
    EXPECT_TRUE(found(other, ada).empty());
}

TEST_F(SearchTest, WordsPhrasesStemsAndOperators) {
    const auto ada = member();
    const auto ida = indexable();
    const auto schools = say(ida, "<p>" + word + " visiting many schools</p>");
    const auto german = say(ida, "<p>" + word + " die Häuser</p>", db::Visibility::Public, "de");
    const auto reply = [&] {
        auto status = db::Status{.in_reply_to = schools.id,
                                 .in_reply_to_uri = schools.uri,
                                 .in_reply_to_account = ida.id,
                                 .content = "<p>" + word + " answering</p>",
                                 .spoiler_text = "beware",
                                 .sensitive = true};
        now += std::chrono::milliseconds{5};
        return post_by(ida, db::Visibility::Public, status);
    }();
    const struct {
        const char* q;
        bool schools, german, reply;
    } cases[] = {
        {"", true, true, true},
        {" schools", true, false, false},
        {" SCHOOL visit", true, false, false},
        {" \"many schools\"", true, false, false},
        {" \"schools many\"", false, false, false},
        {" -schools", false, true, true},
        {" häuser", false, true, false},
        {" beware", false, false, true},
        {" language:de", false, true, false},
        {" -is:reply", true, true, false},
        {" is:reply", false, false, true},
        {" is:sensitive", false, false, true},
        {" has:media", false, false, false},
        {" before:2001-01-01", false, false, false},
        {" after:2001-01-01", true, true, true},
        {" -from:nobody_of_that_name", true, true, true},
        {" from:nobody_of_that_name", false, false, false},
        {" ')); DROP TABLE x; --", false, false, false},
        {" & | ! : * <-> ((", true, true, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.q);
        const auto list = found(word + c.q, ada);
        EXPECT_EQ(holds(list, schools), c.schools);
        EXPECT_EQ(holds(list, german), c.german);
        EXPECT_EQ(holds(list, reply), c.reply);
    }
}

TEST_F(SearchTest, PagesByIdAndByOffset) {
    const auto ada = member();
    const auto ida = indexable();
    std::vector<std::string> all;
    for (int i = 0; i < 7; ++i)
        all.insert(all.begin(), to_string(say(ida, "<p>" + word + "</p>").id));
    EXPECT_EQ(found(word, ada), all);
    const auto part = [&](std::size_t from, std::size_t to) {
        return std::vector(all.begin() + static_cast<std::ptrdiff_t>(from),
                           all.begin() + static_cast<std::ptrdiff_t>(to));
    };
    EXPECT_EQ(found(word, ada, "&limit=3"), part(0, 3));
    EXPECT_EQ(found(word, ada, "&limit=3&offset=3"), part(3, 6));
    EXPECT_EQ(found(word, ada, "&limit=3&offset=6"), part(6, 7));
    EXPECT_EQ(found(word, ada, "&limit=3&offset=60"), part(0, 0));
    EXPECT_EQ(found(word, ada, "&limit=3&max_id=" + all[2]), part(3, 6));
    EXPECT_EQ(found(word, ada, "&limit=3&min_id=" + all[5]), part(2, 5));
}

TEST_F(SearchTest, PeopleAreFoundByAnyWordOfTheirName) {
    const auto ada = member();
    auto ida = stranger();
    ida.display_name = "Ida " + word + " Rhodes";
    {
        db::Tx tx(pool);
        db::accounts::update_profile(tx, ida);
        tx.commit();
    }
    const auto search = [&](const std::string& q) {
        return get_json("/api/v2/search?type=accounts&q=" + percent_encode(q), ada).at("accounts");
    };
    EXPECT_TRUE(contains(search(word), to_string(ida.id)));
    EXPECT_TRUE(contains(search("ida " + word.substr(0, 5)), to_string(ida.id)));
    EXPECT_FALSE(contains(search(word + " nobody"), to_string(ida.id)));
    for (const auto* odd : {"'", "\\", "''':*", "a'b", "%", ":*", "& |", "\"\""})
        EXPECT_EQ(get("/api/v2/search?q=" + percent_encode(odd), ada).status, 200) << odd;
}

} // namespace
