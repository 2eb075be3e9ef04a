#include "db/follows.h"
#include "db/media_attachments.h"
#include "tests/api/client_support.h"
#include "timelines/fan_out.h"

namespace {

class FiltersTest : public ClientTest {
  protected:
    Json make(const db::Account& owner, const Json& filter) {
        const auto made = post_json("/api/v2/filters", owner, filter);
        EXPECT_SCHEMA("Filter", made);
        return made;
    }
    static Json word(const std::string& keyword, bool whole = true) {
        return {{"title", keyword},
                {"context", {"home", "public"}},
                {"keywords_attributes", {{{"keyword", keyword}, {"whole_word", whole}}}}};
    }
    Json filtered(const db::Status& status, const db::Account& reader) {
        const auto entity = get_json(status_path(to_string(status.id)), reader);
        EXPECT_SCHEMA("Status", entity);
        return entity.at("filtered");
    }
    int status_of(const std::string& method,
                  const std::string& target,
                  const db::Account& caller,
                  const Json& body = Json::object()) {
        return send(method, target, &caller, body.dump(), {{"Content-Type", "application/json"}})
            .status;
    }
    static std::string id_of(const Json& entity) { return entity.at("id").get<std::string>(); }
};

TEST_F(FiltersTest, AMatchIsToldToItsReaderAlone) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto rex = stranger();
    const auto plain = post_by(rex, db::Visibility::Public, {.content = "<p>Good morning</p>"});
    const auto status =
        post_by(rex, db::Visibility::Public, {.content = "<p>I saw a <b>Zebra</b> today</p>"});
    const auto boost =
        post_by(eve, db::Visibility::Public, {.object_type = "Announce", .reblog_of = status.id});
    EXPECT_TRUE(filtered(status, ada).empty());

    const auto filter = make(ada, word("zebra"));
    const auto matches = filtered(status, ada);
    ASSERT_EQ(matches.size(), 1U);
    EXPECT_SCHEMA("FilterResult", matches[0]);
    EXPECT_EQ(matches[0].at("filter").at("id"), filter.at("id"));
    EXPECT_EQ(matches[0].at("keyword_matches"), Json{"zebra"});
    EXPECT_EQ(filtered(boost, ada).size(), 1U);
    EXPECT_TRUE(filtered(plain, ada).empty());
    EXPECT_TRUE(filtered(status, eve).empty());

    EXPECT_EQ(status_of("DELETE", "/api/v2/filters/" + id_of(filter), eve), 404);
    EXPECT_EQ(status_of("DELETE", "/api/v2/filters/" + id_of(filter), ada), 200);
    EXPECT_TRUE(filtered(status, ada).empty());
}

TEST_F(FiltersTest, EverythingThatIsWrittenIsLookedThrough) {
    const auto ada = member();
    make(ada, word("zebra"));
    const auto rex = stranger();
    EXPECT_EQ(filtered(post_by(rex,
                               db::Visibility::Public,
                               {.content = "<p>x</p>", .spoiler_text = "ZEBRA inside"}),
                       ada)
                  .size(),
              1U);
    EXPECT_TRUE(filtered(post_by(rex,
                                 db::Visibility::Public,
                                 {.content = "<p><a href=\"https://x.test/zebra\">link</a></p>"}),
                         ada)
                    .empty())
        << "what nobody sees is not written";
    EXPECT_TRUE(
        filtered(post_by(rex, db::Visibility::Public, {.content = "<p>zebras</p>"}), ada).empty());
    make(ada, word("zebra", false));
    EXPECT_EQ(
        filtered(post_by(rex, db::Visibility::Public, {.content = "<p>zebras</p>"}), ada).size(),
        1U);
}

TEST_F(FiltersTest, AFilterEndsWhenItSays) {
    const auto ada = member();
    const auto status = post_by(stranger(), db::Visibility::Public, {.content = "<p>zebra</p>"});
    auto draft = word("zebra");
    draft["expires_in"] = 60;
    const auto filter = make(ada, draft);
    EXPECT_EQ(filter.at("expires_at"), format_iso8601(now + std::chrono::seconds{60}));
    EXPECT_EQ(filtered(status, ada).size(), 1U);
    now += std::chrono::seconds{61};
    EXPECT_TRUE(filtered(status, ada).empty());
    const auto path = "/api/v2/filters/" + id_of(filter);
    EXPECT_EQ(status_of("PUT", path, ada, {{"title", "x"}}), 200);
    EXPECT_TRUE(filtered(status, ada).empty()) << "what is not said stays";
    EXPECT_EQ(status_of("PUT", path, ada, {{"expires_in", nullptr}}), 200);
    EXPECT_EQ(filtered(status, ada).size(), 1U);
}

TEST_F(FiltersTest, OnePostCanBeFiltered) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto status = post_by(stranger());
    const auto hidden = post_by(eve, db::Visibility::Private);
    const auto filter = make(ada, {{"title", "That one"}, {"context", {"home"}}});
    const auto path = "/api/v2/filters/" + id_of(filter) + "/statuses";
    EXPECT_EQ(post(path, ada, {{"status_id", to_string(hidden.id)}}).status, 404);
    EXPECT_EQ(post(path, eve, {{"status_id", to_string(status.id)}}).status, 404);
    const auto entry = post_json(path, ada, {{"status_id", to_string(status.id)}});
    EXPECT_SCHEMA("FilterStatus", entry);
    EXPECT_EQ(post(path, ada, {{"status_id", to_string(status.id)}}).status, 422);
    EXPECT_EQ(get_json(path, ada).size(), 1U);
    const auto matches = filtered(status, ada);
    ASSERT_EQ(matches.size(), 1U);
    EXPECT_EQ(matches[0].at("status_matches"), Json{to_string(status.id)});
    EXPECT_TRUE(matches[0].at("keyword_matches").is_null());
    const auto one = "/api/v2/filters/statuses/" + id_of(entry);
    EXPECT_EQ(get(one, eve).status, 404);
    EXPECT_EQ(status_of("DELETE", one, eve), 404);
    EXPECT_EQ(status_of("DELETE", one, ada), 200);
    EXPECT_TRUE(filtered(status, ada).empty());
}

TEST_F(FiltersTest, KeywordsAreTheirOwnersOnly) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto filter = make(ada, word("zebra"));
    const auto others = make(eve, word("yak"));
    const auto keyword = id_of(filter.at("keywords")[0]);
    const auto path = "/api/v2/filters/keywords/" + keyword;
    EXPECT_EQ(get(path, eve).status, 404);
    EXPECT_EQ(status_of("PUT", path, eve, {{"keyword", "x"}}), 404);
    EXPECT_EQ(status_of("DELETE", path, eve), 404);
    // Nor through a filter of one's own.
    EXPECT_EQ(status_of("PUT",
                        "/api/v2/filters/" + id_of(others),
                        eve,
                        {{"keywords_attributes", {{{"id", keyword}, {"_destroy", true}}}}}),
              404);
    EXPECT_EQ(status_of("PUT", path, ada, {{"keyword", "gnu"}, {"whole_word", false}}), 200);
    EXPECT_EQ(get_json(path, ada).at("keyword"), "gnu");
    EXPECT_EQ(status_of("PUT",
                        "/api/v2/filters/" + id_of(filter),
                        ada,
                        {{"keywords_attributes",
                          {{{"id", keyword}, {"_destroy", true}}, {{"keyword", "ibis"}}}}}),
              200);
    const auto keywords = get_json("/api/v2/filters/" + id_of(filter) + "/keywords", ada);
    ASSERT_EQ(keywords.size(), 1U);
    EXPECT_EQ(keywords[0].at("keyword"), "ibis");
}

TEST_F(FiltersTest, WhatIsNoFilterIsRefused) {
    const auto ada = member();
    const struct {
        const char* name;
        Json draft;
    } cases[] = {
        {"no title", {{"context", {"home"}}}},
        {"no context", {{"title", "x"}}},
        {"an unknown context", {{"title", "x"}, {"context", {"kitchen"}}}},
        {"an unknown action",
         {{"title", "x"}, {"context", {"home"}}, {"filter_action", "explode"}}},
        {"an empty keyword",
         {{"title", "x"}, {"context", {"home"}}, {"keywords_attributes", {{{"keyword", " "}}}}}},
        {"a huge keyword",
         {{"title", "x"},
          {"context", {"home"}},
          {"keywords_attributes", {{{"keyword", std::string(256, 'x')}}}}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(post("/api/v2/filters", ada, c.draft).status, 422);
    }
    EXPECT_TRUE(get_json("/api/v2/filters", ada).empty());
}

TEST_F(FiltersTest, OldClientsSeeEachKeywordAsAFilter) {
    const auto ada = member();
    const auto made =
        post_json("/api/v1/filters",
                  ada,
                  {{"phrase", "zebra"}, {"context", {"home"}}, {"irreversible", true}});
    EXPECT_SCHEMA("V1Filter", made);
    EXPECT_EQ(made.at("irreversible"), true);
    EXPECT_EQ(made.at("whole_word"), false);
    const auto filters = get_json("/api/v2/filters", ada);
    ASSERT_EQ(filters.size(), 1U);
    EXPECT_EQ(filters[0].at("filter_action"), "hide");
    const auto path = "/api/v1/filters/" + id_of(made);
    EXPECT_EQ(get(path, member("eve")).status, 404);
    EXPECT_EQ(status_of("PUT", path, ada, {{"phrase", "yak"}, {"context", {"public"}}}), 200);
    EXPECT_EQ(get_json(path, ada).at("phrase"), "yak");
    const auto second =
        post_json("/api/v2/filters/" + id_of(filters[0]) + "/keywords", ada, {{"keyword", "gnu"}});
    EXPECT_EQ(get_json("/api/v1/filters", ada).size(), 2U);
    EXPECT_EQ(status_of("PUT", path, ada, {{"phrase", "ibis"}, {"context", {"home"}}}), 422)
        << "the other keyword would change, too";
    EXPECT_EQ(status_of("DELETE", path, ada), 200);
    EXPECT_EQ(get_json("/api/v1/filters", ada).size(), 1U);
    EXPECT_EQ(status_of("DELETE", "/api/v1/filters/" + id_of(second), ada), 200);
    EXPECT_TRUE(get_json("/api/v2/filters", ada).empty());
}

} // namespace
