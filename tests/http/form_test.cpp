#include "http/form.h"

#include <gtest/gtest.h>

namespace {

constexpr auto urlencoded = "application/x-www-form-urlencoded";

std::string multipart_of(std::string_view parts) {
    std::string body;
    for (const char c : parts)
        body += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return body;
}

constexpr auto multipart = "multipart/form-data; boundary=\"cut here\"";

} // namespace

// mastodon/TRICKY.md, point 2: one draft in every encoding that clients use.
TEST(Form, ReadsTheSameDraftFromEveryEncoding) {
    const std::string encoded = "status=a+b%26c&poll[options][]=yes&poll[options][]=no"
                                "&poll[expires_in]=300&media_ids[]=7&sensitive=true";
    const struct {
        const char* name;
        std::string query, type, body;
    } cases[] = {
        {"query", encoded, "", ""},
        {"urlencoded", "", urlencoded, encoded},
        {"urlencoded with a charset",
         "",
         "application/x-www-form-urlencoded; charset=UTF-8",
         encoded},
        {"escaped brackets",
         "",
         urlencoded,
         "status=a%20b%26c&poll%5Boptions%5D%5B%5D=yes&poll%5Boptions%5D%5B%5D=no"
         "&poll%5Bexpires_in%5D=300&media_ids%5B%5D=7&sensitive=1"},
        {"json",
         "",
         "application/json",
         R"({"status": "a b&c", "poll": {"options": ["yes", "no"], "expires_in": 300},
             "media_ids": ["7"], "sensitive": true, "language": null})"},
        {"numbered entries",
         "",
         urlencoded,
         "status=a+b%26c&poll[options][1]=no&poll[options][0]=yes&poll[expires_in]=300"
         "&media_ids[0]=7&sensitive=on"},
        {"half in the query",
         "status=loses&sensitive=true",
         urlencoded,
         "status=a+b%26c&poll[options][]=yes&poll[options][]=no&poll[expires_in]=300&media_ids=7"},
        {"multipart",
         "",
         multipart,
         multipart_of(
             "--cut here\nContent-Disposition: form-data; name=\"status\"\n\na b&c\n"
             "--cut here\nContent-Disposition: form-data; name=\"poll[options][]\"\n\nyes\n"
             "--cut here\nContent-Disposition: form-data; name=\"poll[options][]\"\n\nno\n"
             "--cut here\ncontent-disposition: form-data; name=poll[expires_in]\n\n300\n"
             "--cut here\nContent-Disposition: form-data; name=\"media_ids[]\"\n"
             "Content-Type: text/plain\n\n7\n"
             "--cut here\nContent-Disposition: form-data; name=\"sensitive\"\n\ntrue\n"
             "--cut here--\n")},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto form = http::parse_form(c.query, c.type, c.body);
        ASSERT_TRUE(form) << form.error().detail;
        EXPECT_EQ(form->text("status"), "a b&c");
        EXPECT_EQ(form->child("poll").list("options"), (std::vector<std::string>{"yes", "no"}));
        EXPECT_EQ(form->child("poll").number("expires_in"), 300);
        EXPECT_EQ(form->list("media_ids"), std::vector<std::string>{"7"});
        EXPECT_EQ(form->flag("sensitive"), true);
        EXPECT_FALSE(form->has("language"));
    }
}

TEST(Form, ReadsListsOfObjects) {
    for (const auto* body : {"fields_attributes[0][name]=a&fields_attributes[0][value]=b"
                             "&fields_attributes[1][name]=c&fields_attributes[1][value]=d",
                             "fields_attributes[][name]=a&fields_attributes[][value]=b"
                             "&fields_attributes[][name]=c&fields_attributes[][value]=d"}) {
        SCOPED_TRACE(body);
        const auto form = http::parse_form("", urlencoded, body);
        ASSERT_TRUE(form);
        const auto fields = form->children("fields_attributes");
        ASSERT_EQ(fields.size(), 2U);
        EXPECT_EQ(fields[0].text("name"), "a");
        EXPECT_EQ(fields[0].text("value"), "b");
        EXPECT_EQ(fields[1].text("value"), "d");
    }
}

TEST(Form, RefusesWhatIsMalformed) {
    const struct {
        const char* name;
        std::string type, body;
        Error::Kind kind;
    } cases[] = {
        {"one name for two shapes", urlencoded, "a=1&a[b]=2", Error::Kind::Invalid},
        {"NUL", urlencoded, "a=%00", Error::Kind::Invalid},
        {"invalid UTF-8", urlencoded, "a=%ff", Error::Kind::Invalid},
        {"too deep", urlencoded, "a[b][c][d][e][f][g]=1", Error::Kind::TooLarge},
        {"JSON list", "application/json", "[1]", Error::Kind::Invalid},
        {"broken JSON", "application/json", "{", Error::Kind::Invalid},
        {"XML", "application/xml", "<a/>", Error::Kind::WrongType},
        {"no type", "", "a=1", Error::Kind::WrongType},
        {"no boundary", "multipart/form-data", "--x", Error::Kind::Invalid},
        {"no end", multipart, "--cut here\r\n", Error::Kind::Invalid},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto form = http::parse_form("", c.type, c.body);
        ASSERT_FALSE(form);
        EXPECT_EQ(form.error().kind, c.kind);
    }
}

TEST(Form, RefusesMoreFieldsThanTheLimit) {
    std::string body = "a0=1";
    for (int i = 1; i < 2000; ++i)
        body += "&a" + std::to_string(i) + "=1";
    EXPECT_TRUE(http::parse_form("", urlencoded, body));
    const auto form = http::parse_form("", urlencoded, body + "&b=1");
    ASSERT_FALSE(form);
    EXPECT_EQ(form.error().kind, Error::Kind::TooLarge);
}

namespace {

std::string file_part(const std::string& disposition, const std::string& bytes = "pixels") {
    return "--b\r\nContent-Disposition: form-data; " + disposition +
           "\r\nContent-Type: IMAGE/png; x=y\r\n\r\n" + bytes + "\r\n--b--\r\n";
}

} // namespace

TEST(Form, E12ThrowsFileNamesAway) {
    for (const auto* disposition : {"name=\"file\"; filename=\"a.png\"",
                                    "name=\"file\"; filename=\"../../etc/passwd\"",
                                    "filename=\"C:\\\\x\\\".png\"; name=file",
                                    "name=file; filename*=UTF-8''%2e%2e%2fx"}) {
        SCOPED_TRACE(disposition);
        const auto form =
            http::parse_form("", "multipart/form-data; boundary=b", file_part(disposition));
        ASSERT_TRUE(form);
        const auto* file = form->file("file");
        ASSERT_NE(file, nullptr);
        EXPECT_EQ(file->bytes, "pixels");
        EXPECT_EQ(file->media_type, "image/png");
    }
    const auto binary = std::string("\r\n--c\0--b", 9);
    const auto form = http::parse_form(
        "", "multipart/form-data; boundary=b", file_part("name=f; filename=x", binary));
    ASSERT_TRUE(form);
    EXPECT_EQ(form->file("f")->bytes, binary);
}

TEST(Form, E12BoundsPartsAndTheirHeaders) {
    const std::string part = "--b\r\nContent-Disposition: form-data; name=\"a[]\"\r\n\r\nx\r\n";
    const auto with_parts = [&](int count) {
        std::string body;
        for (int i = 0; i < count; ++i)
            body += part;
        return http::parse_form("", "multipart/form-data; boundary=b", body + "--b--");
    };
    EXPECT_TRUE(with_parts(64));
    ASSERT_FALSE(with_parts(65));
    EXPECT_EQ(with_parts(65).error().kind, Error::Kind::TooLarge);

    const auto with_headers = [&](const std::string& extra) {
        return http::parse_form("",
                                "multipart/form-data; boundary=b",
                                "--b\r\n" + extra +
                                    "Content-Disposition: form-data; name=a\r\n\r\nx\r\n--b--");
    };
    EXPECT_TRUE(with_headers("X: y\r\n"));
    std::string many;
    for (int i = 0; i < 10; ++i)
        many += "X: y\r\n";
    EXPECT_FALSE(with_headers(many));
    EXPECT_FALSE(with_headers("X: " + std::string(5000, 'y') + "\r\n"));
    EXPECT_FALSE(with_headers("Content-Disposition: form-data; name=b\r\n"));
    EXPECT_FALSE(with_headers("Content-Transfer-Encoding: base64\r\n"));
}
