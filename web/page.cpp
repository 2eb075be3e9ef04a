#include "web/page.h"

#include "base/crypto.h"
#include "base/embedded.h"
#include "base/uri.h"
#include "members/sessions.h"
#include "web/desk.h"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace web {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

std::string_view find_template(std::string_view name) {
    const auto files = templates();
    const auto found = std::ranges::find(files, name, &Embedded::name);
    if (found == files.end()) throw std::logic_error(fmt::format("no template {}", name));
    return found->text;
}

data to_mustache(const Json& value) {
    switch (value.type()) {
    case Json::value_t::object: {
        data object(data::type::object);
        for (const auto& [name, member] : value.items())
            object.set(name, to_mustache(member));
        return object;
    }
    case Json::value_t::array: {
        data list(data::type::list);
        for (const auto& entry : value)
            list.push_back(to_mustache(entry));
        return list;
    }
    case Json::value_t::string: {
        // An empty text hides its section, as an absent one does.
        const auto& text = value.get_ref<const std::string&>();
        return text.empty() ? data(false) : data(text);
    }
    case Json::value_t::boolean:
        return data(value.get<bool>());
    case Json::value_t::null:
        return data(false);
    default:
        return data(value.dump());
    }
}

std::string render(std::string_view view, const Json& values) {
    mustache parsed{std::string(find_template(view))};
    if (!parsed.is_valid()) throw std::logic_error(parsed.error_message());
    return parsed.render(to_mustache(values));
}

/// A file for all pages, and what names its present content.
struct Asset {
    std::string_view name;
    std::string_view media_type;
};
constexpr std::array assets{
    Asset{"style.css", "text/css; charset=utf-8"},
    Asset{"icon.svg", "image/svg+xml"},
};

std::string version_of(std::string_view name) {
    constexpr std::size_t enough = 12;
    return crypto::hex(crypto::sha256(find_template(name))).substr(0, enough);
}

std::string asset_url(std::string_view name) {
    return fmt::format("/assets/{}?v={}", name, version_of(name));
}

std::string policy_for(const Page& page) {
    return fmt::format(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{}{}; "
        "base-uri 'none'; frame-ancestors 'none'",
        page.form_target.empty() ? "" : " ",
        page.form_target);
}

} // namespace

http::Response render_page(const Instance& instance, const http::Call& call, const Page& page) {
    const bool is_signed_in = static_cast<bool>(call.caller.account);
    auto values = page.data;
    values["instance"] = instance.title;
    values["form_token"] = members::form_token(instance, call.request);
    const Json frame{
        {"title", page.title},
        {"instance", instance.title},
        {"stylesheet", asset_url("style.css")},
        {"icon", asset_url("icon.svg")},
        {"alternate", page.alternate},
        {"is_signed_in", is_signed_in},
        {"desk", desk_links(call)},
        {"form_token", is_signed_in ? values["form_token"] : Json("")},
        {"content", render(fmt::format("{}.mustache", page.view), values)},
    };
    auto response = http::html_response(render("frame.mustache", frame), page.status);
    auto& headers = response.headers;
    headers.set("Content-Security-Policy", policy_for(page));
    headers.set("X-Frame-Options", "DENY");
    headers.set("X-Robots-Tag", "noindex, nofollow, noarchive");
    // Not "no-referrer": with it browsers hide the Origin of our own forms. And no
    // Cross-Origin-Opener-Policy: some clients wait in the window that opened the consent page.
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Cache-Control",
                page.is_private || is_signed_in ? "private, no-store" : "no-cache");
    headers.add_vary("Cookie");
    return response;
}

http::Response render_notice(const Instance& instance,
                             const http::Call& call,
                             const Notice& notice) {
    return render_page(instance,
                       call,
                       {.view = "notice",
                        .title = notice.title,
                        .data = {{"title", notice.title},
                                 {"text", notice.text},
                                 {"link", notice.link},
                                 {"link_text", notice.link_text}},
                        .status = notice.status});
}

Result<http::Response> serve_asset(const http::Call& call) {
    const auto* const asset = std::ranges::find(assets, call.param("name"), &Asset::name);
    if (asset == assets.end()) return Error{Error::Kind::NotFound, "no such asset"};
    const auto version = version_of(asset->name);
    const auto tag = fmt::format("\"{}\"", version);
    http::Response response;
    if (call.request.headers.get("If-None-Match") == tag) {
        response.status = 304;
    } else {
        response.body = find_template(asset->name);
        response.headers.set("Content-Type", std::string(asset->media_type));
    }
    // Under its version's name it never changes.
    const bool is_exact = call.form.text("v") == version;
    response.headers.set("Cache-Control",
                         is_exact ? "public, max-age=31536000, immutable" : "public, max-age=300");
    response.headers.set("ETag", tag);
    return response;
}

std::string local_path(std::string_view wanted, std::string_view fallback) {
    constexpr std::size_t max_bytes = 8'000;
    const bool is_local =
        wanted.size() <= max_bytes && wanted.starts_with('/') && !wanted.starts_with("//") &&
        std::ranges::all_of(wanted,
                            [](unsigned char c) { return c > ' ' && c != 0x7f && c != '\\'; });
    return std::string(is_local ? wanted : fallback);
}

} // namespace web
