#include "educators/findings.h"

#include "base/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace educators {
namespace {

using enum Severity;

constexpr FindingKind kinds[] = {
    // The package.
    {"zip-unreadable", Refusal, "is no ZIP that can be read", "export the package again"},
    {"zip-name",
     Refusal,
     "holds a path, a folder or a strange name",
     "put the CSV files at the top level of the ZIP"},
    {"zip-link",
     Refusal,
     "holds a link or something that is no file",
     "put plain files into the ZIP"},
    {"zip-twice", Refusal, "holds one name twice", "keep one of the two"},
    {"zip-many", Refusal, "holds more than 32 entries", "leave everything but the CSV files out"},
    {"zip-large",
     Refusal,
     "is more than 100 MB unpacked",
     "leave out the files that the manifest can call absent"},
    {"zip-ratio",
     Refusal,
     "is compressed more than a hundredfold, as no real roster is",
     "export the package again"},
    {"no-manifest", Refusal, "is missing", "every OneRoster package has a manifest.csv"},
    {"manifest-property",
     Refusal,
     "stands twice, or its value is unknown",
     "see the manifest's rows in the OneRoster standard"},
    {"version", Refusal, "is no version that can be read", "export OneRoster 1.1 or 1.2"},
    {"older-bulk",
     Refusal,
     "was taken before the last one that was applied",
     "import the newest package; --taken-at tells when it was taken"},
    {"modes",
     Refusal,
     "cannot be used with the other files' modes",
     "export users.csv and roles.csv both as bulk, or both as delta"},
    {"file-missing",
     Refusal,
     "is promised by the manifest, but is not there",
     "add the file, or call it absent"},
    {"file-empty", Refusal, "has a header and no rows", "call the file absent instead"},
    {"encoding", Refusal, "has bytes that are not UTF-8", "export as UTF-8"},
    {"line-break",
     Refusal,
     "has a line break inside a field, or a quote that is never closed",
     "take line breaks out of the fields and close all quotes"},
    {"quote",
     Refusal,
     "has a quote in the wrong place",
     "put quotes around the whole field and double those inside (RFC 4180)"},
    {"nul-byte", Refusal, "has a NUL byte", "export the file again"},
    {"header",
     Refusal,
     "does not stand at its place in the header",
     "use the header of the standard; own columns begin with metadata. and stand at the right"},
    {"header-twice", Refusal, "stands twice in the header", "name each column once"},
    // A service.
    {"service-away",
     Refusal,
     "did not answer, or asks for more patience than we have",
     "try again later; if it stays, ask whoever runs the service"},
    {"service-stopped", Refusal, "was not asked to the end: we are stopping", ""},
    {"service-refused",
     Refusal,
     "did not let us in",
     "check client id, secret and scope with whoever runs the service"},
    {"service-redirect",
     Refusal,
     "sends us to another host, where we do not go",
     "set roster.rest_url to where the service is now"},
    {"service-scope",
     Refusal,
     "gives us demographics, which we refuse to hold",
     "let it give this client roster-core.readonly only"},
    {"service-answer",
     Refusal,
     "gave an answer that is not OneRoster",
     "check roster.rest_url and roster.rest_version"},
    {"service-incomplete",
     Refusal,
     "sent other rows than it announced, so some may be missing",
     "try again; if it stays, tell whoever runs the service"},
    {"service-large", Refusal, "sent more than a roster can be", "check what the service sends"},
    {"service-unasked",
     Refusal,
     "sends students or families although only staff was asked for",
     "let the service filter by role; or switch roster.rest_students on, so that they may come"},
    // Rows.
    {"columns", Error, "has another number of columns than the header", "mend the row"},
    {"no-id", Error, "has no sourcedId", "give the row its id"},
    {"long-id",
     Error,
     "has a sourcedId of more than 255 bytes, which OneRoster does not allow",
     "give the row a shorter id"},
    {"status", Error, "is not active or tobedeleted", "write one of the two"},
    {"modified",
     Error,
     "is no time such as 2026-03-01T08:30:00.000Z, or lies ahead",
     "delta rows need the time of their change"},
    {"role",
     Error,
     "is no role of this version of OneRoster",
     "use the tokens of the standard, exactly"},
    {"role-type", Error, "is neither primary nor secondary", "use one of the two"},
    {"date", Error, "is no date such as 2026-08-01", "mend the date"},
    {"boolean", Error, "is neither true nor false", "use one of the two"},
    {"org-type", Error, "is no type of an org", "use the tokens of the standard, exactly"},
    {"org-unknown",
     Error,
     "names an org that is not among the orgs",
     "add the org, or correct the id"},
    {"no-org", Error, "names no org", "every person works at an org"},
    {"no-name", Error, "has neither a given nor a family name", "add the name"},
    {"user-unknown",
     Error,
     "is a role of a user who is not in users.csv",
     "add the user, or correct the id"},
    // Used all the same.
    {"boolean-case", Warning, "is not written true or false", "use small letters"},
    {"bulk-status", Warning, "must be blank in a bulk file", "leave it blank"},
    {"bulk-deleted",
     Warning,
     "is tobedeleted in a bulk file, so the row counts as not there",
     "leave the row out"},
    {"email", Warning, "is no mail address, so there is none", "mend the address"},
    {"no-username", Warning, "is blank", "add the user name"},
    {"role-extension",
     Warning,
     "is a role of your own vocabulary and gives no right here",
     "give staff a role of the standard"},
    {"no-role",
     Warning,
     "has no role that counts today, and no right here",
     "add a role, or correct its dates"},
    {"role-later", Note, "begins later; the person comes in then", ""},
    {"same-row", Warning, "repeats a row", "leave it out"},
    {"id-twice",
     Warning,
     "has the sourcedId of another row with other content; both are held",
     "give each its own id"},
    {"email-shared",
     Warning,
     "is the mail address of another member of staff; both are held",
     "give each an address of their own"},
    {"email-of-staff",
     Warning,
     "is the mail address of a member of staff, to whom it stays",
     "correct the address"},
    {"invisible", Warning, "has invisible characters, which are left out", "mend the name"},
    {"long", Warning, "is too long and is shortened", "shorten it"},
    {"older", Warning, "is older than what we know, and changes nothing", ""},
    {"unknown-deleted", Warning, "deletes somebody whom we do not know", ""},
    {"org-parent",
     Warning,
     "names a parent that is not in orgs.csv, or itself",
     "correct the parent"},
    {"manifest-unknown", Note, "is not known here and was not looked at", ""},
    {"not-read", Note, "is called absent and was not opened", ""},
};

constexpr std::size_t max_shown_of_a_kind = 100;
constexpr std::size_t max_value = 60;

} // namespace

const FindingKind& kind_of(std::string_view code) {
    const auto* const found = std::ranges::find(kinds, code, &FindingKind::code);
    if (found == std::end(kinds)) throw std::logic_error(fmt::format("no finding {}", code));
    return *found;
}

std::string_view to_string(Severity severity) {
    switch (severity) {
    case Note:
        return "note";
    case Warning:
        return "warning";
    case Error:
        return "error";
    case Refusal:
        return "refusal";
    }
    return "";
}

std::string describe(const Finding& finding) {
    const auto& kind = kind_of(finding.code);
    auto text = finding.file;
    const bool is_file = finding.file.ends_with(".csv");
    if (!finding.id.empty())
        text += ", " + shorten(drop_invisible(finding.id), max_value);
    else if (finding.line > 0)
        text += fmt::format(", {} {}", is_file ? "line" : "row", finding.line);
    if (!finding.column.empty()) text += fmt::format(", column {}", finding.column);
    text += ": ";
    if (!finding.value.empty())
        text += fmt::format("\"{}\" ", shorten(drop_invisible(finding.value), max_value));
    text += kind.what;
    if (!kind.remedy.empty()) text += fmt::format(" ({})", kind.remedy);
    return text;
}

void Findings::add(Finding finding) {
    if (++counts_[finding.code] > max_shown_of_a_kind) return;
    if (name_place_) name_place_(finding);
    list_.push_back(std::move(finding));
}

const Finding* Findings::refusal() const {
    const auto found = std::ranges::find_if(list_, [](const Finding& finding) {
        return kind_of(finding.code).severity == Severity::Refusal;
    });
    return found == list_.end() ? nullptr : &*found;
}

std::size_t Findings::count(Severity severity) const {
    std::size_t sum = 0;
    for (const auto& [code, count] : counts_)
        if (kind_of(code).severity == severity) sum += count;
    return sum;
}

} // namespace educators
