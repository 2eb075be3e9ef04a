#include "api/media.h"
#include "db/media_attachments.h"
#include "tests/api/client_support.h"

namespace {

/// 1 by 1 pixel of grey.
std::string tiny_png() {
    return *crypto::base64_decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAA"
                                  "AgABSK+kcQAAAABJRU5ErkJggg==");
}

class MediaTest : public ClientTest {
  protected:
    http::Response send_form(const std::string& method,
                             const std::string& target,
                             const db::Account& caller,
                             const std::map<std::string, std::string>& fields,
                             const std::string& file_field = "file",
                             const std::string& file = tiny_png()) {
        http::Request request{.method = method};
        EXPECT_TRUE(http::set_target(request, target));
        request.headers.add("Authorization", "Bearer " + to_string(caller.id));
        request.headers.add("Content-Type", "multipart/form-data; boundary=b");
        for (const auto& [name, value] : fields)
            request.body += "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" +
                            value + "\r\n";
        if (!file.empty()) {
            request.body += "--b\r\nContent-Disposition: form-data; name=\"" + file_field +
                            "\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n" + file +
                            "\r\n";
        }
        request.body += "--b--\r\n";
        return router.answer(request);
    }

    Json upload(const db::Account& owner, const std::string& description = "") {
        const auto response =
            send_form("POST", "/api/v2/media", owner, {{"description", description}});
        EXPECT_EQ(response.status, 200) << response.body;
        return json(response);
    }

    static std::string path_of(const Json& picture) {
        return "/api/v1/media/" + picture.at("id").get<std::string>();
    }
};

TEST(Focus, IsTwoNumbersCutToTheEdges) {
    EXPECT_EQ(api::read_focus("0.5,-0.25"), (std::array{0.5, -0.25}));
    EXPECT_EQ(api::read_focus(" 1 , 7 "), (std::array{1.0, 1.0}));
    for (const auto* text : {"", ",", "1", "1,", "a,b", "nan,0", "inf,0", "1,2,3", "0.5;0.5"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(api::read_focus(text));
    }
}

TEST_F(MediaTest, AnUploadIsAWholeEntityAndStandsInThePostThatNamesIt) {
    const auto ada = member();
    const auto picture = upload(ada, "A grey square");
    EXPECT_SCHEMA("MediaAttachment", picture);
    EXPECT_EQ(picture.at("type"), "image");
    EXPECT_EQ(picture.at("description"), "A grey square");
    EXPECT_EQ(picture.at("meta").at("original").at("size"), "1x1");
    const auto status =
        post_json("/api/v1/statuses", ada, {{"status", ""}, {"media_ids", {picture.at("id")}}});
    ASSERT_EQ(status.at("media_attachments").size(), 1U);
    EXPECT_EQ(status.at("media_attachments")[0].at("url"), picture.at("url"));
    // Once posted it is the post's: not to be changed or thrown away behind its back.
    EXPECT_EQ(send_form("PUT", path_of(picture), ada, {{"description", "x"}}, "", "").status, 404);
    EXPECT_EQ(send_form("DELETE", path_of(picture), ada, {}, "", "").status, 422);
    const auto twice =
        post("/api/v1/statuses", ada, {{"status", "again"}, {"media_ids", {picture.at("id")}}});
    EXPECT_EQ(twice.status, 422);
}

TEST_F(MediaTest, AnEditOfThePostChangesWhatIsSaidOfItsPictures) {
    const auto ada = member();
    const auto picture = upload(ada, "Before");
    const auto other = upload(ada, "Not in this post");
    const auto status =
        post_json("/api/v1/statuses", ada, {{"status", "x"}, {"media_ids", {picture.at("id")}}});
    const Json changes{{"status", "x"},
                       {"media_ids", {picture.at("id")}},
                       {"media_attributes",
                        {{{"id", picture.at("id")}, {"description", "After"}, {"focus", "0.1,0.2"}},
                         {{"id", other.at("id")}, {"description", "Not this way"}}}}};
    const auto edited = json(send("PUT",
                                  status_path(status.at("id")),
                                  &ada,
                                  changes.dump(),
                                  {{"Content-Type", "application/json"}}));
    EXPECT_EQ(edited.at("media_attachments")[0].at("description"), "After");
    EXPECT_DOUBLE_EQ(edited.at("media_attachments")[0].at("meta").at("focus").at("x").get<double>(),
                     0.1);
    EXPECT_EQ(get_json(path_of(other), ada).at("description"), "Not in this post");
}

// P13: ids of others' uploads lead nowhere.
TEST_F(MediaTest, P13UploadsBelongToWhoeverMadeThem) {
    const auto ada = member();
    const auto eve = member("eve");
    const auto picture = upload(ada, "Mine");
    EXPECT_EQ(get(path_of(picture), ada).status, 200) << "the honest twin";
    EXPECT_EQ(get(path_of(picture), eve).status, 404);
    EXPECT_EQ(send_form("PUT", path_of(picture), eve, {{"description", "Hers"}}, "", "").status,
              404);
    EXPECT_EQ(send_form("PUT", path_of(picture), eve, {}, "thumbnail").status, 404);
    EXPECT_EQ(send_form("DELETE", path_of(picture), eve, {}, "", "").status, 404);
    const auto stolen =
        post("/api/v1/statuses", eve, {{"status", "x"}, {"media_ids", {picture.at("id")}}});
    EXPECT_EQ(stolen.status, 422);
    EXPECT_EQ(get_json(path_of(picture), ada).at("description"), "Mine");
}

TEST_F(MediaTest, WhatIsStillProcessedCannotBePosted) {
    const auto ada = member();
    db::Tx tx(pool);
    const auto id = db::media_attachments::insert(tx, {.account = ada.id, .state = "processing"});
    tx.commit();
    const auto target = "/api/v1/media/" + to_string(id);
    EXPECT_EQ(get(target, ada).status, 206);
    const auto early =
        post("/api/v1/statuses", ada, {{"status", "x"}, {"media_ids", {to_string(id)}}});
    EXPECT_EQ(early.status, 422);
    EXPECT_NE(early.body.find("not finished processing"), std::string::npos);
}

TEST_F(MediaTest, RefusesWhatIsNoFile) {
    const auto ada = member();
    const auto nothing = send_form("POST", "/api/v2/media", ada, {{"description", "x"}}, "", "");
    EXPECT_EQ(nothing.status, 422);
    const auto drawing = send_form("POST", "/api/v1/media", ada, {}, "file", "<svg/>");
    EXPECT_EQ(drawing.status, 422);
    EXPECT_NE(json(drawing).at("error").get<std::string>().find("SVG"), std::string::npos);
    const auto preview = send_form("PUT", path_of(upload(ada)), ada, {}, "thumbnail", "%PDF-1.7");
    EXPECT_EQ(preview.status, 422);
}

TEST_F(MediaTest, AProfilesPicturesAreTakenDescribedAndRemoved) {
    const auto ada = member();
    const auto target = "/api/v1/accounts/update_credentials";
    const auto before = get_json("/api/v1/accounts/verify_credentials", ada);
    EXPECT_EQ(before.at("avatar"), "https://maple.test/avatars/original/missing.png");
    const auto with =
        json(send_form("PATCH", target, ada, {{"avatar_description", "Me, at sea"}}, "avatar"));
    EXPECT_TRUE(with.at("avatar").get<std::string>().starts_with(
        "https://maple.test/media/accounts/" + to_string(ada.id) + "/avatar/"));
    EXPECT_EQ(with.at("avatar_description"), "Me, at sea");
    EXPECT_EQ(with.at("header"), before.at("header"));
    const auto described =
        json(send_form("PATCH", target, ada, {{"avatar_description", "Me, ashore"}}, "", ""));
    EXPECT_EQ(described.at("avatar"), with.at("avatar"));
    EXPECT_EQ(described.at("avatar_description"), "Me, ashore");
    EXPECT_EQ(send_form("PATCH", target, ada, {}, "header", "<html>").status, 422);
    EXPECT_EQ(
        send_form("PATCH", target, ada, {{"avatar", "data:image/png;base64,"}}, "", "").status,
        422);
    const auto without = json(send_form("DELETE", "/api/v1/profile/avatar", ada, {}, "", ""));
    EXPECT_EQ(without.at("avatar"), before.at("avatar"));
}

} // namespace
