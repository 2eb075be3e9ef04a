#include "app/doctor.h"
#include "tests/support/peers.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t gibibyte = 1024ULL * 1024 * 1024;

Error away() {
    return {Error::Kind::Unavailable, "no connection"};
}

http::Address address(std::string_view text) {
    return *http::parse_address(text);
}

/// A bad finding says what it means and what to do; a good one needs no advice.
void expect_finding(const Finding& finding, Health health, std::string_view words) {
    EXPECT_EQ(finding.health, health) << finding.meaning;
    EXPECT_NE(finding.meaning.find(words), std::string::npos) << finding.meaning;
    EXPECT_EQ(finding.remedy.empty(), health == Health::Ok) << finding.remedy;
    EXPECT_EQ(finding.meaning.find('\n'), std::string::npos);
}

TEST(Doctor, JudgesTheDatabase) {
    const std::string origin = "https://maple.example";
    const DatabaseFacts well{.server_version = 150008, .pinned_origin = origin, .origin = origin};
    auto away = well, old = well, behind = well, foreign = well, fresh = well;
    away.failure = "connection refused";
    old.server_version = 110022;
    behind.missing_migrations = 3;
    foreign.pinned_origin = "https://cedar.example";
    fresh.pinned_origin = "";
    expect_finding(judge_database(well), Health::Ok, "15.8");
    expect_finding(judge_database(fresh), Health::Ok, "up to date");
    expect_finding(judge_database(away), Health::Failed, "connection refused");
    expect_finding(judge_database(old), Health::Failed, "too old");
    expect_finding(judge_database(behind), Health::Warning, "3 migrations");
    expect_finding(judge_database(foreign), Health::Failed, "https://cedar.example");
}

TEST(Doctor, JudgesTheClock) {
    expect_finding(judge_clock({.synchronised = true, .to_database_ms = 3}), Health::Ok, "kept");
    expect_finding(judge_clock({}), Health::Ok, "does not tell");
    expect_finding(judge_clock({.synchronised = false}), Health::Warning, "nothing keeps it");
    expect_finding(
        judge_clock({.synchronised = true, .to_database_ms = -2'001}), Health::Warning, "2001 ms");
    expect_finding(
        judge_clock({.synchronised = true, .to_database_ms = 90'000}), Health::Failed, "90 s");
}

TEST(Doctor, JudgesWhereTheNameLeads) {
    using Addresses = std::vector<http::Address>;
    const auto name = [](Result<Addresses> addresses) {
        return NameFacts{.host = "maple.example", .addresses = std::move(addresses)};
    };
    expect_finding(judge_name(name(Addresses{address("9.9.9.9")})), Health::Ok, "9.9.9.9");
    expect_finding(judge_name(name(away())), Health::Failed, "does not resolve");
    expect_finding(judge_name(name(Addresses{})), Health::Failed, "does not resolve");
    expect_finding(judge_name(name(Addresses{address("9.9.9.9"), address("10.0.0.7")})),
                   Health::Failed,
                   "10.0.0.7");
    auto local = name(away());
    local.local = true;
    expect_finding(judge_name(local), Health::Ok, "skipped");
}

class DoctorOutside : public testing::Test {
  protected:
    PeerNetwork network;
    Instance instance{.origin = "https://social.maple.example",
                      .host = "social.maple.example",
                      .handle_host = "maple.example"};
    const std::string webfinger = "https://maple.example/.well-known/webfinger?resource=" +
                                  percent_encode("acct:social.maple.example@maple.example");

    static http::Response names(const std::string& actor) {
        return http::json_response(
            Json{{"subject", "acct:social.maple.example@maple.example"},
                 {"links",
                  {{{"rel", "self"}, {"type", "application/activity+json"}, {"href", actor}}}}});
    }
    Finding look_at_webfinger() {
        return judge_webfinger(gather_webfinger(network, instance, false));
    }
    Finding look_at_tls() { return judge_tls(gather_reach(network, instance, false)); }
};

TEST_F(DoctorOutside, AsksItsOwnNameOverTls) {
    const auto url = instance.origin + "/health/live";
    expect_finding(look_at_tls(), Health::Failed, "answers 404");
    network.answer(url, http::Response{.status = 0});
    expect_finding(look_at_tls(), Health::Failed, "cannot be had");
    network.answer(url, http::text_response("ok\n"));
    expect_finding(look_at_tls(), Health::Ok, "valid certificate");
}

TEST_F(DoctorOutside, LooksUpItsOwnHandle) {
    expect_finding(look_at_webfinger(), Health::Failed, "status 404");
    network.answer(webfinger, http::Response{.status = 0});
    expect_finding(look_at_webfinger(), Health::Failed, "away");
    network.answer(webfinger, http::text_response("<html>"));
    expect_finding(look_at_webfinger(), Health::Failed, "no JSON");
    network.answer(webfinger, http::json_response(Json::object()));
    expect_finding(look_at_webfinger(), Health::Failed, "names no actor");
    network.answer(webfinger, names("https://maple.example/actor"));
    expect_finding(look_at_webfinger(), Health::Failed, "instead of");
    network.answer(webfinger, names("https://social.maple.example/actor"));
    expect_finding(look_at_webfinger(), Health::Ok, "leads to");
}

TEST_F(DoctorOutside, FollowsTheHandleHostsRedirectButNotInACircle) {
    const auto there = "https://social.maple.example/.well-known/webfinger?resource=x";
    http::Response redirect{.status = 301};
    redirect.headers.set("Location", there);
    network.answer(webfinger, redirect);
    network.answer(there, names("https://social.maple.example/actor"));
    expect_finding(look_at_webfinger(), Health::Ok, "leads to");
    network.answer(there, redirect);
    expect_finding(look_at_webfinger(), Health::Failed, "too many redirects");
    redirect.headers.set("Location", "/elsewhere");
    network.answer(webfinger, redirect);
    expect_finding(look_at_webfinger(), Health::Failed, "no full URL");
}

TEST_F(DoctorOutside, AsksNobodyAboutANameOfThisMachine) {
    instance.origin = "http://localhost:8080";
    instance.host = instance.handle_host = "localhost:8080";
    expect_finding(judge_tls(gather_reach(network, instance, true)), Health::Ok, "skipped");
    expect_finding(
        judge_webfinger(gather_webfinger(network, instance, true)), Health::Ok, "skipped");
    EXPECT_EQ(network.count_all(), 0U);
}

TEST(Doctor, JudgesTheDisk) {
    const auto disk = [](std::uint64_t free, std::uint64_t total) {
        return judge_disk({.path = "/data", .free_bytes = free, .total_bytes = total});
    };
    expect_finding(disk(50 * gibibyte, 100 * gibibyte), Health::Ok, "50.0 GiB");
    expect_finding(disk(9 * gibibyte, 100 * gibibyte), Health::Warning, "less than a tenth");
    expect_finding(disk(2 * gibibyte, 2 * gibibyte), Health::Ok, "2.0 GiB");
    expect_finding(disk(gibibyte - 1, 2 * gibibyte), Health::Failed, "full");
    EXPECT_GT(read_disk("/").total_bytes, 0U);
    EXPECT_THROW(read_disk("/no/such/folder"), std::system_error);
}

TEST(Doctor, JudgesWhatProcessesMedia) {
    const MediaFacts whole{.program = "/usr/local/bin/staffroom-media",
                           .sandbox = std::string(R"({"reads_files":false,"has_sockets":false,)"
                                                  R"("starts_programs":false})"),
                           .has_ffmpeg = true,
                           .free_bytes = 5 * gibibyte,
                           .reserve_bytes = gibibyte};
    expect_finding(judge_media(whole), Health::Ok, "whole sandbox");
    auto facts = whole;
    facts.program.clear();
    expect_finding(judge_media(facts), Health::Failed, "not installed");
    facts = whole;
    facts.sandbox = Error{Error::Kind::Unavailable, "no seccomp"};
    expect_finding(judge_media(facts), Health::Failed, "sandbox");
    facts = whole;
    facts.free_bytes = gibibyte - 1;
    expect_finding(judge_media(facts), Health::Failed, "reserve_mb");
    facts = whole;
    facts.has_ffmpeg = false;
    expect_finding(judge_media(facts), Health::Warning, "sound and film");
    facts = whole;
    facts.sandbox =
        std::string(R"({"reads_files":true,"has_sockets":false,"starts_programs":false})");
    expect_finding(judge_media(facts), Health::Warning, "Landlock");
    facts.sandbox = std::string(R"({"has_sockets":true})");
    expect_finding(judge_media(facts), Health::Failed, "hole");
}

/// A data directory as a server leaves it, with a configuration and a backup.
class DoctorFiles : public testing::Test {
  protected:
    DoctorFiles() {
        std::string name = "/tmp/staffroom-doctor.XXXXXX";
        root = ::mkdtemp(name.data());
        make_folder("data", 0755);
        make_folder("data/postgres", 0700);
        make_folder("backups", 0755);
        make_file("staffroom.toml", 0640);
        make_file("tls.key", 0600);
        make_file("backups/sunday.tar", 0600);
        make_file("backups/readme.txt", 0644);
        config.server.data_dir = root / "data";
        config.server.tls_key = root / "tls.key";
        start.config_file = root / "staffroom.toml";
    }
    ~DoctorFiles() override { fs::remove_all(root); }

    void make_folder(const char* name, mode_t mode) {
        fs::create_directory(root / name);
        set_mode(name, mode);
    }
    void make_file(const char* name, mode_t mode) {
        std::ofstream(root / name) << "x";
        set_mode(name, mode);
    }
    void set_mode(const char* name, mode_t mode) {
        ASSERT_EQ(::chmod((root / name).c_str(), mode), 0);
    }
    std::vector<Finding> look() {
        return judge_permissions(read_permissions(config, start, root / "backups"));
    }

    fs::path root;
    Config config;
    Start start;
};

TEST_F(DoctorFiles, FindsNothingWrongWithClosedOnes) {
    const auto findings = look();
    ASSERT_EQ(findings.size(), 1U);
    expect_finding(findings[0], Health::Ok, "closed");
}

TEST_F(DoctorFiles, FindsEachThatIsTooOpen) {
    const struct {
        const char* name;
        mode_t bad, good;
        const char* advice;
    } cases[] = {
        {"data", 0777, 0755, "chmod 0755"},
        {"data", 0775, 0755, "chmod 0755"},
        {"data/postgres", 0750, 0700, "chmod 0700"},
        {"staffroom.toml", 0644, 0640, "chmod 0640"},
        {"tls.key", 0604, 0600, "chmod 0600"},
        {"backups/sunday.tar", 0640, 0600, "chmod 0600"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        set_mode(c.name, c.bad);
        const auto findings = look();
        ASSERT_EQ(findings.size(), 1U);
        expect_finding(findings[0], Health::Failed, c.name);
        EXPECT_EQ(findings[0].remedy.rfind(c.advice, 0), 0U) << findings[0].remedy;
        set_mode(c.name, c.good);
    }
}

TEST_F(DoctorFiles, SaysSoForEveryOneOfSeveral) {
    set_mode("data", 0777);
    set_mode("tls.key", 0644);
    EXPECT_EQ(look().size(), 2U);
}

TEST(Doctor, WantsAnotherNameForMedia) {
    Instance instance{
        .origin = "https://maple.example", .host = "maple.example", .handle_host = "maple.example"};
    expect_finding(judge_media_host(instance, false), Health::Warning, "maple.example");
    expect_finding(judge_media_host(instance, true), Health::Ok, "skipped");
    instance.media_host = "media.maple.example";
    expect_finding(judge_media_host(instance, false), Health::Ok, "media.maple.example");
}

TEST(Doctor, SaysWhatTheMailRelayAnswered) {
    expect_finding(judge_relay({}), Health::Ok, "no relay is set");
    expect_finding(judge_relay({.relay = "smtp.school.example"}), Health::Ok, "takes our mail");
    expect_finding(judge_relay({.relay = "smtp.school.example",
                                .answer = Error{Error::Kind::Unavailable, "", "Login denied"}}),
                   Health::Failed,
                   "Login denied");
}

TEST(Doctor, PrintsOneLineAndTheRemedyBelow) {
    EXPECT_EQ(to_line({.subject = "disk", .meaning = "fine"}), "ok       disk         fine\n");
    EXPECT_EQ(to_line({.health = Health::Failed,
                       .subject = "disk",
                       .meaning = "full",
                       .remedy = "make room"}),
              "failed   disk         full\n                      -> make room\n");
}

} // namespace
} // namespace app
