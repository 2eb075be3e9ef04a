#include "web/page.h"
#include "web/pages.h"

/// What newcomers accept, to read at any time.
namespace web {
namespace {

http::Response show(const WebDeps& deps,
                    const http::Call& call,
                    const std::string& title,
                    const std::string& text,
                    Time since) {
    const bool is_dated = since != Time{};
    return render_page(deps.instance,
                       call,
                       {.view = "paper",
                        .title = title,
                        .data = {{"heading", title},
                                 {"text", text},
                                 {"since", is_dated ? format_date(since) : ""},
                                 {"version", deps.papers.version}},
                        .is_private = false});
}

// GET /terms-of-service
Result<http::Response> terms(const WebDeps& deps, const http::Call& call) {
    const auto& papers = deps.papers;
    if (papers.terms.empty())
        return Error{Error::Kind::NotFound, "no terms", "This site has no terms of its own."};
    return show(deps, call, "Terms and rules", papers.terms, papers.terms_at);
}

// GET /privacy-policy
Result<http::Response> privacy(const WebDeps& deps, const http::Call& call) {
    return show(deps, call, "Privacy policy", deps.papers.privacy, deps.papers.privacy_at);
}

} // namespace

void add_paper_routes(http::Router& router, const WebDeps& deps) {
    using enum http::Access;
    router.add(page_route("GET", "/terms-of-service", OptionalSession, deps, terms));
    router.add(page_route("GET", "/privacy-policy", OptionalSession, deps, privacy));
}

} // namespace web
