#pragma once

#include "base/json.h"
#include "base/uri.h"
#include "educators/rest_source.h"
#include "tests/educators/roster_support.h"

/// A OneRoster service in memory, with the people of a sample package.
namespace educators {

class SampleService : public http::Client {
  public:
    SampleService(RosterVersion version, const std::filesystem::path& folder) : version_(version) {
        for (const auto& row : rows(folder / "orgs.csv")) {
            auto org = json_of(row, {"sourcedId", "name", "type", "identifier"});
            org["status"] = row.at("status").empty() ? "active" : row.at("status");
            if (!row.at("parentSourcedId").empty())
                org["parent"] = reference(row.at("parentSourcedId"));
            orgs.push_back(std::move(org));
        }
        for (const auto& row : rows(folder / "users.csv"))
            users.push_back(user_of(row));
        if (version == RosterVersion::V1p1) return;
        for (const auto& row : rows(folder / "roles.csv")) {
            if (row.at("status") == "tobedeleted") continue;
            auto role = json_of(row, {"roleType", "role", "beginDate", "endDate"});
            role["org"] = reference(row.at("orgSourcedId"));
            for (auto& user : users)
                if (user["sourcedId"] == row.at("userSourcedId")) user["roles"].push_back(role);
        }
    }

    Json orgs = Json::array();
    Json users = Json::array();
    std::vector<http::Outgoing> requests{};
    std::size_t most_rows = 10; ///< On one page, whatever is asked for.
    bool says_total = true;
    bool filters = true;
    std::string token = "good";
    /// Looks at every answer on its way out; `number` counts the requests from 1.
    std::function<void(std::size_t number, const http::Outgoing&, Result<http::Response>&)>
        meddle{};

    Result<http::Response> send(const http::Outgoing& request, const http::Limits&) override {
        requests.push_back(request);
        auto answer = answer_to(request);
        if (meddle) meddle(requests.size(), request, answer);
        return answer;
    }
    std::size_t count(std::string_view path) const {
        return static_cast<std::size_t>(std::ranges::count_if(requests, [&](const auto& request) {
            return request.url.find(path) != std::string::npos;
        }));
    }

  private:
    using Row = std::map<std::string, std::string, std::less<>>;

    static std::vector<Row> rows(const std::filesystem::path& file) {
        auto bytes = slurp(file);
        if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
        CsvReader reader(bytes);
        EXPECT_TRUE(reader.next()) << file;
        const std::vector<std::string> names(reader.fields().begin(), reader.fields().end());
        std::vector<Row> all;
        while (reader.next()) {
            auto& row = all.emplace_back();
            for (std::size_t i = 0; i < names.size(); ++i)
                row[names[i]] = reader.fields()[i];
        }
        return all;
    }
    static Json json_of(const Row& row, std::initializer_list<const char*> names) {
        Json json = Json::object();
        for (const auto* name : names)
            if (!row.at(name).empty()) json[name] = row.at(name);
        return json;
    }
    static Json reference(const std::string& id) {
        return {{"href", "https://sis.example/x/" + id}, {"sourcedId", id}, {"type", "org"}};
    }
    static Json list_of(const std::string& text) {
        Json list = Json::array();
        std::istringstream in(text);
        for (std::string part; std::getline(in, part, ',');)
            list.push_back(part);
        return list;
    }
    Json user_of(const Row& row) const {
        auto user = json_of(row, {"sourcedId", "username", "givenName", "familyName", "email"});
        user["status"] = row.at("status").empty() ? "active" : row.at("status");
        user["enabledUser"] = row.at("enabledUser");
        user["grades"] = list_of(row.at("grades"));
        user["phone"] = "nobody asked for it";
        if (version_ == RosterVersion::V1p1) {
            user["role"] = row.at("role");
            user["orgs"] = Json::array();
            for (const auto& org : list_of(row.at("orgSourcedIds")))
                user["orgs"].push_back(reference(org));
        } else {
            user["roles"] = Json::array();
            user["preferredFirstName"] = row.at("preferredGivenName");
            user["preferredLastName"] = row.at("preferredFamilyName");
        }
        return user;
    }
    bool has_role(const Json& user, const std::string& role) const {
        if (version_ == RosterVersion::V1p1) return user["role"] == role;
        return std::ranges::any_of(user["roles"],
                                   [&](const Json& one) { return one["role"] == role; });
    }
    static std::string parameter(const Uri& uri, const std::string& name) {
        const auto query = "&" + uri.query + "&";
        const auto begin = query.find("&" + name + "=");
        if (begin == std::string::npos) return "";
        const auto from = begin + name.size() + 2;
        return percent_decode(query.substr(from, query.find('&', from) - from));
    }
    Json chosen(const Uri& uri) const {
        if (uri.path.ends_with("/orgs")) return orgs;
        auto role = uri.path.ends_with("/teachers") ? "teacher" : parameter(uri, "filter");
        if (role.empty() || !filters) return users;
        if (const auto quote = role.find('\''); quote != std::string::npos)
            role = role.substr(quote + 1, role.size() - quote - 2);
        Json some = Json::array();
        for (const auto& user : users)
            if (has_role(user, role)) some.push_back(user);
        return some;
    }
    Result<http::Response> answer_to(const http::Outgoing& request) const {
        const auto uri = *parse_uri(request.url);
        if (uri.path == "/token")
            return http::json_response({{"access_token", token}, {"token_type", "Bearer"}});
        if (request.headers.get("authorization") != "Bearer " + token)
            return http::Response{.status = 401};
        const auto all = chosen(uri);
        const auto offset = std::stoul(parameter(uri, "offset"));
        const auto limit = std::min(most_rows, std::stoul(parameter(uri, "limit")));
        Json page = Json::array();
        for (auto i = offset; i < std::min(offset + limit, all.size()); ++i)
            page.push_back(all[i]);
        auto answer = http::json_response({{uri.path.ends_with("/orgs") ? "orgs" : "users", page}});
        if (says_total) answer.headers.set("X-Total-Count", std::to_string(all.size()));
        return answer;
    }

    RosterVersion version_;
};

} // namespace educators
