#include "api/answer.h"

namespace api {

http::Response json_text_response(std::string text, int status) {
    http::Response response{.status = status};
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.body = std::move(text);
    return response;
}

std::string array_text(const std::vector<std::string>& entities) {
    std::size_t size = 2;
    for (const auto& entity : entities)
        size += entity.size() + 1;
    std::string text;
    text.reserve(size);
    text += '[';
    for (const auto& entity : entities) {
        if (text.size() > 1) text += ',';
        text += entity;
    }
    text += ']';
    return text;
}

http::Response array_response(const std::vector<std::string>& entities) {
    return json_text_response(array_text(entities));
}

void add_member(std::string& object, std::string_view name, std::string_view value) {
    object.pop_back();
    if (object.size() > 1) object += ',';
    object += '"';
    object += name;
    object += "\":";
    object += value;
    object += '}';
}

http::Response empty_response() {
    return json_text_response("{}");
}

Error unprocessable(std::string shown) {
    return {.kind = Error::Kind::Unprocessable, .detail = shown, .shown = std::move(shown)};
}

Error not_found(std::string detail) {
    return {.kind = Error::Kind::NotFound, .detail = std::move(detail)};
}

} // namespace api
