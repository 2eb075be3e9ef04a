#pragma once

#include "base/result.h"
#include "base/time.h"

#include <chrono>
#include <string>
#include <string_view>

namespace educators {

/// What attestations say of the district, and for how long they hold: the [district] part of the
/// configuration.
struct AttestationTerms {
    std::string region{}; ///< "US-CA" (ISO 3166-2); may be empty.
    std::chrono::month_day school_year_end{std::chrono::July / 31};
    std::chrono::days grace{31}; ///< Time for the new year's roster to come.
};

/// "07-31". Errors: Invalid (no such day in every year).
Result<std::chrono::month_day> parse_month_day(std::string_view text);

/// The first moment after the school year that `now` is in.
Time school_year_end(const AttestationTerms& terms, Time now);

} // namespace educators
