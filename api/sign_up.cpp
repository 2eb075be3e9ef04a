#include "api/sign_up.h"

#include "api/answer.h"
#include "api/oauth.h"
#include "base/text.h"
#include "members/scopes.h"
#include "members/tokens.h"

#include <fmt/format.h>

#include <algorithm>

/// How an app lets somebody join.
namespace api {
namespace {

http::Response problems_response(const std::vector<outbox::SignUpProblem>& problems) {
    Json details = Json::object();
    std::vector<std::string> sentences;
    for (const auto& problem : problems) {
        details[problem.field].push_back({{"error", problem.code}, {"description", problem.text}});
        auto field = problem.field;
        field[0] = static_cast<char>(field[0] - 'a' + 'A');
        std::ranges::replace(field, '_', ' ');
        sentences.push_back(field + " " + problem.text);
    }
    return http::json_response(
        {{"error", fmt::format("Validation failed: {}", fmt::join(sentences, ", "))},
         {"details", std::move(details)}},
        422);
}

// POST /api/v1/accounts, docs.joinmastodon.org/methods/accounts/#create
Result<http::Response> join(const SignUpApi& api, const http::Call& call) {
    const auto& form = call.form;
    std::optional<db::OauthApp> app;
    {
        db::Tx tx(api.desk.pool);
        app = db::oauth_apps::find(tx, call.caller.app);
    }
    if (!app) return Error{Error::Kind::Unauthorized, "no such app"};
    const auto answer = outbox::sign_up(api.desk,
                                        *app,
                                        {.username = form.text("username"),
                                         .email = std::string(trim(form.text("email"))),
                                         .password = form.text("password"),
                                         .reason = form.text("reason"),
                                         .locale = form.text("locale"),
                                         .agreement = form.flag_or("agreement", false),
                                         .date_of_birth = parse_iso8601(form.text("date_of_birth")),
                                         .address = call.request.address},
                                        api.now());
    if (!answer) return answer.error();
    if (const auto* problems = std::get_if<std::vector<outbox::SignUpProblem>>(&*answer)) {
        return problems_response(*problems);
    }
    return token_response(std::get<members::Grant>(*answer));
}

// POST /api/v1/emails/confirmations, docs.joinmastodon.org/methods/emails/#confirmation. Whoever
// waits to be let in can call nothing else, so the token is looked up here.
Result<http::Response> send_again(const SignUpApi& api, const http::Call& call) {
    const auto header = call.request.headers.get("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    const bool is_bearer =
        header.size() > scheme.size() && iequals(header.substr(0, scheme.size()), scheme);
    const auto caller =
        is_bearer ? members::recognise_newcomer(api.desk.pool, trim(header.substr(scheme.size())))
                  : Result<http::Caller>(Error{Error::Kind::Unauthorized, "no token"});
    if (!caller) return caller.error();
    const auto done = outbox::confirm_again(api.desk,
                                            caller->account,
                                            std::string(trim(call.form.text("email"))),
                                            call.request.address,
                                            api.now());
    if (!done) return done.error();
    return empty_response();
}

} // namespace

void add_sign_up_routes(http::Router& router, const SignUpApi& api) {
    using enum http::Access;
    router.add({"POST", "/api/v1/accounts", AppToken, "write:accounts", [api](const auto& call) {
                    return join(api, call);
                }});
    router.add({"POST", "/api/v1/emails/confirmations", Anyone, "", [api](const auto& call) {
                    return send_again(api, call);
                }});
}

} // namespace api
