#include "outbox/serve_case.h"

#include "outbox/cases.h"

namespace outbox {

Result<http::Response> serve_case(db::Tx& tx, const ServeDeps& deps, const http::Call& call) {
    const Error no_case{Error::Kind::NotFound, "no such case"};
    const auto id = parse_id(call.param("id"));
    const auto report = id ? db::reports::find(tx, ReportId{*id}) : std::nullopt;
    // Numbers can be guessed; a case is for the server whose Flag it answers, and no member's.
    if (!report || report->host.empty() || !call.signer || call.signer->host != report->host)
        return no_case;
    const auto one = db::cases::find(tx, report->of_case);
    if (!one) return no_case;
    return answer(federation::render_case(shown_case(deps.instance, *report, *one)));
}

} // namespace outbox
