#include "outbox/collect.h"

#include "base/text.h"
#include "db/blocks.h"
#include "outbox/format.h"

#include <fmt/format.h>

namespace outbox {
namespace {

Error unprocessable(std::string text) {
    return {.kind = Error::Kind::Unprocessable, .detail = text, .shown = std::move(text)};
}

Result<db::AccountCollection> find_collection(db::Tx& tx, const Acting& acting, std::int64_t id) {
    auto collection = db::account_collections::find(tx, id, acting.account);
    if (!collection) return Error{Error::Kind::NotFound, "no such collection"};
    return std::move(*collection);
}

Result<db::AccountCollection> find_own(db::Tx& tx, const Acting& acting, std::int64_t id) {
    auto collection = find_collection(tx, acting, id);
    if (collection && collection->account != acting.account)
        return Error{Error::Kind::Forbidden, "somebody else's collection"};
    return collection;
}

Result<Done> apply(db::AccountCollection& collection, const CollectionDraft& draft) {
    const auto fits = [](const std::string& text, std::size_t most) {
        return is_valid_utf8(text) && count_code_points(text) <= most;
    };
    if (draft.name) {
        if (trim(*draft.name).empty())
            return unprocessable("Validation failed: Name can't be blank");
        if (!fits(*draft.name, max_collection_name)) {
            return unprocessable(
                fmt::format("Validation failed: Name is too long (maximum is {} characters)",
                            max_collection_name));
        }
        collection.name = clean_text(*draft.name, max_collection_name);
    }
    if (draft.description) {
        if (!fits(*draft.description, max_collection_description)) {
            return unprocessable(
                fmt::format("Validation failed: Description is too long (maximum is {} characters)",
                            max_collection_description));
        }
        collection.description =
            clean_text(*draft.description, max_collection_description, Lines::Keep);
    }
    if (draft.tag) {
        auto tag = std::string(trim(*draft.tag));
        if (tag.starts_with('#')) tag.erase(0, 1);
        const auto found = find_hashtags("#" + tag);
        if (!tag.empty() && (found.size() != 1 || found.front() != tag))
            return unprocessable("Validation failed: Tag is invalid");
        collection.tag = std::move(tag);
    }
    if (draft.language) collection.language = *draft.language;
    if (draft.sensitive) collection.sensitive = *draft.sensitive;
    if (draft.discoverable) collection.discoverable = *draft.discoverable;
    return Done{};
}

} // namespace

Result<db::AccountCollection> make_collection(db::Tx& tx,
                                              const Acting& acting,
                                              const CollectionDraft& draft) {
    if (const auto self = find_self(tx, acting); !self) return self.error();
    db::AccountCollection collection{
        .account = acting.account, .created_at = acting.now, .updated_at = acting.now};
    if (const auto done = apply(collection, draft); !done) return done.error();
    if (collection.name.empty()) return unprocessable("Validation failed: Name can't be blank");
    if (db::account_collections::count(tx, acting.account) >= max_collections) {
        return unprocessable(
            fmt::format("Validation failed: At most {} collections", max_collections));
    }
    collection.id = db::account_collections::insert(tx, collection);
    return collection;
}

Result<db::AccountCollection> change_collection(db::Tx& tx,
                                                const Acting& acting,
                                                std::int64_t id,
                                                const CollectionDraft& draft) {
    auto collection = find_own(tx, acting, id);
    if (!collection) return collection;
    if (const auto done = apply(*collection, draft); !done) return done.error();
    collection->updated_at = acting.now;
    db::account_collections::update(tx, *collection);
    return collection;
}

Result<Done> remove_collection(db::Tx& tx, const Acting& acting, std::int64_t id) {
    const auto collection = find_own(tx, acting, id);
    if (!collection) return collection.error();
    db::account_collections::remove(tx, id);
    return Done{};
}

Result<db::AccountCollectionItem> add_to_collection(db::Tx& tx,
                                                    const Acting& acting,
                                                    std::int64_t id,
                                                    AccountId account) {
    const auto collection = find_own(tx, acting, id);
    if (!collection) return collection.error();
    const auto other = find_other(tx, account);
    if (!other || !other->is_visible()) return Error{Error::Kind::NotFound, "no such account"};
    if (!other->is_local()) {
        return unprocessable("Validation failed: People of other servers cannot be asked whether "
                             "they want to be in a collection");
    }
    const bool is_willing = other->discoverable || other->id == acting.account;
    if (!is_willing || db::blocks::exists_between(tx, acting.account, other->id))
        return Error{Error::Kind::Forbidden, "does not want to be featured"};
    if (db::account_collections::count_items(tx, id) >= max_collection_items) {
        return unprocessable(fmt::format("Validation failed: At most {} accounts in a collection",
                                         max_collection_items));
    }
    auto item = db::account_collections::insert_item(tx, id, other->id, acting.now);
    if (!item) return unprocessable("Validation failed: Account is in it, or has taken itself out");
    return std::move(*item);
}

Result<Done> remove_from_collection(db::Tx& tx,
                                    const Acting& acting,
                                    std::int64_t id,
                                    std::int64_t item) {
    const auto collection = find_own(tx, acting, id);
    if (!collection) return collection.error();
    if (!db::account_collections::find_item(tx, id, item))
        return Error{Error::Kind::NotFound, "no such item"};
    db::account_collections::remove_item(tx, item);
    return Done{};
}

Result<Done> leave_collection(db::Tx& tx,
                              const Acting& acting,
                              std::int64_t id,
                              std::int64_t item) {
    const auto standing = db::account_collections::find_item(tx, id, item);
    if (!standing) return Error{Error::Kind::NotFound, "no such item"};
    if (standing->account != acting.account)
        return Error{Error::Kind::Forbidden, "somebody else's item"};
    db::account_collections::revoke_item(tx, item);
    return Done{};
}

} // namespace outbox
