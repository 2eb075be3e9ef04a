#include "members/papers.h"

#include "base/html.h"

#include <fmt/format.h>

namespace members {

std::string usual_privacy_policy(const Instance& instance) {
    const auto contact = instance.contact_email.empty()
                             ? std::string("the people who run this server")
                             : escape_html(instance.contact_email);
    return fmt::format(
        "<p>{0} keeps what its members write, whom they follow, and what other servers that it "
        "speaks with send to it. Passwords and access keys are stored as one-way hashes. It sends "
        "posts to other servers only as their visibility says, sets one cookie for the time of a "
        "sign-in, shows no advertising and measures nobody's reading.</p>"
        "<p>Links in posts are looked up by the server, so that readers' addresses are not told to "
        "the linked sites. Whoever runs the server can read everything in it, direct posts too. A "
        "member who deletes a post or the account has it removed here, and other servers are asked "
        "to do the same.</p>"
        "<p>Questions: {1}.</p>",
        escape_html(instance.title),
        contact);
}

} // namespace members
