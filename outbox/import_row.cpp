#include "outbox/import_row.h"

#include "base/text.h"
#include "outbox/block.h"
#include "outbox/bookmark.h"
#include "outbox/domain_block.h"
#include "outbox/follow.h"
#include "outbox/mute.h"
#include "timelines/lists.h"

#include <algorithm>
#include <array>
#include <optional>

namespace outbox {
namespace {

constexpr int removals_at_once = 50;

std::optional<bool> flag_of(const db::ImportRow& row, std::size_t column) {
    if (column >= row.fields.size()) return std::nullopt;
    const auto text = ascii_lower(trim(row.fields[column]));
    if (text == "true" || text == "1" || text == "t" || text == "yes") return true;
    if (text == "false" || text == "0" || text == "f" || text == "no") return false;
    return std::nullopt;
}

bool is_language(std::string_view name) {
    return name.size() >= 2 && name.size() <= 8 && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
           });
}

std::optional<std::vector<std::string>> languages_of(const db::ImportRow& row) {
    constexpr std::size_t column = 3;
    constexpr std::size_t most = 20;
    if (column >= row.fields.size() || trim(row.fields[column]).empty()) return std::nullopt;
    std::vector<std::string> languages;
    std::string_view rest = row.fields[column];
    while (!rest.empty() && languages.size() < most) {
        const auto comma = rest.find(',');
        const auto name = trim(rest.substr(0, comma));
        if (is_language(name)) languages.emplace_back(name);
        rest.remove_prefix(comma == rest.npos ? rest.size() : comma + 1);
    }
    return languages;
}

Result<Done> apply_following(db::Tx& tx, const Acting& acting, const FoundRow& found) {
    return follow(tx,
                  acting,
                  found.account,
                  {.show_reblogs = flag_of(found.row, 1),
                   .notify = flag_of(found.row, 2),
                   .languages = languages_of(found.row)});
}

Result<Done> apply_block(db::Tx& tx, const Acting& acting, const FoundRow& found) {
    return block(tx, acting, found.account);
}

Result<Done> apply_mute(db::Tx& tx, const Acting& acting, const FoundRow& found) {
    return mute(
        tx, acting, found.account, {.hide_notifications = flag_of(found.row, 1).value_or(true)});
}

Result<Done> apply_domain_block(db::Tx& tx, const Acting& acting, const FoundRow& found) {
    return block_domain(tx, acting, found.row.subject);
}

Result<Done> apply_bookmark(db::Tx& tx, const Acting& acting, const FoundRow& found) {
    const auto marked = bookmark(tx, acting, found.status);
    if (!marked) return marked.error();
    return Done{};
}

// Only who is followed can stand on a list; as in Mastodon, the import follows.
Result<Done> apply_listed(db::Tx& tx, const Acting& acting, const FoundRow& found) {
    if (found.account != acting.account) {
        const auto followed = follow(tx, acting, found.account);
        if (!followed) return followed.error();
    }
    const std::string& title = found.row.fields.front();
    const auto lists = db::lists::list(tx, acting.account);
    const auto standing = std::ranges::find(lists, title, &db::List::title);
    const auto list = standing != lists.end()
                          ? Result<db::List>(*standing)
                          : timelines::make_list(tx, acting.account, {.title = title});
    if (!list) return list.error();
    return timelines::add_to_list(tx, *list, {found.account});
}

/// Whether any could be removed: what cannot must not be tried for ever.
template <typename Items, typename Remove>
bool remove_each(const Items& items, Remove remove) {
    bool is_any_gone = false;
    for (const auto& item : items)
        is_any_gone = static_cast<bool>(remove(item)) || is_any_gone;
    return is_any_gone;
}

bool remove_following(db::Tx& tx, const Acting& acting, const db::Import& import) {
    return remove_each(
        db::imports::excess_following(tx, import, acting.instance.handle_host, removals_at_once),
        [&](AccountId id) { return unfollow(tx, acting, id); });
}

bool remove_blocks(db::Tx& tx, const Acting& acting, const db::Import& import) {
    return remove_each(
        db::imports::excess_blocks(tx, import, acting.instance.handle_host, removals_at_once),
        [&](AccountId id) { return unblock(tx, acting, id); });
}

bool remove_mutes(db::Tx& tx, const Acting& acting, const db::Import& import) {
    return remove_each(
        db::imports::excess_mutes(tx, import, acting.instance.handle_host, removals_at_once),
        [&](AccountId id) { return unmute(tx, acting, id); });
}

bool remove_bookmarks(db::Tx& tx, const Acting& acting, const db::Import& import) {
    return remove_each(db::imports::excess_bookmarks(tx, import, removals_at_once),
                       [&](StatusId id) { return unbookmark(tx, acting, id); });
}

bool remove_domain_blocks(db::Tx& tx, const Acting& acting, const db::Import& import) {
    return remove_each(
        db::imports::excess_domains(tx, import, removals_at_once),
        [&](const std::string& domain) { return unblock_domain(tx, acting, domain); });
}

bool remove_listed(db::Tx& tx, const Acting& acting, const db::Import& import) {
    const auto remove_list = [&](db::ListId id) {
        const auto list = db::lists::find(tx, acting.account, id);
        if (list) timelines::remove_list(tx, *list);
        return list.has_value();
    };
    const auto remove_person = [&](const db::imports::ExcessListed& listed) {
        const auto list = db::lists::find(tx, acting.account, listed.list);
        if (list) timelines::remove_from_list(tx, *list, {listed.account});
        return list.has_value();
    };
    if (remove_each(db::imports::excess_lists(tx, import, removals_at_once), remove_list))
        return true;
    return remove_each(
        db::imports::excess_listed(tx, import, acting.instance.handle_host, removals_at_once),
        remove_person);
}

struct KindWork {
    std::string_view kind{};
    Result<Done> (*apply)(db::Tx&, const Acting&, const FoundRow&) = nullptr;
    bool (*remove)(db::Tx&, const Acting&, const db::Import&) = nullptr;
};

constexpr std::array work_of_kinds{
    KindWork{"following", apply_following, remove_following},
    KindWork{"lists", apply_listed, remove_listed},
    KindWork{"blocks", apply_block, remove_blocks},
    KindWork{"mutes", apply_mute, remove_mutes},
    KindWork{"domain_blocks", apply_domain_block, remove_domain_blocks},
    KindWork{"bookmarks", apply_bookmark, remove_bookmarks},
};

const KindWork* find_work(const db::Import& import) {
    const auto* const found = std::ranges::find(work_of_kinds, import.kind, &KindWork::kind);
    return found == work_of_kinds.end() ? nullptr : found;
}

} // namespace

Result<Done> apply_row(db::Tx& tx,
                       const Acting& acting,
                       const db::Import& import,
                       const FoundRow& found) {
    const auto* const work = find_work(import);
    if (work == nullptr) return Error{Error::Kind::Invalid, "import: unknown kind"};
    return work->apply(tx, acting, found);
}

bool remove_excess(db::Tx& tx, const Acting& acting, const db::Import& import) {
    const auto* const work = find_work(import);
    return work != nullptr && work->remove(tx, acting, import);
}

} // namespace outbox
