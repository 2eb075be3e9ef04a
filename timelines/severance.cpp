#include "timelines/severance.h"

#include "db/severances.h"
#include "timelines/live.h"

namespace timelines {

void sever_follows_with(db::Tx& tx, std::string_view host, Time now) {
    const auto severance = db::severances::insert_for_host(tx, host, now);
    if (severance) tell_of_notifications(tx, db::severances::notify(tx, *severance, now));
}

} // namespace timelines
