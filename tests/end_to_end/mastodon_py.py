"""What tests/end_to_end/mastodon_py.test.mjs runs: a tour with Debian's python3-mastodon."""
import datetime
import sys
import time

from mastodon import Mastodon, MastodonNotFoundError, MastodonUnauthorizedError

base, ada_token, bob_token, picture = sys.argv[1:]
ada = Mastodon(access_token=ada_token, api_base_url=base)
bob = Mastodon(access_token=bob_token, api_base_url=base)


def eventually(what, look):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within 20 s: {what}")


me, colleague = ada.account_verify_credentials(), bob.account_verify_credentials()
assert me.username == "ada" and isinstance(me.created_at, datetime.datetime)
assert ada.instance().uri in base
assert ada.instance_nodeinfo().protocols == ["activitypub"]
try:
    Mastodon(access_token="wrong", api_base_url=base).account_verify_credentials()
    raise AssertionError("a wrong token signs in")
except MastodonUnauthorizedError:
    pass
print("signed in")

assert ada.account_follow(colleague).following
assert ada.account_relationships(colleague)[0].following
assert [account.id for account in bob.account_followers(colleague)] == [me.id]
changed = ada.account_update_credentials(display_name="Ada L.", note="Teaches mathematics",
                                         fields=[("Subject", "Mathematics")])
assert changed.display_name == "Ada L." and changed.fields[0].value == "Mathematics"
print("profile and follow")

post = bob.status_post("Nous parlons de #fractions", language="fr", spoiler_text="maths", visibility="public")
assert post.spoiler_text == "maths" and post.language == "fr"
eventually("the post is at home", lambda: any(status.id == post.id for status in ada.timeline_home()))
assert ada.status_favourite(post).favourited and ada.status_reblog(post).reblog.id == post.id
reply = ada.status_reply(post, "avec des tambours")
assert bob.status_context(post).descendants[0].id == reply.id
assert any(status.id == post.id for status in ada.timeline_hashtag("fractions"))
assert bob.status_update(post, "Nous parlons de #geometrie").edited_at is not None
assert len(bob.status_history(post)) == 2
kinds = {notification.type for notification in bob.notifications()}
assert {"favourite", "reblog", "mention", "follow"} <= kinds, kinds
poll = bob.status_post("When?", poll=bob.make_poll(["Monday", "Friday"], 3600))
ada.poll_vote(poll.poll, [0])
assert ada.poll(poll.poll).voted
print("statuses")

for number in range(45):
    bob.status_post(f"post {number}", visibility="unlisted")
everything = bob.fetch_remaining(bob.account_statuses(colleague, limit=20))
identifiers = [status.id for status in everything]
assert len(identifiers) == len(set(identifiers)) == 47, len(identifiers)
print("pages")

media = ada.media_post(picture, description="red", synchronous=True)
assert media.description == "red" and media.url
assert ada.status_post("look", media_ids=[media]).media_attachments[0].id == media.id
print("media")

folder = ada.list_create("Mathematicians")
ada.list_accounts_add(folder, [colleague])
assert [account.id for account in ada.list_accounts(folder)] == [colleague.id]
assert ada.timeline_list(folder)
ada.list_delete(folder)
rule = ada.filter_create("spoiler", ["home"], whole_word=True)
assert ada.filter(rule).phrase == "spoiler"
ada.filter_delete(rule)
later = ada.status_post("later", scheduled_at=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1))
assert ada.scheduled_status(later).params.text == "later"
ada.scheduled_status_delete(later)
bob.status_post("@ada privately", visibility="direct")
talk = eventually("a conversation", lambda: ada.conversations())[0]
ada.conversations_read(talk)
assert ada.search_v2("bob", result_type="accounts").accounts[0].id == colleague.id
ada.domain_block("vendor.example")
assert ada.domain_blocks() == ["vendor.example"]
ada.domain_unblock("vendor.example")
print("lists, filters, schedule, tags, conversations, search")

heard = []


class Listener(__import__("mastodon").StreamListener):
    def on_update(self, status):
        heard.append(status.id)


stream = ada.stream_user(Listener(), run_async=True)
eventually("the stream is open", stream.is_receiving)
live = bob.status_post("while you listen")
eventually("the stream says it", lambda: live.id in heard)
stream.close()
bob.status_delete(live)
try:
    ada.status(live)
    raise AssertionError("what was deleted is there")
except MastodonNotFoundError:
    pass
print("stream")
