#include "outbox/partner_label.h"

#include "base/html.h"
#include "db/partners.h"

#include <fmt/format.h>

namespace outbox {
namespace {

std::string label_of(const db::CommercialMark& mark) {
    return fmt::format("[Commercial partner: {}]", mark.name);
}

} // namespace

std::string with_label(const db::Account& author, std::string html) {
    const auto mark = db::mark_of(author);
    if (!mark) return html;
    return fmt::format("<p>{}</p>{}", escape_html(label_of(*mark)), html);
}

std::string warning_with_label(const db::Account& author, std::string warning) {
    const auto mark = db::mark_of(author);
    if (!mark || warning.empty()) return warning;
    const auto label = label_of(*mark) + " ";
    return warning.starts_with(label) ? warning : label + warning;
}

} // namespace outbox
