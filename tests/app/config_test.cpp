#include "app/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace app {
namespace {

/// A configuration file that is there for one test.
class ConfigFile {
  public:
    explicit ConfigFile(const std::string& text) {
        std::string name = "/tmp/staffroom-config.XXXXXX";
        const int file = ::mkstemp(name.data());
        EXPECT_GE(file, 0);
        ::close(file);
        std::ofstream(name) << text;
        path = name;
    }
    ~ConfigFile() { std::remove(path.c_str()); }
    ConfigFile(const ConfigFile&) = delete;
    ConfigFile& operator=(const ConfigFile&) = delete;

    std::string path;
};

std::vector<std::string> faults_of(const ConfigSources& sources) {
    const auto read = read_config(sources);
    const auto* faults = std::get_if<ConfigFaults>(&read);
    return faults == nullptr ? std::vector<std::string>{} : faults->faults;
}

Config config_of(const ConfigSources& sources) {
    const auto read = read_config(sources);
    EXPECT_TRUE(std::holds_alternative<Config>(read)) << testing::PrintToString(faults_of(sources));
    return std::holds_alternative<Config>(read) ? std::get<Config>(read) : Config{};
}

bool has_fault(const std::vector<std::string>& faults,
               const std::string& where,
               const std::string& words) {
    return std::ranges::any_of(faults, [&](const std::string& fault) {
        return fault.rfind(where + ": ", 0) == 0 && fault.find(words) != std::string::npos;
    });
}

TEST(Config, NeedsNoFile) {
    const auto config = config_of({});
    EXPECT_EQ(config.server.origin, "http://localhost:8080");
    EXPECT_EQ(config.server.handle_host, "localhost:8080");
}

TEST(Config, ReadsEveryKindOfValueFromAFile) {
    const ConfigFile file(R"(
[server]
origin = "https://social.maple.example"
handle_host = "maple.example"
listen = ["127.0.0.1:8080", "[::1]:8080"]
io_threads = 4
[federation]
rfc9421_first = true
[testing]
hosts = { "mastodon.example" = "127.0.0.1:7001" }
)");
    const auto config = config_of({.file = file.path});
    EXPECT_EQ(config.server.origin, "https://social.maple.example");
    EXPECT_EQ(config.server.handle_host, "maple.example");
    EXPECT_EQ(config.server.listen.size(), 2U);
    EXPECT_EQ(config.server.io_threads, 4);
    EXPECT_TRUE(config.federation.rfc9421_first);
    EXPECT_EQ(config.testing.hosts.at("mastodon.example"), "127.0.0.1:7001");
}

TEST(Config, NamesEveryWrongLine) {
    const ConfigFile file(R"([server]
origin = 8080
listen = "127.0.0.1:8080"
io_threads = 0
colour = "green"

[federation]
rfc9421_first = "yes"

[databse]
url = "postgresql:///x"
)");
    const auto faults = faults_of({.file = file.path});
    EXPECT_EQ(faults.size(), 6U) << testing::PrintToString(faults);
    EXPECT_TRUE(has_fault(faults, file.path + ":2", "server.origin wants a text"));
    EXPECT_TRUE(has_fault(faults, file.path + ":3", "server.listen wants a list"));
    EXPECT_TRUE(has_fault(faults, file.path + ":4", "between 1 and 64"));
    EXPECT_TRUE(has_fault(faults, file.path + ":5", "no option \"server.colour\""));
    EXPECT_TRUE(has_fault(faults, file.path + ":8", "federation.rfc9421_first wants a switch"));
    EXPECT_TRUE(has_fault(faults, file.path + ":11", "no option \"databse.url\""));
}

TEST(Config, NamesTheLineThatIsNoToml) {
    const ConfigFile file("[server]\norigin = https://maple.example\n");
    EXPECT_TRUE(has_fault(faults_of({.file = file.path}), file.path + ":2", "not TOML"));
    const ConfigFile outside("origin = \"https://maple.example\"\n");
    EXPECT_TRUE(has_fault(faults_of({.file = outside.path}), outside.path + ":1", "outside"));
    EXPECT_TRUE(has_fault(faults_of({.file = "/no/such.toml"}), "/no/such.toml", "cannot be read"));
}

TEST(Config, LetsTheEnvironmentOverrideTheFileAndFlagsOverrideBoth) {
    const ConfigFile file("[instance]\ntitle = \"file\"\ndescription = \"file\"\n"
                          "contact_email = \"file\"\n[database]\nurl = \"file\"\n");
    const auto config = config_of({
        .file = file.path,
        .environment = {{"STAFFROOM_INSTANCE_DESCRIPTION", "environment"},
                        {"STAFFROOM_INSTANCE_CONTACT_EMAIL", "environment"},
                        {"STAFFROOM_CONFIG", file.path},
                        {"DATABASE_URL", "environment"},
                        {"PATH", "/bin"}},
        .settings = {"instance.contact_email=flag"},
    });
    EXPECT_EQ(config.instance.title, "file");
    EXPECT_EQ(config.instance.description, "environment");
    EXPECT_EQ(config.instance.contact_email, "flag");
    EXPECT_EQ(config.database.url, "environment");
}

TEST(Config, ReadsListsAndTablesFromText) {
    const auto config = config_of({.settings = {"server.listen=127.0.0.1:1,127.0.0.1:2",
                                                "testing.hosts=a.example=127.0.0.1:7"}});
    EXPECT_EQ(config.server.listen, (std::vector<std::string>{"127.0.0.1:1", "127.0.0.1:2"}));
    EXPECT_EQ(config.testing.hosts.at("a.example"), "127.0.0.1:7");
}

TEST(Config, NamesTheVariableOrFlagThatIsWrong) {
    const auto faults = faults_of({
        .environment = {{"STAFFROOM_SERVER_COLOUR", "green"},
                        {"STAFFROOM_SERVER_IO_THREADS", "many"},
                        {"STAFFROOM_FEDERATION_RFC9421_FIRST", "1"}},
        .settings = {"server.size=1", "server.origin"},
    });
    EXPECT_EQ(faults.size(), 5U) << testing::PrintToString(faults);
    EXPECT_TRUE(has_fault(faults, "STAFFROOM_SERVER_COLOUR", "server.colour"));
    EXPECT_TRUE(has_fault(faults, "STAFFROOM_SERVER_IO_THREADS", "whole number"));
    EXPECT_TRUE(has_fault(faults, "STAFFROOM_FEDERATION_RFC9421_FIRST", "true or false"));
    EXPECT_TRUE(has_fault(faults, "--set server.size=1", "server.size"));
    EXPECT_TRUE(has_fault(faults, "--set server.origin", "name=value"));
}

TEST(Config, RefusesWhatCannotWorkTogether) {
    const struct {
        const char* name;
        std::vector<std::string> settings;
        const char* where; ///< Of the fault; nullptr: none.
    } cases[] = {
        {"plain http in the open", {"server.origin=http://maple.example"}, "server.origin"},
        {"plain http on loopback", {"server.origin=http://127.0.0.1:8080"}, nullptr},
        {"a name that only looks like loopback",
         {"server.origin=http://localhost.example"},
         "server.origin"},
        {"a name that begins like a loopback address",
         {"server.origin=http://127.maple.example"},
         "server.origin"},
        {"a slash at the end", {"server.origin=https://maple.example/"}, "server.origin"},
        {"no origin at all", {"server.origin=maple.example"}, "server.origin"},
        {"another scheme", {"server.origin=ftp://maple.example"}, "server.origin"},
        {"a handle host with a path", {"server.handle_host=maple.example/x"}, "server.handle_host"},
        {"no port", {"server.listen=127.0.0.1"}, "server.listen"},
        {"nowhere to listen", {"server.listen="}, "server.listen"},
        {"metrics for strangers", {"server.metrics_listen=0.0.0.0:9100"}, "server.metrics_listen"},
        {"metrics at home", {"server.metrics_listen=127.0.0.1:9100"}, nullptr},
        {"a certificate without its key",
         {"server.tls_certificate=/x.pem"},
         "server.tls_certificate"},
        {"test peers with a public listener",
         {"testing.http_peers=127.77.0.0/16", "server.listen=0.0.0.0:8080"},
         "testing"},
        {"test hosts with a second, public listener",
         {"testing.hosts=a.example=127.0.0.1:7", "server.listen=127.0.0.1:8080,192.0.2.1:8080"},
         "testing"},
        {"a test CA with a public listener",
         {"testing.ca_file=/x.pem", "server.listen=[::]:8080"},
         "testing"},
        {"test peers at home", {"testing.http_peers=127.77.0.0/16"}, nullptr},
        {"test peers that are not at home",
         {"testing.http_peers=10.0.0.0/8"},
         "testing.http_peers"},
        {"test peers everywhere", {"testing.http_peers=127.0.0.0/0"}, "testing.http_peers"},
        {"a test host elsewhere", {"testing.hosts=a.example=10.0.0.1:7"}, "testing.hosts"},
        {"a test host with TLS", {"testing.hosts=a.example=https://127.0.0.1:7"}, nullptr},
        {"with TLS, elsewhere", {"testing.hosts=a.example=https://10.0.0.1:7"}, "testing.hosts"},
        {"an unknown log level", {"log.level=loud"}, "log.level"},
        {"a relay with TLS", {"mail.relay=smtp.school.example"}, nullptr},
        {"a relay here in the clear", {"mail.relay=127.0.0.1", "mail.security=none"}, nullptr},
        {"a relay elsewhere in the clear",
         {"mail.relay=smtp.school.example", "mail.security=none"},
         "mail.security"},
        {"an unknown security", {"mail.security=some"}, "mail.security"},
        {"a sender that breaks a header",
         {"mail.from=a@b.example\r\nBcc: c@d.example"},
         "mail.from"},
        {"joining with a relay",
         {"registration.mode=open", "mail.relay=smtp.school.example"},
         nullptr},
        {"joining without a relay", {"registration.mode=approval"}, "registration.mode"},
        {"an unknown way of joining", {"registration.mode=perhaps"}, "registration.mode"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto faults = faults_of({.settings = c.settings});
        if (c.where == nullptr) {
            EXPECT_TRUE(faults.empty()) << testing::PrintToString(faults);
        } else {
            EXPECT_TRUE(has_fault(faults, c.where, "")) << testing::PrintToString(faults);
        }
    }
}

TEST(Config, ARosterServiceIsWholeAndGivesNoDemographics) {
    const struct {
        const char* name;
        std::string setting; ///< Beside those of a good service, and after them.
        const char* where;   ///< Of the fault; nullptr: none.
    } cases[] = {
        {"as it should be", "roster.rest_hours=6", nullptr},
        {"without a secret", "roster.rest_client_secret=", "roster.rest_client_id"},
        {"in the clear", "roster.rest_url=http://sis.example/ims", "roster.rest_url"},
        {"a slash at its end", "roster.rest_url=https://sis.example/ims/", "roster.rest_url"},
        {"a token in the clear",
         "roster.rest_token_url=http://sis.example/",
         "roster.rest_token_url"},
        {"another version", "roster.rest_version=1.0", "roster.rest_version"},
        {"demographics", "roster.rest_scope=a roster-Demographics.readonly", "roster.rest_scope"},
        {"two secrets", "roster.rest_client_secret_file=/x", "roster.rest_client_secret_file"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto faults = faults_of({.settings = {"roster.rest_url=https://sis.example/ims",
                                                    "roster.rest_token_url=https://sis.example/t",
                                                    "roster.rest_client_id=x",
                                                    "roster.rest_client_secret=y",
                                                    c.setting}});
        EXPECT_EQ(faults.empty(), c.where == nullptr) << testing::PrintToString(faults);
        if (c.where != nullptr) {
            EXPECT_TRUE(has_fault(faults, c.where, "")) << testing::PrintToString(faults);
        }
    }
}

TEST(Config, ListsEveryOptionWithAWordOfHelp) {
    const auto options = option_list();
    EXPECT_GT(options.size(), 20U);
    for (const auto& option : options) {
        EXPECT_NE(option.name.find('.'), std::string::npos);
        EXPECT_FALSE(option.help.empty()) << option.name;
    }
}

} // namespace
} // namespace app
