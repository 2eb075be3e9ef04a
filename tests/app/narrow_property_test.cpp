#include "tests/app/narrow_doors.h"

namespace {

using db::AudienceKind;

/// Random acts of everybody, and after each every door is tried by everybody. The seed is fixed, so
/// that what fails once fails again.
class NarrowPropertyTest : public NarrowDoors {
  protected:
    std::size_t anybody_here() { return below(locals); }
    std::size_t anybody_else() { return locals + below(people.size() - locals); }
    std::string mention(std::size_t who) {
        const auto& account = people[who].account;
        return " @" + account.username + (is_local(people[who]) ? "" : "@" + account.host);
    }
    std::string some_mention() { return below(3) == 0 ? mention(below(people.size())) : ""; }

    /// Publishes by the client API; what comes of it is in the model.
    void publish() {
        publish(below(4) == 0 ? anybody_here() : below(2), static_cast<AudienceKind>(below(4)));
    }
    void publish(std::size_t wanted, AudienceKind kind) {
        // The one list is ann's.
        const auto author = kind == AudienceKind::Circle ? 0 : wanted;
        NarrowPost made{
            .secret = unique("secret"), .kind = kind, .author = author, .owner = author};
        made.region = people[author].attested ? people[author].region : "";
        Json form{{"status", made.secret + some_mention()},
                  {"visibility", below(2) == 0 ? "public" : "private"},
                  {"audience", db::to_string(kind)}};
        if (kind == AudienceKind::Circle) {
            made.circle = on_list;
            form["circle_id"] = to_string(list_of_ann());
        }
        if (auto* parent = below(3) == 0 ? some_post() : nullptr) {
            form.erase("audience");
            form["visibility"] = "public";
            form["in_reply_to_id"] = to_string(parent->id);
            made.kind = parent->kind;
            made.owner = parent->owner;
            made.region = parent->region;
            made.circle = parent->circle;
            made.circle.insert(parent->author);
        }
        const auto response = post("/api/v1/statuses", people[author].account, form);
        if (response.status != 200) return;
        const auto entity = json(response);
        EXPECT_EQ(entity.at("visibility"), "private");
        made.id = {parse_id(entity.at("id").get<std::string>()).value_or(0)};
        made.uri = entity.at("uri").get<std::string>();
        posts_.push_back(std::move(made));
    }

    Json note_of(std::size_t author, const std::string& text) {
        const auto& account = people[author].account;
        return {{"id", account.uri + "/statuses/" + unique("n")},
                {"type", "Note"},
                {"attributedTo", account.uri},
                {"content", "<p>" + text + "</p>"},
                {"to", {account.followers_uri}},
                {"cc", Json::array()},
                {"published", format_iso8601(now)}};
    }
    /// A narrow post of a peer, or an answer of a peer to one, which may say nothing of audiences.
    void arrive() {
        const auto author = anybody_else();
        NarrowPost made{.secret = unique("secret"), .author = author, .owner = author};
        made.kind = static_cast<AudienceKind>(below(4));
        made.region = is_confirmed(people[author]) ? people[author].region : "";
        auto note = note_of(author, made.secret);
        made.uri = note.at("id").get<std::string>();
        auto* parent = below(3) == 0 ? some_post() : nullptr;
        if (parent != nullptr) {
            note["inReplyTo"] = parent->uri;
            note["to"] = {"https://www.w3.org/ns/activitystreams#Public"};
            made.kind = parent->kind;
            made.owner = parent->owner;
            made.region = parent->region;
            made.circle = parent->circle;
            made.circle.insert(parent->author);
        } else {
            note["locality"] = {{"scope", db::to_string(made.kind)},
                                {"of", people[author].account.uri},
                                {"district", people[author].account.host}};
            if (below(2) == 0) note["to"] = Json::array();
            for (std::size_t who = 0; who < locals; ++who) {
                if (below(2) == 0) continue;
                note["to"].push_back(people[who].account.uri);
                made.circle.insert(who);
            }
        }
        if (!receive(author, "Create", note)) return;
        db::Tx tx(pool);
        const auto stored = db::statuses::find_by_uri(tx, made.uri);
        // Whoever cannot read the parent answers nothing: that post is what its author made it.
        if (!stored || (parent != nullptr && !stored->in_reply_to)) return;
        made.id = stored->id;
        // Addressed to followers, a circle is whoever follows.
        if (parent == nullptr && stored->visibility == db::Visibility::Private) {
            for (std::size_t who = 0; who < people.size(); ++who)
                made.circle.insert(who);
        }
        notes_[made.uri] = note;
        posts_.push_back(std::move(made));
    }

    void edit() {
        const auto* one = some_post();
        if (one == nullptr) return;
        const auto& author = people[one->author];
        if (is_local(author)) {
            send("PUT",
                 status_path(to_string(one->id)),
                 &author.account,
                 Json{{"status", one->secret + " anew" + some_mention()}}.dump(),
                 {{"Content-Type", "application/json"}});
            return;
        }
        auto note = notes_.at(one->uri);
        note.erase("locality");
        note["to"] = {"https://www.w3.org/ns/activitystreams#Public"};
        note["content"] = "<p>" + one->secret + " anew</p>";
        note["updated"] = format_iso8601(now);
        const auto whom = anybody_here();
        note["tag"] = {{{"type", "Mention"},
                        {"href", people[whom].account.uri},
                        {"name", "@" + people[whom].account.username}}};
        note["cc"] = {people[whom].account.uri};
        receive(one->author, below(2) == 0 ? "Update" : "Create", note);
    }

    void pass_on() {
        const auto* one = some_post();
        if (one == nullptr) return;
        const auto here = anybody_here();
        const auto id = to_string(one->id);
        switch (below(6)) {
        case 0:
            EXPECT_NE(post(status_path(id, "/reblog"), people[here].account).status, 200);
            break;
        case 1:
            receive(below(2) == 0 && one->author >= locals ? one->author : anybody_else(),
                    "Announce",
                    one->uri);
            break;
        case 2:
            EXPECT_NE(post("/api/v1/statuses",
                           people[here].account,
                           {{"status", "See this"}, {"quoted_status_id", id}})
                          .status,
                      200);
            break;
        case 3: {
            const auto author = anybody_else();
            auto note = note_of(author, "See this");
            note["to"] = {"https://www.w3.org/ns/activitystreams#Public"};
            note["quote"] = one->uri;
            receive(author, "Create", note);
            break;
        }
        case 4:
            post(status_path(id, below(2) == 0 ? "/pin" : "/bookmark"), people[here].account);
            break;
        default:
            post(status_path(id, "/favourite"), people[here].account);
            receive(anybody_else(), "Like", one->uri);
        }
    }

    /// Levels, attestations, follows, lists, moves.
    void change_the_world() {
        constexpr std::array some_levels{
            db::PeerLevel::Member, db::PeerLevel::Guest, db::PeerLevel::Partner};
        const auto who = below(people.size());
        switch (below(5)) {
        case 0: {
            const std::array hosts{cedar, birch, elm};
            const auto host = below(hosts.size());
            // The ordinary server is never more than a guest.
            set_level(hosts.at(host), host == 2 ? db::PeerLevel::Guest : some_levels.at(below(3)));
            break;
        }
        case 1:
            if (people[who].is_guest) break;
            if (people[who].attested && below(2) == 0)
                revoke(who);
            else
                confirm(who, below(2) == 0 ? "US-CA" : "US-OR");
            break;
        case 2: {
            const bool add = below(2) == 0;
            const auto path = "/api/v1/lists/" + to_string(list_of_ann()) + "/accounts";
            const Json body{{"account_ids", {to_string(people[who].account.id)}}};
            const auto response = send(add ? "POST" : "DELETE",
                                       path,
                                       &people[0].account,
                                       body.dump(),
                                       {{"Content-Type", "application/json"}});
            if (response.status != 200) break;
            if (add)
                on_list.insert(who);
            else
                on_list.erase(who);
            break;
        }
        case 3: {
            const auto here = anybody_here();
            post(path("/api/v1/accounts/",
                      people[who].account,
                      below(3) == 0 ? "/unfollow" : "/follow"),
                 people[here].account);
            break;
        }
        default: {
            const auto from = anybody_else();
            const auto to = anybody_else();
            if (from != to) move(from, to);
        }
        }
    }

    void put_on_list(const std::set<std::size_t>& who) {
        Json ids = Json::array();
        for (const auto one : who)
            ids.push_back(to_string(people[one].account.id));
        post_json("/api/v1/lists/" + to_string(list_of_ann()) + "/accounts",
                  people[0].account,
                  {{"account_ids", ids}});
        on_list.insert(who.begin(), who.end());
    }
    void step() {
        now += std::chrono::seconds{7};
        switch (below(10)) {
        case 0:
        case 1:
        case 2:
            publish();
            break;
        case 3:
        case 4:
            arrive();
            break;
        case 5:
            edit();
            break;
        case 6:
        case 7:
            pass_on();
            break;
        default:
            change_the_world();
        }
    }
    std::map<std::string, Json> notes_; ///< As they came, by their ids.
    std::set<std::size_t> on_list;
};

TEST_F(NarrowPropertyTest, NoSequenceOfActsShowsANarrowPostToOthers) {
    take_queue();
    put_on_list({1, 4, 6});
    for (const auto seed : {11U, 2026U}) {
        SCOPED_TRACE(seed);
        random.seed(seed);
        const auto before = posts_.size();
        for (int i = 0; i < 30; ++i) {
            step();
            knock_everywhere();
            ASSERT_TRUE(leaks.empty()) << "step " << i << ": " << leaks.front();
        }
        EXPECT_GT(posts_.size(), before + 5);
    }
    EXPECT_GT(honest_readers, 300);
}

/// The same doors find one who reads what the model says is not theirs.
TEST_F(NarrowPropertyTest, AndTheDoorsWouldFindALeak) {
    random.seed(1);
    take_queue();
    while (posts_.empty() || posts_.front().owner != 0) {
        posts_.clear();
        publish(0, AudienceKind::Educators);
    }
    knock_everywhere();
    EXPECT_TRUE(leaks.empty());
    EXPECT_GT(honest_readers, 0);
    confirm(2, "US-CA"); // The clerk, behind the model's back.
    confirm(5, "US-CA");
    people[2].attested = people[5].attested = false;
    publish(0, AudienceKind::Educators);
    knock_everywhere();
    const auto finds = [&](std::size_t who, const std::string& door) {
        return std::ranges::any_of(leaks, [&](const std::string& text) {
            return text.starts_with(people[who].account.username) && text.ends_with(door);
        });
    };
    EXPECT_TRUE(finds(2, "home?limit=40"));
    EXPECT_TRUE(finds(2, "at "));
    EXPECT_TRUE(finds(2, "/context") || finds(2, "/history"));
    EXPECT_TRUE(finds(2, "stream"));
    EXPECT_TRUE(finds(5, "GET "));
}

} // namespace
