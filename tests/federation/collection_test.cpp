#include "federation/collection.h"
#include "tests/federation/fixtures.h"

#include <gtest/gtest.h>

namespace federation {

namespace {

using fixtures::load;

Collection page(const std::string& id, const std::string& next, int items) {
    Collection out{.id = id, .is_page = true, .next = next};
    for (int i = 0; i < items; ++i) {
        out.items.push_back({.id = "https://b.example/" + std::to_string(i)});
    }
    return out;
}

TEST(ParseCollection, ReadsEveryShape) {
    const auto outbox = parse_collection(load("collection-outbox.json"));
    ASSERT_TRUE(outbox);
    EXPECT_EQ(outbox->total, 321);
    EXPECT_EQ(outbox->first, "https://mastodon.example/users/alice/outbox?page=true");
    EXPECT_FALSE(outbox->is_page);

    const auto single = parse_collection(load("collection-outbox-page.json"));
    ASSERT_TRUE(single);
    EXPECT_TRUE(single->is_page);
    ASSERT_EQ(single->items.size(), 1U);
    EXPECT_EQ(single->items.front().type, "Create");

    EXPECT_EQ(parse_collection(load("collection-items-string.json"))->items.front().id,
              "https://odd.example/n/1");
    EXPECT_EQ(parse_collection(load("collection-featured-tags.json"))->items.front().name,
              "#mathchat");
    EXPECT_EQ(parse_collection(load("collection-context.json"))->attributed_to,
              "https://nodebb.example/category/2");
    const auto hidden = parse_collection(load("collection-followers-hidden.json"));
    EXPECT_EQ(hidden->total, 57);
    EXPECT_TRUE(hidden->items.empty());

    const auto replies = parse_collection(load("collection-replies-page.json"));
    EXPECT_EQ(replies->items.size(), 3U);
    EXPECT_TRUE(replies->items[0].embedded.is_null());
    EXPECT_FALSE(replies->items[2].embedded.is_null()); // ATTACKS A21: by its id only.

    const Json inline_first = load("create-mastodon-public.json").at("object").at("replies");
    const auto first = parse_collection(inline_first);
    ASSERT_EQ(first->first_page.size(), 1U);
    EXPECT_FALSE(first->first_page.front().next.empty());

    EXPECT_FALSE(parse_collection(load("create-mastodon-public.json")));
    EXPECT_FALSE(parse_collection(Json::array()));
}

TEST(CollectionWalk, GoesFromPageToPage) {
    CollectionWalk walk("https://a.example/c");
    EXPECT_EQ(walk.take({.id = "https://a.example/c", .first = "https://a.example/c?1"}),
              "https://a.example/c?1");
    EXPECT_EQ(walk.take(page("https://a.example/c?1", "https://a.example/c?2", 2)),
              "https://a.example/c?2");
    EXPECT_EQ(walk.take(page("https://a.example/c?2", "", 1)), std::nullopt);
    EXPECT_EQ(walk.items().size(), 3U);
    EXPECT_TRUE(walk.complete());
}

TEST(CollectionWalk, ReadsAnEmbeddedFirstPage) {
    CollectionWalk walk("https://a.example/c");
    Collection whole{.id = "https://a.example/c"};
    whole.first_page.push_back(page("https://a.example/c?1", "https://a.example/c?2", 2));
    EXPECT_EQ(walk.take(whole), "https://a.example/c?2");
    EXPECT_EQ(walk.items().size(), 2U);
}

// ATTACKS C23
TEST(CollectionWalk, C23EndsAtForeignPagesLoopsAndLimits) {
    CollectionWalk honest("https://mastodon.example/users/alice/outbox");
    EXPECT_TRUE(honest.take(*parse_collection(load("collection-outbox.json"))));

    CollectionWalk foreign("https://evil.test/c");
    const auto elsewhere = parse_collection(load("collection-next-foreign.json"));
    EXPECT_EQ(elsewhere->total, std::int64_t{1} << 53);
    EXPECT_FALSE(foreign.take(*elsewhere));
    EXPECT_FALSE(foreign.complete());

    CollectionWalk loop("https://evil.test/c?page=1");
    EXPECT_FALSE(loop.take(*parse_collection(load("collection-next-loop.json"))));
    EXPECT_FALSE(loop.complete());

    CollectionWalk endless("https://evil.test/c");
    std::size_t pages = 0;
    auto next = endless.take({.first = "https://evil.test/c?0"});
    while (next) {
        ++pages;
        next = endless.take(page(*next, "https://evil.test/c?" + std::to_string(pages), 1));
    }
    EXPECT_EQ(pages, max_collection_pages);
    EXPECT_FALSE(endless.complete());

    CollectionWalk heavy("https://evil.test/c");
    EXPECT_FALSE(heavy.take(page("https://evil.test/c", "https://evil.test/c?1", 600)));
    EXPECT_EQ(heavy.items().size(), max_collection_items);

    Json many = {{"type", "Collection"}, {"items", Json::array()}};
    for (int i = 0; i < 2000; ++i) {
        many["items"].push_back("https://evil.test/" + std::to_string(i));
    }
    EXPECT_EQ(parse_collection(many)->items.size(), max_collection_items);
}

TEST(RenderCollection, IsReadBack) {
    const Json document =
        render_collection({.id = "https://district-b.example/users/bob/outbox",
                           .total = 2,
                           .first = "https://district-b.example/users/bob/outbox?page=true"});
    const auto collection = parse_collection(document);
    ASSERT_TRUE(collection);
    EXPECT_EQ(collection->total, 2);
    EXPECT_FALSE(document.contains("orderedItems"));

    const Json empty = render_collection_page({.id = "https://district-b.example/c?page=true",
                                               .part_of = "https://district-b.example/c"});
    EXPECT_TRUE(empty.at("orderedItems").is_array());
    const Json one = render_collection_page({.id = "https://district-b.example/c?page=true",
                                             .part_of = "https://district-b.example/c",
                                             .next = "https://district-b.example/c?max_id=3",
                                             .items = {Json("https://district-b.example/1")},
                                             .ordered = false});
    EXPECT_TRUE(one.at("items").is_array());
    const auto read = parse_collection(one);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->items.front().id, "https://district-b.example/1");
    EXPECT_EQ(read->next, "https://district-b.example/c?max_id=3");
}

} // namespace

} // namespace federation
