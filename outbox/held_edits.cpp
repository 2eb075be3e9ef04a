#include "outbox/held_edits.h"

#include "moderation/draft.h"
#include "outbox/asking.h"
#include "outbox/draft_json.h"

#include <fmt/format.h>

namespace outbox {
namespace {

constexpr auto edited_key = "edits";
constexpr auto media_key = "media_attributes";

Json write_media(const std::vector<MediaEdit>& edits) {
    Json rows = Json::array();
    for (const auto& edit : edits) {
        Json row{{"id", to_string(edit.id)}};
        if (edit.description) row["description"] = *edit.description;
        if (edit.focus) row["focus"] = *edit.focus;
        rows.push_back(std::move(row));
    }
    return rows;
}

MediaEdit read_media(const Json& row) {
    MediaEdit edit{.id = MediaId{parse_id(row.value("id", "")).value_or(0)}};
    if (row.contains("description")) edit.description = row.value("description", "");
    if (row.contains("focus")) edit.focus = row["focus"].get<std::array<double, 2>>();
    return edit;
}

} // namespace

Json write_edit(const db::Status& status, const Edit& changes) {
    Json draft = write_draft({.text = changes.text,
                              .spoiler_text = changes.spoiler_text,
                              .sensitive = changes.sensitive,
                              .language = changes.language,
                              .visibility = status.visibility,
                              .local_only = status.local_only,
                              .in_reply_to = status.in_reply_to,
                              .media = changes.media,
                              .poll = changes.poll,
                              .students_reason = changes.students_reason,
                              .no_student_seen = changes.no_student_seen});
    draft[edited_key] = to_string(status.id);
    draft[media_key] = write_media(changes.media_descriptions);
    return draft;
}

std::optional<WaitingEdit> read_edit(const Json& draft) {
    const auto status = parse_id(draft.value(edited_key, ""));
    if (!status) return std::nullopt;
    auto read = read_draft(draft);
    WaitingEdit edit{.status = StatusId{*status},
                     .changes = {.text = std::move(read.text),
                                 .spoiler_text = std::move(read.spoiler_text),
                                 .sensitive = read.sensitive,
                                 .language = std::move(read.language),
                                 .media = std::move(read.media),
                                 .poll = std::move(read.poll),
                                 .no_student_seen = read.no_student_seen,
                                 .students_reason = std::move(read.students_reason)}};
    for (const Json& media : draft.value(media_key, Json::array()))
        edit.changes.media_descriptions.push_back(read_media(media));
    return edit;
}

Error ask_or_hold_edit(db::Tx& tx,
                       const Acting& acting,
                       const db::Account& author,
                       const Json& draft,
                       const moderation::Decision& decision) {
    const auto reason = decision.effects.about_students;
    if (read_draft(draft).students_reason.empty())
        return ask_about_students(tx, acting, draft, reason, std::nullopt);
    moderation::hold_draft(tx, author, decision, dump_json(draft), acting.now);
    return {.kind = Error::Kind::Forbidden,
            .detail = held_for_review,
            .shown = fmt::format("Your edit is kept and waits for the privacy officer; the post "
                                 "stays as it is until then: {}",
                                 moderation::explain(reason)),
            .reason = std::string(reason)};
}

Result<db::Status> edit_released(db::Tx& tx,
                                 const Acting& acting,
                                 const WaitingEdit& edit,
                                 Time held_at) {
    const auto status = db::statuses::find(tx, edit.status);
    if (!status) return Error{Error::Kind::NotFound, "the post is gone"};
    if (status->edited_at && *status->edited_at > held_at)
        return Error{Error::Kind::Unprocessable, "edited again since"};
    return outbox::edit(tx, acting, edit.status, edit.changes, Reviewed::Yes);
}

} // namespace outbox
