#include "outbox/format.h"
#include "statuses/addressing.h"

#include <gtest/gtest.h>

#include <chrono>

namespace {

const Instance maple{
    .origin = "https://maple.test", .host = "maple.test", .handle_host = "maple.test"};

TEST(Mentions, AreFoundOnceEachInTheirOrder) {
    const struct {
        const char* name;
        std::string text;
        std::vector<outbox::Handle> expected;
    } cases[] = {
        {"one of ours", "hello @bob", {{"bob", ""}}},
        {"with a host, lower-cased", "@alice@Cedar.Example!", {{"alice", "cedar.example"}}},
        {"a full stop ends the sentence",
         "ask @alice@cedar.example.",
         {{"alice", "cedar.example"}}},
        {"twice is once", "@bob and @BOB", {{"bob", ""}}},
        {"same name on two hosts", "@bob @bob@b.example", {{"bob", ""}, {"bob", "b.example"}}},
        {"an e-mail address is none", "write to bob@cedar.example", {}},
        {"inside a link is none", "https://cedar.example/@alice", {}},
        {"a dot in the name", "@mr.smith@cedar.example", {{"mr.smith", "cedar.example"}}},
        {"a dot behind the name", "thank you @bob.", {{"bob", ""}}},
        {"a port on the loopback", "@bob@localhost:8081 hi", {{"bob", "localhost:8081"}}},
        {"a colon elsewhere", "@bob@cedar.example:80", {{"bob", "cedar.example"}}},
        {"in brackets", "(@bob)", {{"bob", ""}}},
        {"nothing behind the sign", "@ @@ @- 5 @", {}},
        {"behind an emoji", "\xF0\x9F\x98\x80@bob", {{"bob", ""}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(outbox::find_mentions(c.text), c.expected);
    }
}

TEST(Hashtags, AreFoundOnceEachInTheirOrder) {
    const struct {
        const char* name;
        std::string text;
        std::vector<std::string> expected;
    } cases[] = {
        {"one", "#EdTech rocks", {"EdTech"}},
        {"folded alike", "#maths #Maths #MATHS", {"maths"}},
        {"digits alone are none", "we are #1 and #2go", {"2go"}},
        {"letters of any script", "#Größe, #数学!", {"Größe", "数学"}},
        {"inside a link is none", "https://x.example/a#part", {}},
        {"inside a word is none", "a#b", {}},
        {"an em dash ends it", "#tag\xE2\x80\x94then", {"tag"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(outbox::find_hashtags(c.text), c.expected);
    }
}

TEST(Characters, AreCountedAsMastodonDoes) {
    const struct {
        const char* name;
        std::string text;
        std::size_t expected;
    } cases[] = {
        {"code points", "Größe", 5},
        {"a link counts 23", "see https://cedar.example/a/very/long/path?with=query", 4 + 23},
        {"a mention without its host", "@alice@cedar.example hi", 6 + 3},
        {"line breaks", "a\r\nb", 3},
        {"nothing", "", 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(outbox::count_characters(c.text), c.expected);
    }
}

TEST(Html, IsWhatWasTypedAndNothingMore) {
    const std::vector<outbox::Named> known{{{"alice", "cedar.example"},
                                            "https://cedar.example/users/alice",
                                            "https://cedar.example/@alice"}};
    const struct {
        const char* name;
        std::string text;
        std::string expected;
    } cases[] = {
        {"paragraphs and lines", "a\nb\r\n\r\n\r\nc", "<p>a<br>b</p><p>c</p>"},
        {"markup is text",
         "<script>alert('x')</script> & \"so\"",
         "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;so&quot;</p>"},
        {"somebody known",
         "@alice@cedar.example",
         "<p><span class=\"h-card\"><a href=\"https://cedar.example/@alice\" class=\"u-url "
         "mention\">@<span>alice</span></a></span></p>"},
        {"somebody unknown", "@mallory@cedar.example", "<p>@mallory@cedar.example</p>"},
        {"a hashtag",
         "#Maths",
         "<p><a href=\"https://maple.test/tags/maths\" class=\"mention hashtag\" "
         "rel=\"tag\">#<span>Maths</span></a></p>"},
        {"a link in brackets, with one of its own",
         "(https://en.example/a_(b)).",
         "<p>(<a href=\"https://en.example/a_(b)\" target=\"_blank\" rel=\"nofollow noopener "
         "noreferrer\"><span class=\"invisible\">https://</span><span "
         "class=\"\">en.example/a_(b)</span><span class=\"invisible\"></span></a>).</p>"},
        {"no link to a script", "javascript:alert(1)", "<p>javascript:alert(1)</p>"},
        {"no attribute out of a link",
         "https://x.example/\"onclick=\"alert(1)",
         "<p><a href=\"https://x.example/\" target=\"_blank\" rel=\"nofollow noopener "
         "noreferrer\"><span class=\"invisible\">https://</span><span "
         "class=\"\">x.example/</span><span class=\"invisible\"></span></a>"
         "&quot;onclick=&quot;alert(1)</p>"},
        {"a link with a name in it is none", "https://a@b.example/", "<p>https://a@b.example/</p>"},
        {"nothing", " \n ", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(outbox::format_html(maple, c.text, known), c.expected);
    }
}

TEST(Html, D08_TakesLinearTimeWhateverIsTyped) {
    for (const std::string piece :
         {"http://", "@a@", "#", "@", "https://(", "@a@b.", "#\xC3\xA4"}) {
        SCOPED_TRACE(piece);
        std::string text;
        while (text.size() < 60'000)
            text += piece;
        const auto begin = std::chrono::steady_clock::now();
        outbox::format_html(maple, text, {});
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{2});
    }
}

} // namespace
