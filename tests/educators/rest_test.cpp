#include "tests/educators/rest_support.h"

namespace educators {
namespace {

using namespace std::chrono_literals;

class RosterService : public testing::Test {
  protected:
    static std::filesystem::path folder(RosterVersion version) {
        return std::filesystem::path("tests/data/oneroster") /
               (version == RosterVersion::V1p1 ? "v1p1-bulk" : "v1p2-bulk");
    }
    std::optional<PackageFiles> fetch(SampleService& sample,
                                      RosterVersion version = RosterVersion::V1p2) {
        service.version = version;
        findings = {};
        waits.clear();
        const RestWaiting waiting{.pause =
                                      [this](std::chrono::milliseconds time) {
                                          waits.push_back(time);
                                          return !stops;
                                      },
                                  .now = [] { return test_now; }};
        return fetch_package(sample, service, waiting, findings);
    }
    std::string refusal() const {
        return findings.refusal() == nullptr ? "" : findings.refusal()->code;
    }

    RestService service{.base_url = "https://sis.example/ims/oneroster/v1",
                        .token_url = "https://sis.example/token",
                        .client_id = "an id",
                        .client_secret = "a:secret"};
    Findings findings;
    std::vector<std::chrono::milliseconds> waits;
    bool stops = false;
};

constexpr RosterVersion versions[] = {RosterVersion::V1p1, RosterVersion::V1p2};

TEST_F(RosterService, GivesTheOutcomesOfTheSamePeopleInFiles) {
    service.reads_students = true;
    for (const auto version : versions) {
        SCOPED_TRACE(folder(version));
        SampleService sample(version, folder(version));
        const auto files = fetch(sample, version);
        ASSERT_TRUE(files) << refusal();
        District district;
        ASSERT_TRUE(district.take(*files));
        EXPECT_EQ(district.outcomes(), expected_of(folder(version)));
        District by_file;
        ASSERT_TRUE(by_file.take_folder(folder(version)));
        EXPECT_EQ(district.others.size(), by_file.others.size());
    }
}

TEST_F(RosterService, AsksForStaffOnlyAndForNoMoreThanIsRead) {
    for (const auto version : versions) {
        SCOPED_TRACE(folder(version));
        SampleService sample(version, folder(version));
        const auto files = fetch(sample, version);
        ASSERT_TRUE(files) << refusal();
        EXPECT_FALSE(files->knows_others);
        District district;
        ASSERT_TRUE(district.take(*files));
        const auto expected = expected_of(folder(version));
        const auto outcomes = district.outcomes();
        for (const auto& [id, outcome] : outcomes)
            EXPECT_EQ(outcome, expected.at(id)) << id;
        // Whoever has a right by the files has it here.
        for (const auto& [id, outcome] : expected) {
            if (outcome == "educator" || outcome == "disabled" || outcome == "review") {
                EXPECT_TRUE(outcomes.contains(id)) << id;
            }
        }
        EXPECT_TRUE(district.others.empty());
        EXPECT_EQ(sample.count("demographics"), 0U);
        for (const auto& request : sample.requests) {
            if (request.method == "POST") continue;
            EXPECT_NE(request.url.find("&fields=sourcedId,status,"), std::string::npos);
            for (const auto* word : {"phone", "password", "agents", "identifier", "demographics"}) {
                if (request.url.find("/orgs?") == std::string::npos) {
                    EXPECT_EQ(request.url.find(word), std::string::npos) << request.url;
                }
            }
        }
    }
}

TEST_F(RosterService, AsksForATokenAsTheStandardSays) {
    SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
    ASSERT_TRUE(fetch(sample));
    const auto& request = sample.requests.front();
    EXPECT_EQ(request.url, "https://sis.example/token");
    // "an%20id:a%3Asecret"
    EXPECT_EQ(request.headers.get("authorization"), "Basic YW4lMjBpZDphJTNBc2VjcmV0");
    EXPECT_EQ(request.body,
              "grant_type=client_credentials&scope=https%3A%2F%2Fpurl.imsglobal.org%2Fspec%2For%2F"
              "v1p2%2Fscope%2Froster-core.readonly");
    EXPECT_EQ(sample.count("/token"), 1U);
}

TEST_F(RosterService, WhatIsBusyOrAwayIsAskedAgainAndATokenThatRanOutTakenAnew) {
    SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
    sample.meddle = [&](std::size_t number, const auto&, Result<http::Response>& answer) {
        if (number == 2) answer = http::Response{.status = 503};
        if (number == 3) {
            answer = http::Response{.status = 429, .headers = {{"Retry-After", "7"}}};
        }
        if (number == 5) answer = Error{Error::Kind::Unavailable, "reset"};
        if (number == 8) answer = http::Response{.status = 401};
    };
    ASSERT_TRUE(fetch(sample)) << refusal();
    EXPECT_EQ(waits, (std::vector<std::chrono::milliseconds>{1s, 7s, 1s}));
    EXPECT_EQ(sample.count("/token"), 2U);
}

TEST_F(RosterService, PagesWithoutATotalAreReadToTheirEnd) {
    service.reads_students = true;
    for (const bool links : {false, true}) {
        SampleService sample(RosterVersion::V1p1, folder(RosterVersion::V1p1));
        sample.says_total = false;
        sample.most_rows = 7;
        if (links) {
            sample.meddle = [&](auto, const auto& request, Result<http::Response>& answer) {
                const auto list = parse_json(answer->body);
                if (!list || !list->contains("users")) return;
                const bool is_last = (*list)["users"].size() < sample.most_rows;
                answer->headers.set("Link",
                                    is_last ? "<" + request.url + ">; rel=\"first\""
                                            : "<" + request.url +
                                                  ">; rel=\"first\", </ims/"
                                                  "users?offset=3,4>; rel=\"next\"");
            };
        }
        const auto files = fetch(sample, RosterVersion::V1p1);
        ASSERT_TRUE(files) << refusal();
        District district;
        ASSERT_TRUE(district.take(*files));
        EXPECT_EQ(district.outcomes(), expected_of(folder(RosterVersion::V1p1)));
        // 41 rows are six pages, the last of which is short.
        EXPECT_EQ(sample.count("/users?"), links ? 6U : 7U);
    }
}

using Answer = Result<http::Response>;

void set_body(Answer& answer, const std::function<void(Json&)>& change) {
    auto json = *parse_json(answer->body);
    change(json["users"]);
    answer->body = dump_json(json);
}

TEST_F(RosterService, HalfAnAnswerIsRefusedWhole) {
    const struct {
        const char* name;
        std::function<void(Answer&)> meddle; ///< With the second page of users.
        const char* code;
    } cases[] = {
        {"cut off",
         [](Answer& answer) { answer->body.resize(answer->body.size() / 2); },
         "service-answer"},
        {"an empty page",
         [](Answer& answer) { set_body(answer, [](Json& list) { list = Json::array(); }); },
         "service-incomplete"},
        {"somebody who is no staff",
         [](Answer& answer) { answer->body = R"({"users": [{"sourcedId": "u01"}]})"; },
         "service-unasked"},
        {"another total",
         [](Answer& answer) { answer->headers.set("X-Total-Count", "99"); },
         "service-incomplete"},
        {"a total that is no number",
         [](Answer& answer) { answer->headers.set("X-Total-Count", ""); },
         "service-answer"},
        {"more rows than the total",
         [](Answer& answer) {
             set_body(answer, [](Json& list) {
                 for (int i = 0; i < 60; ++i) {
                     list.push_back(list[0]);
                     list.back()["sourcedId"] = "more" + std::to_string(i);
                 }
             });
         },
         "service-incomplete"},
        {"more rows than asked for",
         [](Answer& answer) {
             set_body(answer, [](Json& list) {
                 while (list.size() < 501)
                     list.push_back(list[0]);
             });
         },
         "service-incomplete"},
        {"another host",
         [](Answer& answer) {
             answer->status = 302;
             answer->headers.set("Location", "https://other.example/users");
         },
         "service-redirect"},
        {"the next page at another host",
         [](Answer& answer) {
             answer->headers.set("Link", "<https://other.example/users>; rel=next");
         },
         "service-redirect"},
        {"no list", [](Answer& answer) { answer->body = R"({"people": []})"; }, "service-answer"},
        {"a list of texts",
         [](Answer& answer) { answer->body = R"({"users": ["u01"]})"; },
         "service-answer"},
        {"no leave", [](Answer& answer) { answer->status = 403; }, "service-refused"},
        {"no such service", [](Answer& answer) { answer->status = 404; }, "service-answer"},
        {"too much",
         [](Answer& answer) {
             answer = Error{Error::Kind::TooLarge, "9 MiB"};
         },
         "service-large"},
        {"refused by the guard",
         [](Answer& answer) {
             answer = Error{Error::Kind::Forbidden, "10.0.0.1"};
         },
         "service-away"},
        {"busy for hours",
         [](Answer& answer) {
             answer->status = 429;
             answer->headers.set("Retry-After", "7200");
         },
         "service-away"},
        {"always broken", [](Answer& answer) { answer->status = 500; }, "service-away"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
        sample.meddle = [&](auto, const auto& request, Answer& answer) {
            const bool is_second = request.url.find("/teachers") != std::string::npos &&
                                   request.url.find("offset=10&") != std::string::npos;
            if (is_second) c.meddle(answer);
        };
        EXPECT_FALSE(fetch(sample));
        EXPECT_EQ(refusal(), c.code);
        EXPECT_LE(sample.count("/teachers"), 7U);
    }
}

TEST_F(RosterService, PagesThatRepeatOrShiftAreRefused) {
    service.reads_students = true;
    for (const bool says_total : {true, false}) {
        SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
        sample.says_total = says_total;
        // It does not know `offset`: the first page for ever.
        sample.meddle = [&,
                         first = std::string()](auto, const auto& request, Answer& answer) mutable {
            if (request.url.find("/users") == std::string::npos) return;
            if (first.empty()) first = answer->body;
            answer->body = first;
        };
        EXPECT_FALSE(fetch(sample));
        EXPECT_EQ(refusal(), "service-incomplete");
        EXPECT_EQ(sample.count("/users"), 2U);
    }
}

TEST_F(RosterService, AServiceThatDoesNotFilterIsNotReadOn) {
    SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
    sample.filters = false;
    EXPECT_FALSE(fetch(sample));
    EXPECT_EQ(refusal(), "service-unasked");
    service.reads_students = true;
    EXPECT_TRUE(fetch(sample)) << refusal();
}

TEST_F(RosterService, NoTokenThatGivesDemographicsIsHeld) {
    const struct {
        const char* name;
        http::Response answer;
        const char* code;
    } cases[] = {
        {"demographics too",
         http::json_response({{"access_token", "good"},
                              {"scope",
                               "https://purl.imsglobal.org/spec/or/v1p2/scope/"
                               "roster-demographics.readonly roster-core.readonly"}}),
         "service-scope"},
        {"another kind",
         http::json_response({{"access_token", "good"}, {"token_type", "mac"}}),
         "service-answer"},
        {"no token", http::json_response({{"token_type", "bearer"}}), "service-answer"},
        {"a token that is no header",
         http::json_response({{"access_token", "good\r\nX: 1"}}),
         "service-answer"},
        {"no JSON", http::text_response("welcome"), "service-answer"},
        {"refused", http::json_response({{"error", "invalid_client"}}, 401), "service-refused"},
        {"elsewhere", http::redirect_response("https://sis.example/other"), "service-redirect"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
        sample.meddle = [&](std::size_t number, const auto&, Answer& answer) {
            if (number == 1) answer = c.answer;
        };
        EXPECT_FALSE(fetch(sample));
        EXPECT_EQ(refusal(), c.code);
        EXPECT_EQ(sample.requests.size(), 1U);
    }
    EXPECT_TRUE(gives_demographics("a roster-Demographics.readonly"));
}

TEST_F(RosterService, ATokenThatIsNeverGoodIsNotAskedForAgainAndAgain) {
    SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
    sample.meddle = [](auto, const auto& request, Answer& answer) {
        if (request.method == "GET") answer = http::Response{.status = 401};
    };
    EXPECT_FALSE(fetch(sample));
    EXPECT_EQ(refusal(), "service-refused");
    EXPECT_EQ(sample.count("/token"), 1U);
}

TEST_F(RosterService, StopsWhenTheServerDoes) {
    SampleService sample(RosterVersion::V1p2, folder(RosterVersion::V1p2));
    stops = true;
    sample.meddle = [](auto, const auto&, Answer& answer) {
        answer = http::Response{.status = 503};
    };
    EXPECT_FALSE(fetch(sample));
    EXPECT_EQ(refusal(), "service-stopped");
    EXPECT_EQ(sample.requests.size(), 1U);
}

TEST_F(RosterService, FindingsNamePeopleAndNoLinesOfFilesThatNobodyHas) {
    service.reads_students = true;
    SampleService sample(RosterVersion::V1p1, folder(RosterVersion::V1p1));
    sample.users[0]["status"] = "inactive";
    sample.users[1]["givenName"] = "Line\nbreak";
    const auto files = fetch(sample, RosterVersion::V1p1);
    ASSERT_TRUE(files);
    const KeyedHash hash{"a key"};
    ASSERT_TRUE(read_package(*files, hash, {.has_statuses = true}, findings));
    std::vector<std::string> lines;
    for (const auto& finding : findings.list())
        lines.push_back(describe(finding));
    const auto is_told = [&lines](std::string_view begin) {
        return std::ranges::any_of(
            lines, [begin](const std::string& line) { return line.starts_with(begin); });
    };
    EXPECT_TRUE(is_told("users, u01, column status: \"inactive\" is not active"));
    EXPECT_TRUE(is_told("users, u22, column role: \"teacher \" is no role"));
    for (const auto& line : lines)
        EXPECT_EQ(line.find(".csv, line"), std::string::npos) << line;
    // On the page an officer finds staff by id; nothing that may be a student's is stored.
    const auto stored = [this](std::string_view id) {
        return std::ranges::any_of(findings.list(), [id](const Finding& finding) {
            return finding.id == id && finding.may_store_id;
        });
    };
    EXPECT_TRUE(stored("u01"));
    EXPECT_FALSE(stored("u22")) << "\"teacher \" is no role of the standard";
}

} // namespace
} // namespace educators
