#pragma once

#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "db/tx.h"

#include <pqxx/pqxx>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// How db/ runs SQL. Only files of db/ (and the database's own tests) include this.
namespace db {

/// One bound value in PostgreSQL's text form, or NULL.
class Param {
  public:
    // Implicit on purpose: arguments of exec() become parameters.
    Param(std::nullopt_t) {}
    Param(std::string text) : text_(std::move(text)) {}
    Param(std::string_view text) : text_(std::string(text)) {}
    Param(const char* text) : text_(text) {}
    template <typename T>
    requires std::is_same_v<T, bool> Param(T flag) : text_(flag ? "t" : "f") {}
    template <typename T>
    requires(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) Param(T number)
        : text_(std::to_string(number)) {}
    template <typename Tag>
    Param(Id<Tag> id) : text_(std::to_string(id.value)) {}
    Param(Time at) : text_(format_iso8601(at)) {}
    template <typename T>
    requires std::is_same_v<T, Json> Param(const T& json) : text_(dump_json(json)) {}
    template <typename T>
    Param(const std::optional<T>& value) {
        if (value) *this = Param(*value);
    }
    Param(const std::vector<std::string>& values);
    Param(const std::vector<std::int64_t>& values);
    template <typename Tag>
    Param(const std::vector<Id<Tag>>& ids) : Param(numbers(ids)) {}

    const char* text() const { return text_ ? text_->c_str() : nullptr; }

  private:
    template <typename Tag>
    static std::vector<std::int64_t> numbers(const std::vector<Id<Tag>>& ids) {
        std::vector<std::int64_t> values;
        values.reserve(ids.size());
        for (const auto id : ids)
            values.push_back(id.value);
        return values;
    }
    std::optional<std::string> text_;
};

/// An id that may be absent: 0 becomes NULL.
template <typename Tag>
std::optional<std::int64_t> or_null(Id<Tag> id) {
    if (!id) return std::nullopt;
    return id.value;
}
/// A text that may be absent: "" becomes NULL.
inline std::optional<std::string> or_null(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

/// Runs one statement as a named prepared statement of this connection. `sql` is a constant: its
/// address names it, so that it is parsed and planned once per connection.
pqxx::result run(Tx& tx, const char* sql, std::span<const Param> params);

/// Runs one statement; $1, $2, ... are bound to `args`.
/// Throws pqxx::sql_error when PostgreSQL refuses it, Unavailable when the connection broke.
template <typename... Args>
pqxx::result exec(Tx& tx, const char* sql, const Args&... args) {
    if constexpr (sizeof...(Args) == 0) {
        return run(tx, sql, {});
    } else {
        const Param params[] = {Param(args)...};
        return run(tx, sql, params);
    }
}

/// Reads the columns of a row from left to right, in the order of the SELECT list. Cheaper than
/// names, and the list of columns stands beside the reader.
class Columns {
  public:
    explicit Columns(const pqxx::row& row) : row_(row) {}

    std::string text(); ///< NULL is "".
    std::optional<std::string> maybe_text();
    bool flag();           ///< NULL is false.
    std::int64_t number(); ///< NULL is 0.
    int small() { return static_cast<int>(number()); }
    std::optional<std::int64_t> maybe_number();
    double real(); ///< NULL is 0.
    Time time();   ///< NULL is the epoch.
    std::optional<Time> maybe_time();
    Json json(); ///< NULL is null.
    std::vector<std::string> texts();
    std::vector<std::int64_t> numbers();
    /// NULL is 0.
    template <typename IdType>
    IdType id() {
        return IdType{number()};
    }
    template <typename IdType>
    std::vector<IdType> ids() {
        std::vector<IdType> values;
        for (const auto value : numbers())
            values.push_back(IdType{value});
        return values;
    }
    void skip() { ++next_; }

  private:
    pqxx::field next() { return row_[next_++]; }
    pqxx::row row_;
    pqxx::row::size_type next_ = 0;
};

/// The ids of the first column.
template <typename IdType>
std::vector<IdType> ids_of(const pqxx::result& rows) {
    std::vector<IdType> ids;
    ids.reserve(static_cast<std::size_t>(rows.size()));
    for (const auto& row : rows)
        ids.push_back(Columns(row).id<IdType>());
    return ids;
}

template <typename T>
std::vector<T> rows_of(const pqxx::result& rows, T (*read)(Columns)) {
    std::vector<T> values;
    values.reserve(static_cast<std::size_t>(rows.size()));
    for (const auto& row : rows)
        values.push_back(read(Columns(row)));
    return values;
}

template <typename T>
std::optional<T> first_of(const pqxx::result& rows, T (*read)(Columns)) {
    if (rows.empty()) return std::nullopt;
    return read(Columns(rows.front()));
}

} // namespace db
