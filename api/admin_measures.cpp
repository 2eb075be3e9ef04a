#include "api/admin.h"
#include "api/answer.h"
#include "db/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// What moderators' dashboards show: measures over time, shares, and who of the newcomers stayed.
namespace api {
namespace {

using db::measures::About;
using db::measures::Span;

constexpr std::chrono::days most_days{366};
constexpr std::int64_t most_shares = 50;
constexpr std::size_t most_keys = 20;

/// The days from start_at to end_at, both counted. Errors: Unprocessable.
Result<Span> read_span(const http::Form& form) {
    const auto start = parse_iso8601(form.text("start_at"));
    const auto end = parse_iso8601(form.text("end_at"));
    if (!start || !end)
        return unprocessable("Validation failed: start_at and end_at must be dates");
    const auto first = std::chrono::floor<std::chrono::days>(*start);
    const auto last = std::chrono::floor<std::chrono::days>(*end);
    if (last < first || last - first > most_days) {
        return unprocessable("Validation failed: that span cannot be measured");
    }
    return Span{.start = first, .end = last + std::chrono::days{1}};
}

/// What the parameters of one key name: `tag_uses[id]`, `instance_accounts[domain]`.
About read_about(const http::Form& form, const std::string& key) {
    const auto of_key = form.child(key);
    return {.host = of_key.text("domain"), .tag = parse_id(of_key.text("id")).value_or(0)};
}

std::vector<std::string> read_keys(const http::Form& form) {
    auto keys = form.list("keys");
    if (keys.size() > most_keys) keys.resize(most_keys);
    return keys;
}

std::int64_t total_of(const std::vector<db::measures::DayCount>& days) {
    std::int64_t total = 0;
    for (const auto& day : days)
        total += day.value;
    return total;
}

Json measure_entity(const AdminCall& admin, const std::string& key, const Span& span) {
    const auto about = read_about(admin.call.form, key);
    const auto days = db::measures::count(admin.tx, key, span, about);
    if (!days) return nullptr;
    const Span before{.start = span.start - (span.end - span.start), .end = span.start};
    auto total = total_of(*days);
    auto previous = total_of(*db::measures::count(admin.tx, key, before, about));
    if (key == "active_users") {
        total = db::measures::count_active_users(admin.tx, span);
        previous = db::measures::count_active_users(admin.tx, before);
    }
    Json data = Json::array();
    for (Time day = span.start; day < span.end; day += std::chrono::days{1}) {
        const auto found = std::ranges::find(*days, day, &db::measures::DayCount::day);
        const auto value = found == days->end() ? 0 : found->value;
        data.push_back({{"date", format_iso8601(day)}, {"value", std::to_string(value)}});
    }
    return {{"key", key},
            {"unit", nullptr},
            {"total", std::to_string(total)},
            {"human_value", std::to_string(total)},
            {"previous_total", std::to_string(previous)},
            {"data", std::move(data)}};
}

// POST /api/v1/admin/measures, docs.joinmastodon.org/methods/admin/measures/. Keys that we do not
// know are left out, as Mastodon does.
Result<http::Response> show_measures(const AdminCall& admin) {
    const auto span = read_span(admin.call.form);
    if (!span) return span.error();
    Json entities = Json::array();
    for (const auto& key : read_keys(admin.call.form)) {
        auto entity = measure_entity(admin, key, *span);
        if (!entity.is_null()) entities.push_back(std::move(entity));
    }
    return http::json_response(entities);
}

std::string human_bytes(std::int64_t bytes) {
    constexpr std::array<std::string_view, 5> units{"B", "KB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return fmt::format("{:.3g} {}", value, units[unit]);
}

Json space_usage(const AdminCall& admin) {
    const auto bytes = db::measures::database_bytes(admin.tx);
    return {{{"key", "postgresql"},
             {"human_key", "PostgreSQL"},
             {"value", std::to_string(bytes)},
             {"unit", "bytes"},
             {"human_value", human_bytes(bytes)}}};
}

Json software_versions(const AdminCall& admin) {
    const auto& ours = admin.api.instance().version;
    const auto database = db::measures::database_version(admin.tx);
    return {
        {{"key", "staffroom"}, {"human_key", "Staffroom"}, {"value", ours}, {"human_value", ours}},
        {{"key", "postgresql"},
         {"human_key", "PostgreSQL"},
         {"value", database},
         {"human_value", database}}};
}

Json share_entities(const std::string& key,
                    const std::vector<db::measures::Share>& shares,
                    const Instance& instance) {
    Json entities = Json::array();
    for (const auto& share : shares) {
        auto human = share.key;
        // Ours have no host; who came by no app came by our own pages.
        if (human.empty() && key == "sources") human = "Website";
        if (human.empty() && key.ends_with("servers")) human = instance.handle_host;
        if (human.empty()) human = "und";
        entities.push_back({{"key", share.key.empty() ? human : share.key},
                            {"human_key", human},
                            {"value", std::to_string(share.value)}});
    }
    return entities;
}

Json dimension_data(const AdminCall& admin, const std::string& key, const Span& span, int limit) {
    if (key == "space_usage") return space_usage(admin);
    if (key == "software_versions") return software_versions(admin);
    const auto about = read_about(admin.call.form, key);
    const auto shares = db::measures::divide(admin.tx, key, span, about, limit);
    if (!shares) return nullptr;
    return share_entities(key, *shares, admin.api.instance());
}

// POST /api/v1/admin/dimensions, docs.joinmastodon.org/methods/admin/dimensions/
Result<http::Response> show_dimensions(const AdminCall& admin) {
    const auto& form = admin.call.form;
    const auto span = read_span(form);
    if (!span) return span.error();
    const auto limit = static_cast<int>(
        std::clamp<std::int64_t>(form.number("limit").value_or(10), 1, most_shares));
    Json entities = Json::array();
    for (const auto& key : read_keys(form)) {
        auto data = dimension_data(admin, key, *span, limit);
        if (!data.is_null()) entities.push_back({{"key", key}, {"data", std::move(data)}});
    }
    return http::json_response(entities);
}

// POST /api/v1/admin/retention, docs.joinmastodon.org/methods/admin/retention/
Result<http::Response> show_retention(const AdminCall& admin) {
    const auto& form = admin.call.form;
    const auto span = read_span(form);
    if (!span) return span.error();
    const auto frequency = form.text("frequency");
    if (frequency != "day" && frequency != "month") {
        return unprocessable("Validation failed: Frequency is not included in the list");
    }
    constexpr std::chrono::days most_single_days{93};
    if (frequency == "day" && span->end - span->start > most_single_days) {
        return unprocessable("Validation failed: that span cannot be measured by days");
    }
    Json cohorts = Json::array();
    std::optional<Time> last;
    for (const auto& row : db::measures::retention(admin.tx, *span, frequency)) {
        if (last != row.cohort) {
            cohorts.push_back({{"period", format_iso8601(row.cohort)},
                               {"frequency", frequency},
                               {"data", Json::array()}});
            last = row.cohort;
        }
        const double rate = row.joined == 0
                                ? 0.0
                                : static_cast<double>(row.active) / static_cast<double>(row.joined);
        cohorts.back()["data"].push_back({{"date", format_iso8601(row.period)},
                                          {"rate", rate},
                                          {"value", std::to_string(row.active)}});
    }
    return http::json_response(cohorts);
}

} // namespace

std::span<const AdminRow> admin_measure_rows() {
    using enum members::Permission;
    static constexpr std::array rows{
        AdminRow{"POST", "/api/v1/admin/measures", "admin:read", Moderate, show_measures},
        AdminRow{"POST", "/api/v1/admin/dimensions", "admin:read", Moderate, show_dimensions},
        AdminRow{"POST", "/api/v1/admin/retention", "admin:read", Moderate, show_retention},
    };
    return rows;
}

} // namespace api
