#include "outbox/export.h"

#include "base/csv.h"
#include "db/domain_blocks.h"
#include "db/exports.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace outbox {
namespace {

constexpr int part = 1'000;

using db::exports::Person;

template <typename Somebody>
std::string address_of(const Instance& instance, const Somebody& person) {
    return fmt::format(
        "{}@{}", person.username, person.domain.empty() ? instance.handle_host : person.domain);
}

const char* yes_or_no(bool flag) {
    return flag ? "true" : "false";
}

/// Names are their owners' to choose (ATTACKS H15).
std::string guarded_line(std::vector<std::string> fields) {
    for (std::string& field : fields)
        field = guard_formula(std::move(field));
    return csv_line(fields);
}

/// Every row of a list that is read in parts.
template <typename Load, typename Take>
void for_each(db::Tx& tx, AccountId account, Load load, Take take) {
    std::int64_t below = 0;
    for (;;) {
        const auto rows = load(tx, account, below, part);
        for (const auto& row : rows)
            take(row);
        if (std::ssize(rows) < part) return;
        below = rows.back().key;
    }
}

std::string render_following(db::Tx& tx, const Instance& instance, AccountId account) {
    std::string text = "Account address,Show boosts,Notify on new posts,Languages\n";
    for_each(tx, account, db::exports::following, [&](const Person& person) {
        text += guarded_line({address_of(instance, person),
                              yes_or_no(person.show_reblogs),
                              yes_or_no(person.notify),
                              fmt::format("{}", fmt::join(person.languages, ", "))});
    });
    return text;
}

std::string render_followers(db::Tx& tx, const Instance& instance, AccountId account) {
    std::string text = "Account address\n";
    for_each(tx, account, db::exports::followers, [&](const Person& person) {
        text += guarded_line({address_of(instance, person)});
    });
    return text;
}

std::string render_blocks(db::Tx& tx, const Instance& instance, AccountId account) {
    std::string text;
    for_each(tx, account, db::exports::blocks, [&](const Person& person) {
        text += guarded_line({address_of(instance, person)});
    });
    return text;
}

std::string render_mutes(db::Tx& tx, const Instance& instance, AccountId account) {
    std::string text = "Account address,Hide notifications\n";
    for_each(tx, account, db::exports::mutes, [&](const Person& person) {
        text += guarded_line({address_of(instance, person), yes_or_no(person.hide_notifications)});
    });
    return text;
}

std::string render_bookmarks(db::Tx& tx, const Instance&, AccountId account) {
    std::string text;
    for_each(tx, account, db::exports::bookmarks, [&](const db::exports::Post& post) {
        text += guarded_line({post.uri});
    });
    return text;
}

std::string render_lists(db::Tx& tx, const Instance& instance, AccountId account) {
    std::string text;
    for_each(tx, account, db::exports::listed, [&](const db::exports::Listed& listed) {
        text += guarded_line({listed.list, address_of(instance, listed)});
    });
    return text;
}

std::string render_domain_blocks(db::Tx& tx, const Instance&, AccountId account) {
    std::string text;
    db::Page page{.limit = part};
    for (;;) {
        const auto rows = db::domain_blocks::list(tx, account, page);
        for (const auto& row : rows)
            text += guarded_line({row.domain});
        if (std::ssize(rows) < part) return text;
        page.max = rows.back().id;
    }
}

constexpr std::array exports{
    CsvExport{"following_accounts.csv", "Accounts that you follow", render_following},
    CsvExport{"followers.csv", "Accounts that follow you", render_followers},
    CsvExport{"lists.csv", "Lists", render_lists},
    CsvExport{"blocked_accounts.csv", "Accounts that you block", render_blocks},
    CsvExport{"muted_accounts.csv", "Accounts that you mute", render_mutes},
    CsvExport{"blocked_domains.csv", "Servers that you block", render_domain_blocks},
    CsvExport{"bookmarks.csv", "Bookmarks", render_bookmarks},
};

} // namespace

std::span<const CsvExport> csv_exports() {
    return exports;
}

} // namespace outbox
