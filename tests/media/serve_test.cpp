#include "db/peers.h"
#include "http/client.h"
#include "media/serve.h"
#include "tests/support/media.h"

#include <gtest/gtest.h>

#include <map>

namespace {

TEST(Range, IsReadAsRfc9110Says) {
    const struct {
        const char* header;
        bool is_range;
        std::uint64_t first, size;
    } cases[] = {
        {"bytes=0-9", true, 0, 10},
        {"bytes=90-", true, 90, 10},
        {"bytes=-30", true, 70, 30},
        {"bytes=-300", true, 0, 100},
        {"bytes=0-500", true, 0, 100},
        {"bytes=100-", true, 0, 0},
        {"bytes=-0", true, 100, 0},
        {"bytes=9-0", false, 0, 0},
        {"bytes=0-1,5-6", false, 0, 0},
        {"bytes=", false, 0, 0},
        {"bytes=-", false, 0, 0},
        {"bytes=a-b", false, 0, 0},
        {"bytes=0-18446744073709551615", true, 0, 100},
        {"bytes=18446744073709551616-", false, 0, 0},
        {"lines=0-9", false, 0, 0},
        {"", false, 0, 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.header);
        const auto range = media::parse_range(c.header, 100);
        ASSERT_EQ(range.has_value(), c.is_range);
        if (!range) continue;
        EXPECT_EQ(range->size, c.size);
        if (c.size > 0) {
            EXPECT_EQ(range->first, c.first);
        }
    }
}

/// Answers with what was put under a URL, and counts.
class Elsewhere : public http::Client {
  public:
    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        ++asked;
        const auto found = answers.find(request.url);
        if (found == answers.end()) return Error{Error::Kind::Unavailable, "nobody there"};
        return http::Response{.status = 200, .body = found->second};
    }
    std::map<std::string, std::string> answers;
    int asked = 0;
};

/// The smallest grey square that decoders take: 1 by 1, as PNG.
std::string tiny_png() {
    return *crypto::base64_decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAA"
                                  "AgABSK+kcQAAAABJRU5ErkJggg==");
}

class ServeMedia : public testing::Test {
  protected:
    ServeMedia() {
        media::add_routes(router,
                          {.pool = test_pool(),
                           .instance = instance,
                           .links = files.links,
                           .store = files.store,
                           .remote = remote,
                           .cards = cards});
    }

    http::Response get(const std::string& url, const std::string& range = "") {
        http::Request request;
        EXPECT_TRUE(http::set_target(request, url.substr(instance.origin.size())));
        if (!range.empty()) request.headers.add("Range", range);
        return router.answer(request);
    }

    db::Account account(const std::string& host) {
        const auto name = "m" + crypto::hex(crypto::random_bytes(8));
        const auto origin = host.empty() ? instance.origin : "https://" + host;
        db::Tx tx(test_pool());
        db::Account account{.uri = origin + "/users/" + name,
                            .username = name,
                            .domain = host,
                            .host = host,
                            .avatar_url = host.empty() ? "" : origin + "/" + name + ".png",
                            .inbox = origin + "/users/" + name + "/inbox",
                            .created_at = system_now()};
        account.id = db::accounts::insert(tx, account);
        if (!host.empty()) db::peers::set_level(tx, host, db::PeerLevel::Member, "");
        tx.commit();
        return account;
    }

    db::MediaAttachment upload(const db::Account& owner) {
        const http::UploadedFile file{
            .field = "file", .media_type = "image/png", .bytes = tiny_png()};
        const auto taken = media::upload(
            files.workshop, {.owner = owner.id, .file = file}, media::Waiting::UntilReady);
        EXPECT_TRUE(taken) << taken.error().detail;
        return *taken;
    }

    db::MediaAttachment attachment_of(const db::Account& owner, const std::string& url) {
        db::Tx tx(test_pool());
        const auto id = db::media_attachments::insert(
            tx, {.account = owner.id, .type = "image", .remote_url = url});
        const auto media = db::media_attachments::find(tx, owner.id, id);
        tx.commit();
        return *media;
    }

    void suspend(const db::Account& account) {
        db::Tx tx(test_pool());
        db::accounts::set_suspended(tx, account.id, system_now());
        tx.commit();
    }

    std::string original(const db::MediaAttachment& media) const {
        return media::attachment_url(instance, media, media::Variant::Original);
    }

    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    TestMedia files{instance};
    Elsewhere client;
    media::Remote remote{{.pool = test_pool(),
                          .client = client,
                          .box = files.box,
                          .store = files.store,
                          .spool_folder = files.folder}};
    Elsewhere open_client;
    media::Remote cards{{.pool = test_pool(),
                         .client = open_client,
                         .box = files.box,
                         .store = files.store,
                         .spool_folder = files.folder}};
    http::Router router;
};

TEST_F(ServeMedia, SendsAnUploadAndPartsOfItWithHeadersThatLetItRunNothing) {
    const auto url = original(upload(account("")));
    const auto whole = get(url);
    ASSERT_EQ(whole.status, 200);
    EXPECT_EQ(whole.headers.get("Content-Type"), "image/png");
    EXPECT_NE(whole.headers.get("Content-Security-Policy").find("sandbox"), std::string::npos);
    EXPECT_NE(whole.headers.get("Cache-Control").find("private"), std::string::npos);
    ASSERT_TRUE(whole.file);
    EXPECT_GT(whole.file->size, 50U);

    const auto part = get(url, "bytes=1-3");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.file->offset, 1U);
    EXPECT_EQ(part.file->size, 3U);
    EXPECT_EQ(part.headers.get("Content-Range"), "bytes 1-3/" + std::to_string(whole.file->size));
    EXPECT_EQ(get(url, "bytes=99999999-").status, 416);
}

// P06, P09: ids can be guessed, the rest of the URL cannot.
TEST_F(ServeMedia, P06AnUploadIsFoundByItsWholeUrlOnly) {
    auto media = upload(account(""));
    EXPECT_EQ(get(original(media)).status, 200);
    media.secret.back() = media.secret.back() == '0' ? '1' : '0';
    EXPECT_EQ(get(original(media)).status, 404);
    media.secret = "x";
    EXPECT_EQ(get(original(media)).status, 404);
}

TEST_F(ServeMedia, P06AUrlDiesWithItsRowAndWithItsAuthor) {
    const auto owner = account("");
    const auto removed = upload(owner);
    const auto kept = upload(owner);
    {
        db::Tx tx(test_pool());
        EXPECT_TRUE(db::media_attachments::remove(tx, owner.id, removed.id));
        tx.commit();
    }
    EXPECT_EQ(get(original(removed)).status, 404);
    EXPECT_EQ(get(original(kept)).status, 200);
    suspend(owner);
    EXPECT_EQ(get(original(kept)).status, 404);
}

TEST_F(ServeMedia, CopiesWhatIsElsewhereOnceAndServesItMadeAnew) {
    const auto owner = account("cedar.test");
    const auto url = "https://cedar.test/" + owner.username + "/a.png";
    // Behind the picture stands what is no picture: it must not come through (H06).
    client.answers[url] = tiny_png() + "<script>alert(1)</script>";
    const auto media = attachment_of(owner, url);
    const auto first = get(original(media));
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(first.headers.get("Content-Type"), "image/png");
    EXPECT_EQ(get(original(media)).status, 200);
    EXPECT_EQ(client.asked, 1);
    std::string bytes(first.file->size, '\0');
    ASSERT_EQ(::pread(first.file->file->get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    EXPECT_EQ(bytes.find("script"), std::string::npos);
}

TEST_F(ServeMedia, ThePictureOfACardComesByTheOpenClientAndWithItsTokenOnly) {
    const std::string picture =
        "https://news.test/" + crypto::hex(crypto::random_bytes(4)) + ".png";
    open_client.answers[picture] = tiny_png();
    const auto url = files.links.card_url(picture);
    EXPECT_EQ(get(url).status, 200);
    EXPECT_EQ(get(url).headers.get("Content-Type"), "image/png");
    EXPECT_EQ(open_client.asked, 1);
    EXPECT_EQ(client.asked, 0);
    // Who has no URL of ours gets us to fetch nothing (C17).
    auto forged = files.links.emoji_url(picture);
    forged.replace(forged.find("/emojis/"), 8, "/cards/");
    EXPECT_EQ(get(forged).status, 404);
    EXPECT_EQ(get(url + "AA").status, 404);
    EXPECT_EQ(open_client.asked, 1);
}

// P16, also P15: a host that is not a peer any more is not shown, copies and all.
TEST_F(ServeMedia, P16MediaOfAHostThatWasTakenOffTheListAreGoneAtOnce) {
    const auto host = "m" + crypto::hex(crypto::random_bytes(4)) + ".test";
    const auto owner = account(host);
    const auto url = "https://" + host + "/a.png";
    client.answers[url] = tiny_png();
    const auto media = attachment_of(owner, url);
    client.answers[owner.avatar_url] = tiny_png();
    const auto avatar = files.links.picture_url(owner, media::PictureKind::Avatar);
    ASSERT_EQ(get(original(media)).status, 200);
    ASSERT_EQ(get(avatar).status, 200);
    {
        db::Tx tx(test_pool());
        db::peers::set_level(tx, host, db::PeerLevel::Blocked, "");
        tx.commit();
    }
    EXPECT_EQ(get(original(media)).status, 404);
    EXPECT_EQ(get(avatar).status, 404);
}

TEST_F(ServeMedia, H06WhatIsNoPictureElsewhereIsNotServedAndNotAskedForAgain) {
    const auto owner = account("cedar.test");
    const auto url = "https://cedar.test/" + owner.username + "/a.svg";
    client.answers[url] = R"(<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>)";
    const auto media = attachment_of(owner, url);
    EXPECT_EQ(get(original(media)).status, 404);
    EXPECT_EQ(get(original(media)).status, 404);
    EXPECT_EQ(client.asked, 1);
}

// C17: the proxy fetches what we wrote into a URL ourselves, and nothing else.
TEST_F(ServeMedia, C17TheProxyFetchesOnlyWhatWeSigned) {
    const auto owner = account("cedar.test");
    client.answers[owner.avatar_url] = tiny_png();
    EXPECT_EQ(get(files.links.picture_url(owner, media::PictureKind::Avatar)).status, 200);
    const auto emoji = "https://cedar.test/" + owner.username + "/e.png";
    client.answers[emoji] = tiny_png();
    EXPECT_EQ(get(files.links.emoji_url(emoji)).status, 200);
    const int asked = client.asked;

    const auto token = files.links.emoji_token(emoji);
    const auto other = crypto::base64url("https://10.0.0.1/secret");
    const auto base = instance.origin + "/media/";
    for (const auto& url :
         {base + "emojis/" + token + "/" + other,
          base + "emojis/" + std::string(32, '0') + "/" + crypto::base64url(emoji),
          base + "accounts/" + to_string(owner.id) + "/header/" +
              files.links.picture_token(owner.id, media::PictureKind::Avatar, owner.avatar_url),
          base + "accounts/" + to_string(owner.id) + "/avatar/" + std::string(32, '0'),
          base + "accounts/" + to_string(owner.id) + "/inbox/" + token}) {
        SCOPED_TRACE(url);
        EXPECT_EQ(get(url).status, 404);
    }
    EXPECT_EQ(client.asked, asked);
}

} // namespace
