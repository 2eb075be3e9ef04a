#include "mail/letters.h"

#include "base/embedded.h"
#include "base/text.h"
#include "base/uri.h"
#include "db/accounts.h"
#include "db/leaver_keys.h"
#include "db/notifications.h"
#include "db/users.h"
#include "members/leaving.h"
#include "members/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace mail {
namespace {

constexpr auto names = std::to_array<std::string_view>({"confirm",
                                                        "reset_password",
                                                        "new_sign_in",
                                                        "approved",
                                                        "sanction",
                                                        "sanction_lifted",
                                                        "digest",
                                                        "private_address",
                                                        "leaver",
                                                        "stay_answer",
                                                        "posts_read",
                                                        "appeal_decided",
                                                        "vouch_asked",
                                                        "vouch_frozen",
                                                        "vouch_ends",
                                                        "vouch_short",
                                                        "report_decided",
                                                        "cases_late",
                                                        "attestation_surge",
                                                        "approval_asked",
                                                        "alarm",
                                                        "recalled",
                                                        "slow_down"});
constexpr std::size_t max_value = 6'000;

std::string_view find_template(Letter letter) {
    const auto name = std::string(to_string(letter)) + ".txt";
    const auto files = templates();
    const auto found = std::ranges::find(files, name, &Embedded::name);
    if (found == files.end()) throw std::logic_error("mail: no template " + name);
    return found->text;
}

std::string fill(std::string_view text, const Values& values) {
    std::string filled;
    while (!text.empty()) {
        const auto open = std::min(text.find("{{"), text.size());
        filled += text.substr(0, open);
        text.remove_prefix(open);
        if (text.empty()) break;
        const auto close = text.find("}}");
        if (close == std::string_view::npos) throw std::logic_error("mail: a template's {{");
        const auto value = values.find(text.substr(2, close - 2));
        if (value != values.end()) filled += value->second;
        text.remove_prefix(close + 2);
    }
    return filled;
}

std::string link(const Writer& writer,
                 std::string_view path,
                 members::LinkPurpose purpose,
                 const db::User& user,
                 Time now) {
    return fmt::format("{}{}?token={}",
                       writer.instance.origin,
                       path,
                       members::make_link_token(writer.link_key, purpose, user, now));
}

/// Adds what this letter tells. False: there is nothing to tell any more.
bool add_values(db::Tx& tx,
                const Writer& writer,
                Letter letter,
                const db::User& user,
                Time now,
                Values& values) {
    switch (letter) {
    case Letter::Confirm:
        values["link"] = link(writer, "/confirm-email", members::LinkPurpose::Confirm, user, now);
        return !user.is_confirmed;
    case Letter::ResetPassword:
        values["link"] =
            link(writer, "/reset-password", members::LinkPurpose::ResetPassword, user, now);
        return true;
    case Letter::Digest: {
        const auto news = db::users::count_news(tx, user.account);
        values["mentions"] = std::to_string(news.mentions);
        values["followers"] = std::to_string(news.followers);
        values["others"] = std::to_string(news.others);
        return news.mentions + news.followers + news.others > 0;
    }
    case Letter::PrivateAddress:
        values["link"] = members::private_address_link(
            writer.instance.origin, writer.link_key, db::leaver_keys::find(tx, user.account), now);
        return true;
    case Letter::Leaver: {
        const auto link =
            members::leaver_link(tx, writer.instance.origin, writer.link_key, user.account, now);
        if (!link) return false;
        values["link"] = link->url;
        values["until"] = format_date(link->until);
        return true;
    }
    case Letter::Sanction:
        values["appeal"] = members::appeal_link(
            writer.instance.origin, writer.link_key, user.account, values["strike"], now);
        return true;
    case Letter::AppealDecided:
    case Letter::StayAnswer:
    case Letter::ApprovalAsked:
    case Letter::NewSignIn:
    case Letter::Approved:
    case Letter::SanctionLifted:
    case Letter::PostsRead:
    case Letter::VouchAsked:
    case Letter::VouchFrozen:
    case Letter::VouchEnds:
    case Letter::VouchShort:
    case Letter::ReportDecided:
    case Letter::CasesLate:
    case Letter::AttestationSurge:
    case Letter::Alarm:
    case Letter::Recalled:
    case Letter::SlowDown:
        return true;
    }
    return false;
}

/// Where it goes; "": nowhere. Who left is written to at the private address and at no other.
std::string address_for(db::Tx& tx, Letter letter, const db::User& user) {
    switch (letter) {
    case Letter::PrivateAddress:
        if (user.state != db::MemberState::Active) return "";
        return db::leaver_keys::find(tx, user.account).wanted_email;
    case Letter::Leaver:
        if (user.state != db::MemberState::Left) return "";
        return db::leaver_keys::find(tx, user.account).email;
    case Letter::StayAnswer:
        if (user.state == db::MemberState::Deleted) return "";
        return db::leaver_keys::find(tx, user.account).email;
    case Letter::Sanction:
    case Letter::SanctionLifted:
    case Letter::AppealDecided:
    case Letter::PostsRead:
        if (user.state == db::MemberState::Left)
            return db::leaver_keys::find(tx, user.account).email;
        break;
    default:
        break;
    }
    if (user.state == db::MemberState::Deleted || user.state == db::MemberState::Left) return "";
    // Nothing but the request to confirm it goes to an address that may be somebody else's.
    return letter == Letter::Confirm || user.is_confirmed ? user.email : "";
}

} // namespace

std::string_view to_string(Letter letter) {
    return names[static_cast<std::size_t>(letter)];
}

std::optional<Letter> parse_letter(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<Letter>(i);
    }
    return std::nullopt;
}

std::vector<std::string> letter_names() {
    return {names.begin(), names.end()};
}

std::optional<Message> write(
    db::Tx& tx, const Writer& writer, Letter letter, AccountId to, Values values, Time now) {
    const auto user = db::users::find(tx, to);
    const auto account = db::accounts::find(tx, to);
    if (!user || !account) return std::nullopt;
    const auto address = address_for(tx, letter, *user);
    if (address.empty()) return std::nullopt;
    for (auto& [name, value] : values)
        value = clean_text(value, max_value, Lines::Keep);
    values["instance"] = clean_text(writer.instance.title, max_value);
    values["origin"] = writer.instance.origin;
    values["username"] = account->username;
    values["handle"] = "@" + account->username + "@" + writer.instance.handle_host;
    values["contact"] = writer.instance.contact_email.empty() ? "your administrator"
                                                              : writer.instance.contact_email;
    if (!add_values(tx, writer, letter, *user, now, values)) return std::nullopt;

    // The first line is the subject, the second is empty.
    const auto text = find_template(letter);
    const auto line_end = text.find('\n');
    constexpr std::string_view subject = "Subject: ";
    return Message{.from_name = values["instance"],
                   .from = writer.from,
                   .to = address,
                   .subject = fill(text.substr(subject.size(), line_end - subject.size()), values),
                   .text = fill(text.substr(line_end + 2), values),
                   .id = fmt::format("letter@{}", writer.instance.handle_host),
                   .date = now};
}

} // namespace mail
