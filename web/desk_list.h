#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the desk's long lists have in common: fifty rows, and a link to the next ones.
namespace web {

constexpr int desk_rows = 50;

/// "/admin/audit?actor=ada&below=7"; fields without a value are left out.
std::string link_to(std::string_view path,
                    std::initializer_list<std::pair<std::string_view, std::string>> fields);

/// Drops what stands beyond a page. Whether there was something: lists are asked for one row more
/// than is shown.
template <typename Row>
bool cut_to_page(std::vector<Row>& rows) {
    const bool is_more = rows.size() > desk_rows;
    if (is_more) rows.resize(desk_rows);
    return is_more;
}

} // namespace web
