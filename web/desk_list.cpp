#include "web/desk_list.h"

#include "base/uri.h"

namespace web {

std::string link_to(std::string_view path,
                    std::initializer_list<std::pair<std::string_view, std::string>> fields) {
    std::string link(path);
    char before = '?';
    for (const auto& [name, value] : fields) {
        if (value.empty()) continue;
        link += before;
        link += name;
        link += '=';
        link += percent_encode(value);
        before = '&';
    }
    return link;
}

} // namespace web
