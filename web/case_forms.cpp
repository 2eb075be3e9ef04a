#include "web/case_forms.h"

#include "outbox/case_posts.h"
#include "outbox/cases.h"
#include "outbox/moderate.h"

namespace web {
namespace {

constexpr std::chrono::hours longest_break{183 * 24};
constexpr std::size_t date_length = 10;

/// An act on the account; it closes the case.
Result<Done> act(db::Tx& tx,
                 const outbox::Acting& acting,
                 const db::Case& one,
                 const http::Form& form) {
    const auto sanction = outbox::parse_sanction(form.text("sanction"));
    const auto reports = db::reports::list_of_case(tx, one.id, 1);
    if (!sanction || reports.empty() || one.closed_at)
        return Error{Error::Kind::Unprocessable, "sanction", "Choose what to do."};
    return outbox::sanction(tx,
                            acting,
                            {.target = one.target,
                             .sanction = *sanction,
                             .text = form.text("text"),
                             .report = reports.front().id});
}

/// An act on one of its posts; it closes the case, too.
Result<Done> act_on_post(db::Tx& tx,
                         const outbox::Acting& acting,
                         const db::Case& one,
                         const http::Form& form) {
    const auto post = parse_id(form.text("post"));
    if (!post) return Error{Error::Kind::Unprocessable, "post", "Choose a post."};
    return outbox::act_on_case_post(tx,
                                    acting,
                                    one.id,
                                    {.status = StatusId{*post},
                                     .measure = form.text("measure"),
                                     .label = form.text("label"),
                                     .text = form.text("text"),
                                     .answer = form.text("answer")});
}

std::optional<Time> read_date(std::string_view text) {
    if (text.size() != date_length) return std::nullopt;
    return parse_iso8601(std::string(text) + "T00:00:00Z");
}

} // namespace

Result<Done> apply_case_form(db::Tx& tx,
                             const outbox::Acting& acting,
                             const db::Case& one,
                             const http::Form& form) {
    const auto wanted = form.text("do");
    if (wanted == "assign") return outbox::assign_case(tx, acting, one.id);
    if (wanted == "unassign") return outbox::unassign_case(tx, acting, one.id);
    if (wanted == "urgent") return outbox::mark_case_urgent(tx, acting, one.id);
    if (wanted == "note") return outbox::note_on_case(tx, acting, one.id, form.text("text"));
    if (wanted == "forward")
        return outbox::forward_case(
            tx, acting, one.id, {.comment = form.text("text"), .clause = form.text("clause")});
    if (wanted == "act") return act(tx, acting, one, form);
    if (wanted == "post") return act_on_post(tx, acting, one, form);
    if (wanted == "reopen") return outbox::reopen_case(tx, acting, one.id);
    if (wanted == "close")
        return outbox::close_case(
            tx, acting, one.id, {.outcome = form.text("outcome"), .note = form.text("text")});
    return Error{Error::Kind::Unprocessable, "no such form", "Choose what to do."};
}

Result<Done> apply_break_form(db::Tx& tx, const outbox::Acting& acting, const http::Form& form) {
    if (const auto gone = form.text("remove"); !gone.empty()) {
        db::cases::remove_break(tx, gone);
        outbox::audit(tx, acting, "calendar.remove", acting.instance.host, gone);
        return Done{};
    }
    const auto first = read_date(form.text("first"));
    const auto last = read_date(form.text("last"));
    if (!first || !last || *last < *first || *last - *first > longest_break)
        return Error{Error::Kind::Unprocessable,
                     "dates of a break",
                     "Give the first and the last day, at most half a year apart."};
    const db::SchoolBreak days{.first_day = form.text("first"), .last_day = form.text("last")};
    db::cases::insert_break(tx, days);
    outbox::audit(
        tx, acting, "calendar.add", acting.instance.host, days.first_day + " to " + days.last_day);
    return Done{};
}

} // namespace web
