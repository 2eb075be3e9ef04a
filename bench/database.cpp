#include "bench/database.h"

#include <libpq-fe.h>

#include <stdexcept>

namespace bench {

Database::Database(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
}

std::string Database::run(const std::string& sql, const std::vector<std::string>& values) {
    std::vector<const char*> texts;
    for (const auto& value : values)
        texts.push_back(value.c_str());
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexecParams(connection_.get(),
                     sql.c_str(),
                     static_cast<int>(texts.size()),
                     nullptr,
                     texts.data(),
                     nullptr,
                     nullptr,
                     0),
        &PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

double Database::number(const std::string& sql, const std::vector<std::string>& values) {
    const auto text = run(sql, values);
    return text.empty() ? 0 : std::stod(text);
}

void Database::Close::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

} // namespace bench
