#pragma once

#include "base/id.h"
#include "base/time.h"
#include "db/page.h"
#include "db/tx.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace db {

using CaseId = Id<struct CaseTag>;

/// A row of `reports`: by one of our members, or by another server.
struct Report {
    ReportId id{};
    AccountId target{};
    AccountId reporter{}; ///< 0: a server, named by `host`.
    std::string host{};
    std::string uri{};
    std::string comment{};
    std::vector<StatusId> statuses{};
    std::string category = "other";
    bool forwarded = false; ///< It left the house.
    Time created_at{};
    std::optional<Time> resolved_at{};
    AccountId resolved_by{};
    AccountId assigned{}; ///< The moderator who deals with it.
    Time updated_at{};
    CaseId of_case{};          ///< db/cases.h
    AccountId sender{};        ///< Who signed another server's Flag.
    std::string clause{};      ///< Of the covenant, as another server's Flag says.
    std::string sender_case{}; ///< The number that the server which sent it gave it.
    bool content_kept = false; ///< That server keeps copies of the posts.
    bool asks_forward = false; ///< The reporter would have it sent on; a moderator decides.
};

} // namespace db

namespace db::reports {

ReportId insert(Tx& tx, const Report& report);
std::optional<Report> find(Tx& tx, ReportId id);

/// Which reports; 0: whoever.
struct Filter {
    bool resolved = false;
    AccountId reporter{};
    AccountId target{};
    AccountId not_about{};       ///< Nobody reads who reported them.
    AccountId looked_after_by{}; ///< A moderator of schools: about whom they look after.
    Time today{};                ///< For it.
};
std::vector<Report> list(Tx& tx, const Filter& filter, const Page& page);

// Each says when.
void set_category(Tx& tx, ReportId id, std::string_view category, Time at);
void resolve(Tx& tx, ReportId id, AccountId moderator, Time at);
/// All open ones of the case.
void resolve_case(Tx& tx, CaseId of_case, AccountId moderator, Time at);
void reopen_case(Tx& tx, CaseId of_case, Time at);
void assign_case(Tx& tx, CaseId of_case, AccountId moderator, Time at);
void mark_forwarded(Tx& tx, CaseId of_case, Time at);
void set_case(Tx& tx, ReportId id, CaseId of_case);
/// By that member, newest first.
std::vector<Report> list_by(Tx& tx, AccountId reporter, int limit);
/// Oldest first.
std::vector<Report> list_of_case(Tx& tx, CaseId of_case, int limit);

/// Whether `host` reported `target` since then: one a day is taken (PROTOCOL section 21).
bool exists_since(Tx& tx, std::string_view host, AccountId target, Time since);

} // namespace db::reports
