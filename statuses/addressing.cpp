#include "statuses/addressing.h"

#include "federation/activity.h"

#include <algorithm>

namespace statuses {

Addressing address(db::Visibility visibility,
                   std::string_view followers_uri,
                   const std::vector<std::string>& mentioned) {
    const std::string everybody(federation::public_collection);
    const std::string followers(followers_uri);
    Addressing result;
    switch (visibility) {
    case db::Visibility::Public:
        result.to = {everybody};
        result.cc = {followers};
        break;
    case db::Visibility::Unlisted:
        result.to = {followers};
        result.cc = {everybody};
        break;
    case db::Visibility::Private:
        result.to = {followers};
        break;
    case db::Visibility::Direct:
    case db::Visibility::Limited:
        break;
    }
    const bool is_for_people_only = result.to.empty();
    auto& people = is_for_people_only ? result.to : result.cc;
    for (const std::string& uri : mentioned) {
        if (std::ranges::find(people, uri) == people.end()) people.push_back(uri);
    }
    return result;
}

} // namespace statuses
