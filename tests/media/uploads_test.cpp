#include "db/media_garbage.h"
#include "jobs/worker.h"
#include "media/tasks.h"
#include "tests/support/media.h"

#include <gtest/gtest.h>

namespace {

/// 1 by 1 pixel of grey.
std::string tiny_png() {
    return *crypto::base64_decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAA"
                                  "AgABSK+kcQAAAABJRU5ErkJggg==");
}

class Uploads : public testing::Test {
  protected:
    db::Account member() {
        const auto name = "u" + crypto::hex(crypto::random_bytes(8));
        db::Tx tx(test_pool());
        db::Account account{
            .uri = instance.origin + "/users/" + name, .username = name, .created_at = now};
        account.id = db::accounts::insert(tx, account);
        tx.commit();
        return account;
    }

    Result<db::MediaAttachment> upload(const db::Account& owner,
                                       std::string bytes,
                                       media::Waiting waiting = media::Waiting::UntilReady,
                                       const std::string& type = "image/png") {
        const http::UploadedFile file{
            .field = "file", .media_type = type, .bytes = std::move(bytes)};
        return media::upload(files.workshop, {.owner = owner.id, .file = file}, waiting);
    }

    db::MediaAttachment find(const db::Account& owner, MediaId id) {
        db::Tx tx(test_pool());
        return db::media_attachments::find(tx, owner.id, id).value_or(db::MediaAttachment{});
    }

    /// Runs what waits, until nothing does.
    void work() {
        jobs::Wake wake;
        jobs::Worker worker(
            test_pool(), wake, {.kinds = media::job_kinds(files.workshop), .batch = 1});
        while (worker.run_once() > 0) {
        }
    }

    Time now = system_now();
    Instance instance{
        .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};
    TestMedia files{instance, [this] { return now; }};
};

// What telephones make. The box has decoders for both (libheif with libde265 and dav1d); clients
// and peers get what all of them can read.
TEST_F(Uploads, HeicAndAvifBecomeJpeg) {
    // 320 by 200 pixels of grey, written by libvips.
    const std::pair<const char*, std::string> files_of_telephones[] = {
        {"image/heic",
         "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAYNtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAA"
         "AAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAGnAAEAAAAAAAAAZQACAAAA"
         "AAIMAAEAAAAAAAAAvgAAADhpaW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAFWluZmUCAAABAAIA"
         "AEV4aWYAAAAAwmlwcnAAAACkaXBjbwAAAHhodmNDAQNwAAAAAAAAAAAAPPAA/P34+AAADwMgAAEAGEABDAH/"
         "/wNwAAADAJAAAAMAAAMAPLoCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwA8oAoIDJZbqSSmubgQEDAgAAADACAA"
         "AAMAISIAAQAHRAHBcrBiQAAAABRpc3BlAAAAAAAAAUAAAADIAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAA"
         "AAAAAAEAAQOBAoMAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAASttZGF0AAAAYSgBrxMhcvfA5shoU//7"
         "mH+UYaBykUz9P9moMXQAAGsAAZmjGesW6AAA9gACzAAbwAfEkwABEQALQAAAAwAAAwD3gMouuAAAAwAAAwAA"
         "AwAAAwAAAwAAAwAAAwAAAwAAHNAAAAAGRXhpZgAASUkqAAgAAAAGABIBAwABAAAAAQAAABoBBQABAAAAVgAA"
         "ABsBBQABAAAAXgAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAZgAAAAAAAAA4YwAA6AMAADhj"
         "AADoAwAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAA"
         "AEABAAADoAQAAQAAAMgAAAAAAAAA"},
        {"image/avif",
         "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAASttZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAA"
         "AAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAFPAAEAAAAAAAAAIgACAAAA"
         "AAFxAAEAAAAAAAAAvgAAADhpaW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAFWluZmUCAAABAAIA"
         "AEV4aWYAAAAAamlwcnAAAABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAA"
         "AAAAAAFAAAAAyAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAABppcmVmAAAAAAAA"
         "AA5jZHNjAAIAAQABAAAA6G1kYXQSAAoKGCHn+OwQICBoQDISEgAAABQBxY36RFVXUzZ0l3hgAAAABkV4aWYA"
         "AElJKgAIAAAABgASAQMAAQAAAAEAAAAaAQUAAQAAAFYAAAAbAQUAAQAAAF4AAAAoAQMAAQAAAAIAAAATAgMA"
         "AQAAAAEAAABphwQAAQAAAGYAAAAAAAAAOGMAAOgDAAA4YwAA6AMAAAYAAJAHAAQAAAAwMjEwAZEHAAQAAAAB"
         "AgMAAKAHAAQAAAAwMTAwAaADAAEAAAD//wAAAqAEAAEAAABAAQAAA6AEAAEAAADIAAAAAAAAAA=="}};
    const auto owner = member();
    for (const auto& [type, text] : files_of_telephones) {
        SCOPED_TRACE(type);
        const auto bytes = *crypto::base64_decode(text);
        const auto taken = upload(owner, bytes, media::Waiting::UntilReady, type);
        ASSERT_TRUE(taken) << taken.error().detail;
        EXPECT_EQ(taken->type, "image");
        EXPECT_EQ(taken->media_type, "image/jpeg");
        EXPECT_EQ(taken->width, 320);
        EXPECT_EQ(taken->height, 200);
        EXPECT_FALSE(taken->blurhash.empty());
        // Half of one is refused with a word to the member, and decodes nowhere else.
        const auto half =
            upload(owner, bytes.substr(0, bytes.size() / 2), media::Waiting::UntilReady, type);
        ASSERT_FALSE(half);
        EXPECT_EQ(half.error().kind, Error::Kind::Unprocessable);
        EXPECT_FALSE(half.error().shown.empty());
    }
}

TEST_F(Uploads, APictureIsReadyAtOnce) {
    const auto owner = member();
    const auto taken = upload(owner, tiny_png(), media::Waiting::OnlyShortly);
    ASSERT_TRUE(taken) << taken.error().detail;
    EXPECT_EQ(taken->state, "ready");
    EXPECT_EQ(taken->type, "image");
    EXPECT_EQ(taken->media_type, "image/png");
    EXPECT_EQ(taken->width, 1);
    EXPECT_FALSE(taken->blurhash.empty());
    EXPECT_EQ(taken->secret.size(), 32U);
    EXPECT_TRUE(files.store.open(taken->original_file));
    EXPECT_TRUE(files.store.open(taken->small_file));
}

TEST_F(Uploads, WhatClaimsToBeNoPictureIsProcessedByAJob) {
    const auto owner = member();
    const auto taken = upload(owner, tiny_png(), media::Waiting::OnlyShortly, "video/mp4");
    ASSERT_TRUE(taken) << taken.error().detail;
    EXPECT_EQ(taken->state, "processing");
    EXPECT_TRUE(media::attachment_url(instance, *taken, media::Variant::Original).empty());
    work();
    // What it was called did not count: it is a picture.
    const auto ready = find(owner, taken->id);
    EXPECT_EQ(ready.state, "ready");
    EXPECT_EQ(ready.type, "image");
    EXPECT_EQ(ready.incoming_file, "");
    EXPECT_FALSE(media::attachment_url(instance, ready, media::Variant::Small).empty());
}

TEST_F(Uploads, AJobSaysWhyAFileIsNotTaken) {
    const auto owner = member();
    const auto taken = upload(owner, "<svg/>", media::Waiting::OnlyShortly, "video/mp4");
    ASSERT_TRUE(taken) << taken.error().detail;
    work();
    const auto failed = find(owner, taken->id);
    EXPECT_EQ(failed.state, "failed");
    EXPECT_NE(failed.failure.find("SVG"), std::string::npos);
    EXPECT_EQ(failed.bytes, 0);
}

TEST_F(Uploads, AnUploadThatIsDeletedWhileItWaitsLeavesNothing) {
    const auto owner = member();
    const auto taken = upload(owner, tiny_png(), media::Waiting::OnlyShortly, "video/mp4");
    ASSERT_TRUE(taken);
    {
        db::Tx tx(test_pool());
        EXPECT_TRUE(db::media_attachments::remove(tx, owner.id, taken->id));
        tx.commit();
    }
    work();
    EXPECT_EQ(find(owner, taken->id).id, MediaId{});
    now += std::chrono::hours{3};
    media::remove_garbage(
        {.pool = test_pool(), .store = files.store, .folder = files.folder, .clock = [this] {
             return now;
         }});
    EXPECT_FALSE(files.store.open(taken->incoming_file));
}

TEST_F(Uploads, H06DocumentsAndDamagedFilesAreRefusedInWords) {
    const auto owner = member();
    ASSERT_TRUE(upload(owner, tiny_png())) << "the honest twin";
    const struct {
        const char* name;
        std::string bytes;
        const char* word;
    } cases[] = {
        {"SVG", R"(<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>)", "document"},
        {"a page", "<!doctype html><script>alert(1)</script>", "document"},
        {"PDF", "%PDF-1.4\n1 0 obj", "document"},
        {"text", "just words", "not what we take"},
        {"the beginning of a picture", tiny_png().substr(0, 40), "damaged"},
        {"a picture's magic and rubbish",
         tiny_png().substr(0, 8) + std::string(500, 'x'),
         "damaged"},
        {"a playlist", "#EXTM3U\nfile:///etc/passwd", "not what we take"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto taken = upload(owner, c.bytes);
        ASSERT_FALSE(taken);
        EXPECT_EQ(taken.error().kind, Error::Kind::Unprocessable);
        EXPECT_NE(taken.error().shown.find(c.word), std::string::npos) << taken.error().shown;
    }
}

// H07: a header that promises a thousand million pixels costs nothing but the look at it.
TEST_F(Uploads, H07APixelBombIsRefusedByItsHeader) {
    auto bomb = tiny_png();
    const std::string side("\x00\x00\x75\x30", 4); // 30,000
    bomb.replace(16, 4, side).replace(20, 4, side);
    // The header's checksum as it has to be: CRC-32 of "IHDR" and its 13 bytes.
    std::uint32_t crc = 0xffffffff;
    for (const char c : bomb.substr(12, 17)) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    }
    crc = ~crc;
    for (std::size_t i = 0; i < 4; ++i)
        bomb[29 + i] = static_cast<char>(crc >> (24 - 8 * i));
    const auto taken = upload(member(), bomb);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, Error::Kind::Unprocessable);
    EXPECT_NE(taken.error().shown.find("too many pixels"), std::string::npos)
        << taken.error().shown;
}

TEST_F(Uploads, AMemberHasSoMuchRoomAndNoMore) {
    files.workshop.quota_bytes = 300;
    const auto owner = member();
    ASSERT_TRUE(upload(owner, tiny_png()));
    Result<db::MediaAttachment> last = upload(owner, tiny_png());
    for (int i = 0; last && i < 10; ++i)
        last = upload(owner, tiny_png());
    ASSERT_FALSE(last);
    EXPECT_NE(last.error().shown.find("room"), std::string::npos);
    EXPECT_TRUE(upload(member(), tiny_png())) << "another's room is their own";
}

TEST_F(Uploads, WhatIsNeverPostedGoesAfterADay) {
    const auto owner = member();
    const auto taken = upload(owner, tiny_png());
    ASSERT_TRUE(taken);
    const media::TaskDeps tasks{.pool = test_pool(),
                                .store = files.store,
                                .folder = files.folder,
                                .clock = [this] { return now; }};
    now += std::chrono::hours{23};
    media::remove_unposted(tasks);
    EXPECT_EQ(find(owner, taken->id).id, taken->id);
    now += std::chrono::hours{2};
    media::remove_unposted(tasks);
    EXPECT_EQ(find(owner, taken->id).id, MediaId{});
    media::remove_garbage(tasks);
    EXPECT_FALSE(files.store.open(taken->original_file));
    EXPECT_FALSE(files.store.open(taken->small_file));
}

// A server that stops does not wait for a film.
TEST_F(Uploads, WhatTheBoxCannotDoNowIsDoneLater) {
    media::Box missing({.program = "/nonexistent/staffroom-media", .work_folder = files.folder});
    const media::Workshop workshop{.pool = test_pool(),
                                   .instance = instance,
                                   .box = missing,
                                   .store = files.store,
                                   .clock = [this] { return now; }};
    const auto owner = member();
    const http::UploadedFile file{.field = "file", .media_type = "image/png", .bytes = tiny_png()};
    const auto taken =
        media::upload(workshop, {.owner = owner.id, .file = file}, media::Waiting::OnlyShortly);
    ASSERT_TRUE(taken) << taken.error().detail;
    EXPECT_EQ(taken->state, "processing");
    work();
    EXPECT_EQ(find(owner, taken->id).state, "ready");
}

} // namespace
