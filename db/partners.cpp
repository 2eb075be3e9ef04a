#include "db/partners.h"

#include "db/query.h"

namespace db {

// As commercial_label() of migration 0350.
constexpr std::string_view labels[] = {"[Commercial partner] ", "[Stopped commercial partner] "};

std::optional<CommercialMark> mark_of(const Account& account) {
    if (account.fields.empty() || !account.fields.front().is_object()) return std::nullopt;
    const auto found = account.fields.front().find("commercial");
    if (found == account.fields.front().end() || !found->is_object()) return std::nullopt;
    return CommercialMark{.organisation = found->value("id", ""),
                          .name = found->value("name", ""),
                          .text = found->value("text", ""),
                          .stopped = found->value("stopped", false)};
}

std::string without_label(std::string_view name) {
    for (bool again = true; again;) {
        again = false;
        for (const auto label : labels) {
            if (!name.starts_with(label)) continue;
            name.remove_prefix(label.size());
            again = true;
        }
    }
    return std::string(name);
}

} // namespace db

namespace db::partners {
namespace {

constexpr auto update_mark = R"sql(
    UPDATE accounts SET commercial = $2 WHERE id = $1 AND commercial IS DISTINCT FROM $2
)sql";
constexpr auto insert_one = R"sql(
    INSERT INTO partners (account_id, name, name_key, website, sponsor_id, until,
        weekly_posts, weekly_mentions, added_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)sql";
constexpr auto select_one = R"sql(
    SELECT account_id, name, name_key, website, sponsor_id, until, weekly_posts,
        weekly_mentions, added_by, ended_at
    FROM partners WHERE account_id = $1
)sql";
constexpr auto select_all = R"sql(
    SELECT account_id, name, name_key, website, sponsor_id, until, weekly_posts,
        weekly_mentions, added_by, ended_at
    FROM partners ORDER BY account_id DESC
)sql";
constexpr auto select_due = R"sql(
    SELECT account_id FROM partners WHERE ended_at IS NULL AND until <= $1 ORDER BY account_id
)sql";
constexpr auto update_ended = "UPDATE partners SET ended_at = $2 WHERE account_id = $1";
constexpr auto update_renewed = R"sql(
    UPDATE partners SET sponsor_id = $2, until = $3, weekly_posts = $4, weekly_mentions = $5,
        ended_at = NULL
    WHERE account_id = $1
)sql";
constexpr auto insert_one_person =
    "INSERT INTO partner_people (account_id, partner_id) VALUES ($1, $2)";
constexpr auto select_person =
    "SELECT account_id, partner_id, removed_at FROM partner_people WHERE account_id = $1";
constexpr auto select_people = R"sql(
    SELECT account_id, partner_id, removed_at FROM partner_people WHERE partner_id = $1
    ORDER BY account_id
)sql";
constexpr auto update_removed = "UPDATE partner_people SET removed_at = $2 WHERE account_id = $1";
constexpr auto select_sent = R"sql(
    SELECT coalesce(sum(posts), 0), coalesce(sum(mentions), 0) FROM partner_posts
    WHERE organisation = $1 AND at > $2
)sql";
constexpr auto insert_sent = R"sql(
    INSERT INTO partner_posts (organisation, at, posts, mentions) VALUES ($1, $2, $3, $4)
)sql";
constexpr auto delete_sent = "DELETE FROM partner_posts WHERE at < $1";

Partner read(Columns c) {
    Partner partner;
    partner.account = c.id<AccountId>();
    partner.name = c.text();
    partner.name_key = c.text();
    partner.website = c.text();
    partner.sponsor = c.id<AccountId>();
    partner.until = c.time();
    partner.weekly_posts = c.small();
    partner.weekly_mentions = c.small();
    partner.added_by = c.text();
    partner.ended_at = c.maybe_time();
    return partner;
}

PartnerPerson read_person(Columns c) {
    PartnerPerson person;
    person.account = c.id<AccountId>();
    person.partner = c.id<AccountId>();
    person.removed_at = c.maybe_time();
    return person;
}

} // namespace

void set_mark(Tx& tx, AccountId account, const std::optional<CommercialMark>& mark) {
    std::optional<std::string> written;
    if (mark) {
        written = dump_json({{"id", mark->organisation},
                             {"name", mark->name},
                             {"text", mark->text},
                             {"stopped", mark->stopped}});
    }
    exec(tx, update_mark, account, written);
}

void insert(Tx& tx, const Partner& partner) {
    exec(tx,
         insert_one,
         partner.account,
         partner.name,
         partner.name_key,
         partner.website,
         or_null(partner.sponsor),
         partner.until,
         partner.weekly_posts,
         partner.weekly_mentions,
         partner.added_by);
}

std::optional<Partner> find(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_one, account), read);
}

std::vector<Partner> list(Tx& tx) {
    return rows_of(exec(tx, select_all), read);
}

std::vector<AccountId> list_due(Tx& tx, Time now) {
    return ids_of<AccountId>(exec(tx, select_due, now));
}

void set_ended(Tx& tx, AccountId account, Time now) {
    exec(tx, update_ended, account, now);
}

void renew(Tx& tx, const Partner& partner) {
    exec(tx,
         update_renewed,
         partner.account,
         or_null(partner.sponsor),
         partner.until,
         partner.weekly_posts,
         partner.weekly_mentions);
}

void insert_person(Tx& tx, AccountId account, AccountId partner) {
    exec(tx, insert_one_person, account, partner);
}

std::optional<PartnerPerson> find_person(Tx& tx, AccountId account) {
    return first_of(exec(tx, select_person, account), read_person);
}

std::vector<PartnerPerson> list_people(Tx& tx, AccountId partner) {
    return rows_of(exec(tx, select_people, partner), read_person);
}

void set_removed(Tx& tx, AccountId account, Time now) {
    exec(tx, update_removed, account, now);
}

Sent sent(Tx& tx, std::string_view organisation, Time since) {
    const auto rows = exec(tx, select_sent, organisation, since);
    Columns c(rows.front());
    Sent sum;
    sum.posts = c.number();
    sum.mentions = c.number();
    return sum;
}

void note_sent(Tx& tx, std::string_view organisation, const Sent& what, Time at) {
    exec(tx, insert_sent, organisation, at, what.posts, what.mentions);
}

void remove_sent_before(Tx& tx, Time limit) {
    exec(tx, delete_sent, limit);
}

} // namespace db::partners
