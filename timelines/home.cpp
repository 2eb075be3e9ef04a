#include "timelines/home.h"

#include "db/home_timeline.h"

#include <spdlog/spdlog.h>

namespace timelines {
namespace {

void forget_inactive(db::Pool& pool, Time now, HomeCheck& check) {
    db::Tx tx(pool);
    for (const auto member : db::home_timeline::forget_inactive(tx, now - kept_after_last_visit)) {
        db::home_timeline::remove_all(tx, member);
        ++check.forgotten;
    }
    tx.commit();
}

void check_home(db::Pool& pool, AccountId member, HomeCheck& check) {
    db::Tx tx(pool);
    check.added += db::home_timeline::add_missing(tx, member);
    check.removed += db::home_timeline::remove_excess(tx, member);
    tx.commit();
    ++check.members;
}

} // namespace

void ensure_home(db::Tx& tx, AccountId member) {
    if (db::home_timeline::is_kept(tx, member)) return;
    // Kept first: what is posted from now on arrives by fan-out.
    db::home_timeline::set_kept(tx, member, true);
    db::home_timeline::add_missing(tx, member);
}

void follow_began(db::Tx& tx, AccountId member, AccountId author) {
    // Boosts may have been hidden, or replies have come into sight: both directions are mended.
    db::home_timeline::remove_author(tx, member, author);
    db::home_timeline::add_author(tx, member, author);
}

void follow_ended(db::Tx& tx, AccountId member, AccountId author) {
    db::home_timeline::remove_author(tx, member, author);
}

void home_changed(db::Tx& tx, AccountId member) {
    if (!db::home_timeline::is_kept(tx, member)) return;
    db::home_timeline::add_missing(tx, member);
    db::home_timeline::remove_excess(tx, member);
}

void tag_follow_began(db::Tx& tx, AccountId member, TagId tag) {
    db::home_timeline::add_tag(tx, member, tag);
}

void tag_follow_ended(db::Tx& tx, AccountId member, TagId tag) {
    db::home_timeline::remove_tag(tx, member, tag);
}

HomeCheck check_homes(db::Pool& pool, Time now, const std::stop_token& stop) {
    constexpr int batch = 200;
    HomeCheck check;
    forget_inactive(pool, now, check);
    AccountId last{};
    while (!stop.stop_requested()) {
        std::vector<AccountId> members;
        {
            db::Tx tx(pool);
            members = db::home_timeline::list_kept(tx, last, batch);
        }
        if (members.empty()) break;
        for (const auto member : members) {
            if (stop.stop_requested()) break;
            check_home(pool, member, check);
        }
        last = members.back();
    }
    spdlog::info("timelines: checked homes members={} added={} removed={} forgotten={}",
                 check.members,
                 check.added,
                 check.removed,
                 check.forgotten);
    return check;
}

} // namespace timelines
