#pragma once

#include "base/result.h"
#include "http/router.h"

namespace http {

/// Fills in who calls, or says why nobody may. Every row's access is answered here; there is no
/// default.
///
/// Errors: Unauthorized, Forbidden (scope, a form of another site), Unprocessable (an app's token
/// where a member's is needed), those of `recognise`.
Result<Done> check_access(const Route& route, const Recognise& recognise, Call& call);

/// Off to the sign-in page, and back to the same path afterwards.
Response redirect_to_sign_in(const Request& request);

} // namespace http
