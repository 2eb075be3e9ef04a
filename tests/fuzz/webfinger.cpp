// WebFinger both ways: the resource that others ask us for, and the documents that they answer.
#include "federation/webfinger.h"

#include "federation/nodeinfo.h"
#include "federation/uris.h"
#include "tests/fuzz/planted.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Instance instance{.origin = "https://district-b.example",
                                   .host = "district-b.example",
                                   .handle_host = "district-b.example"};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto handle = federation::parse_handle(text);
    require(!handle || federation::parse_handle(handle->text())->text() == handle->text());
    const auto query = federation::parse_webfinger_resource(instance, text);
    const bool is_account = query && query->kind == federation::WebfingerQuery::Kind::Account;
    require(!is_account || federation::is_username(query->name));
    federation::parse_local_uri(instance, text);
    const auto document = parse_json(text);
    if (!document) return 0;
    const auto answer = federation::parse_webfinger(*document);
    planted_bug(answer && answer->actors.size() > 1);
    (void)federation::parse_nodeinfo_links(*document, instance.origin);
    (void)federation::parse_nodeinfo(*document);
    return 0;
}
