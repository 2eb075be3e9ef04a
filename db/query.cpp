#include "db/query.h"

#include "db/connection.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>

namespace db {
namespace {

std::string statement_name(const char* sql) {
    return fmt::format("s{:x}", reinterpret_cast<std::uintptr_t>(sql));
}

// PostgreSQL with TimeZone UTC writes "2026-03-01 08:30:00.123456+00".
Time parse_time(const char* text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int used = 0;
    if (std::sscanf(
            text, "%d-%u-%u %d:%d:%d%n", &year, &month, &day, &hour, &minute, &second, &used) < 6) {
        throw std::logic_error(fmt::format("not a timestamp of PostgreSQL: {}", text));
    }
    int milliseconds = 0;
    if (text[used] == '.') {
        int scale = 100;
        for (const char* digit = text + used + 1; *digit >= '0' && *digit <= '9'; ++digit) {
            milliseconds += (*digit - '0') * scale;
            scale /= 10;
        }
    }
    const std::chrono::year_month_day date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} + std::chrono::milliseconds{milliseconds};
}

template <typename Values, typename Write>
std::string array_text(const Values& values, Write&& write) {
    std::string text = "{";
    for (const auto& value : values) {
        if (text.size() > 1) text += ',';
        write(text, value);
    }
    text += '}';
    return text;
}

} // namespace

Param::Param(const std::vector<std::string>& values)
    : text_(array_text(values, [](std::string& text, const std::string& value) {
          text += '"';
          for (const char c : value) {
              if (c == '"' || c == '\\') text += '\\';
              text += c;
          }
          text += '"';
      })) {}

Param::Param(const std::vector<std::int64_t>& values)
    : text_(array_text(
          values, [](std::string& text, std::int64_t value) { text += std::to_string(value); })) {}

pqxx::result run(Tx& tx, const char* sql, std::span<const Param> params) {
    Tx::Work& work = tx.work();
    try {
        const auto name = statement_name(sql);
        if (!work.connection.prepared.contains(sql)) {
            work.connection.pqxx.prepare(name, sql);
            work.connection.prepared.insert(sql);
        }
#if PQXX_VERSION_MAJOR >= 7
        pqxx::params bound;
        for (const Param& param : params) {
            if (param.text() == nullptr)
                bound.append();
            else
                bound.append(std::string(param.text()));
        }
        return work.pqxx.exec_prepared(name, bound);
#else
        std::vector<const char*> bound;
        bound.reserve(params.size());
        for (const Param& param : params)
            bound.push_back(param.text());
        return work.pqxx.exec_prepared(name, pqxx::prepare::make_dynamic_params(bound));
#endif
    } catch (const pqxx::broken_connection& error) {
        work.connection.broken = true;
        throw Unavailable(error.what());
    } catch (const pqxx::sql_error& error) {
        // A database that shuts down (57P01 to 57P03) ends the connection; trying again is right.
        if (error.sqlstate().rfind("57P", 0) == 0) {
            work.connection.broken = true;
            throw Unavailable(error.what());
        }
        throw;
    }
}

std::string Columns::text() {
    return maybe_text().value_or("");
}

std::optional<std::string> Columns::maybe_text() {
    const auto field = next();
    if (field.is_null()) return std::nullopt;
    return std::string(field.c_str(), field.size());
}

bool Columns::flag() {
    const auto field = next();
    return !field.is_null() && field.c_str()[0] == 't';
}

std::int64_t Columns::number() {
    return maybe_number().value_or(0);
}

std::optional<std::int64_t> Columns::maybe_number() {
    const auto field = next();
    if (field.is_null()) return std::nullopt;
    std::int64_t value = 0;
    const char* end = field.c_str() + field.size();
    const auto [stopped, failure] = std::from_chars(field.c_str(), end, value);
    if (failure != std::errc{} || stopped != end) throw std::logic_error("not a number column");
    return value;
}

double Columns::real() {
    const auto field = next();
    if (field.is_null()) return 0;
    double value = 0;
    const char* end = field.c_str() + field.size();
    const auto [stopped, failure] = std::from_chars(field.c_str(), end, value);
    if (failure != std::errc{} || stopped != end) throw std::logic_error("not a number column");
    return value;
}

Time Columns::time() {
    return maybe_time().value_or(Time{});
}

std::optional<Time> Columns::maybe_time() {
    const auto field = next();
    if (field.is_null()) return std::nullopt;
    return parse_time(field.c_str());
}

Json Columns::json() {
    const auto field = next();
    if (field.is_null()) return nullptr;
    return Json::parse(field.c_str(), field.c_str() + field.size());
}

std::vector<std::string> Columns::texts() {
    const auto field = next();
    std::vector<std::string> values;
    if (field.is_null()) return values;
    pqxx::array_parser parser(field.c_str());
    for (auto item = parser.get_next(); item.first != pqxx::array_parser::done;
         item = parser.get_next()) {
        if (item.first == pqxx::array_parser::string_value) values.push_back(item.second);
    }
    return values;
}

std::vector<std::int64_t> Columns::numbers() {
    std::vector<std::int64_t> values;
    for (const auto& value : texts())
        values.push_back(std::stoll(value));
    return values;
}

} // namespace db
