#!/usr/bin/env python3
"""Fills two running districts with invented people who follow and answer each other.

    demo.py STAFFROOM ORIGIN DATA_DIR OPTION... -- ORIGIN DATA_DIR OPTION...

Everything goes the way that people take: accounts by the command line, sign-in and consent by the
web pages, posts by the client API. Run again: says what is there, and changes nothing. Only
Python's standard library.
"""
import base64
import hashlib
import html
import http.cookiejar
import json
import re
import secrets
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = "read write follow"

PEOPLE = {
    "Maple District": [
        ("whitcombe", "Dorothy Whitcombe", "owner"),
        ("rivera", "Alma Rivera", "member"),
        ("okafor", "Chidi Okafor", "member"),
    ],
    "Cedar District": [
        ("adeyemi", "Tunde Adeyemi", "owner"),
        ("lindqvist", "Maja Lindqvist", "member"),
        ("tanaka", "Ren Tanaka", "member"),
    ],
}


class DemoFailed(Exception):
    """What a person can do something about."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Cookies and forms, as a web browser has them."""

    def __init__(self, origin):
        self.origin = origin
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            NoRedirect(),
        )

    def request(self, path, fields=None):
        """Returns status, headers and text; redirects are answers like others."""
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        headers = {"Accept": "text/html", **({"Origin": self.origin} if data else {})}
        request = urllib.request.Request(
            urllib.parse.urljoin(self.origin, path), data, headers)
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, answer.read().decode()

    def submit(self, path, fields):
        """Opens the page at `path` and sends the form on it, with its hidden fields."""
        status, _, page = self.request(path)
        if status != 200:
            raise DemoFailed(f"{self.origin}{path} answers {status}")
        action = path.split("?")[0]
        hidden = {}
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            if f'action="{action}"' not in form:
                continue
            for field in re.findall(r'<input type="hidden"[^>]*>', form):
                name = re.search(r'name="([^"]*)"', field)
                value = re.search(r'value="([^"]*)"', field)
                hidden[name[1]] = html.unescape(value[1] if value else "")
        return self.request(action, {**hidden, **fields})

    def sign_in(self, name, password):
        status, _, _ = self.submit("/sign-in", {"name": name, "password": password})
        if status != 303:
            raise DemoFailed(f"{name} cannot sign in at {self.origin} (status {status})")

    def change_password(self, current, wanted):
        fields = {"current": current, "wanted": wanted, "repeated": wanted}
        status, _, _ = self.submit("/settings/password", fields)
        if status != 303:
            raise DemoFailed(f"the password was not changed (status {status})")

    def authorise(self):
        """The authorisation code grant with PKCE, out of band. Returns a token."""
        app = call(self.origin, "POST", "/api/v1/apps", {
            "client_name": "Staffroom demo", "redirect_uris": OUT_OF_BAND, "scopes": SCOPES})
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = urllib.parse.urlencode({
            "response_type": "code", "client_id": app["client_id"], "redirect_uri": OUT_OF_BAND,
            "scope": SCOPES, "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256"})
        status, headers, page = self.submit(f"/oauth/authorize?{query}", {"decision": "allow"})
        if status == 303:
            status, _, page = self.request(headers["Location"])
        code = re.search(r"<code[^>]*>([^<]+)</code>", page)
        if not code:
            raise DemoFailed(f"{self.origin} gives no authorisation code (status {status})")
        return call(self.origin, "POST", "/oauth/token", {
            "grant_type": "authorization_code", "code": code[1], "redirect_uri": OUT_OF_BAND,
            "code_verifier": verifier, "client_id": app["client_id"],
            "client_secret": app["client_secret"]})["access_token"]


NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(origin, method, path, body=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(origin + path, data, headers, method=method)
    try:
        with NO_PROXY.open(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace")[:300]
        raise DemoFailed(f"{method} {origin}{path}: {error.code} {text}") from None


def eventually(what, look, seconds=120):
    """Federation takes a moment: waits until `look` finds something."""
    deadline = time.monotonic() + seconds
    problem = None
    while time.monotonic() < deadline:
        try:
            found = look()
            if found:
                return found
        except DemoFailed as error:
            problem = error
        time.sleep(0.2)
    raise DemoFailed(f"not within {seconds} s: {what}" + (f" ({problem})" if problem else ""))


class Person:
    def __init__(self, district, name, password):
        self.district = district
        self.origin = district.origin
        self.name = name
        self.password = password
        self.handle = f"{name}@{district.host}"
        self.token = None

    def get(self, path):
        return call(self.origin, "GET", path, token=self.token)

    def post(self, path, body=None):
        return call(self.origin, "POST", path, body or {}, self.token)

    def say(self, text, **more):
        return self.post("/api/v1/statuses", {"status": text, **more})

    def follow(self, other):
        query = urllib.parse.urlencode({"q": other.handle, "resolve": "true", "type": "accounts"})
        found = eventually(
            f"{self.handle} finds {other.handle}",
            lambda: self.get(f"/api/v2/search?{query}")["accounts"])[0]
        self.post(f"/api/v1/accounts/{found['id']}/follow")
        eventually(
            f"{self.handle} follows {other.handle}",
            lambda: self.get(f"/api/v1/accounts/relationships?id[]={found['id']}")[0]["following"])

    def sees(self, words):
        """The post with these words, once it has reached this person's home timeline."""
        return eventually(
            f"{self.handle} sees \"{words}\"",
            lambda: next((status for status in self.get("/api/v1/timelines/home?limit=40")
                          if words in status["content"]), None))

    def is_told(self, words):
        """The post with these words, out of this person's notifications."""
        return eventually(
            f"{self.handle} is told of \"{words}\"",
            lambda: next((told["status"] for told in self.get("/api/v1/notifications")
                          if told.get("status") and words in told["status"]["content"]), None))


class District:
    def __init__(self, program, title, arguments):
        self.title = title
        self.origin, data_dir, *options = arguments
        self.host = self.origin.split("//")[1]
        self.command = [program, "--data-dir", data_dir, *options]
        self.passwords = Path(data_dir) / "demo-passwords.json"

    def account(self, *arguments):
        done = subprocess.run([*self.command, "account", *arguments], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise DemoFailed(f"account {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def people(self):
        """Everybody with a password of their own, by name; made or, after a run that was cut
        short, taken over."""
        known = json.loads(self.passwords.read_text()) if self.passwords.exists() else {}
        listed = {line.split()[0] for line in self.account("list").splitlines()[1:]}
        for name, display_name, role in PEOPLE[self.title]:
            if name in known:
                continue
            if name in listed:
                printed = self.account("reset-password", name)
            else:
                printed = self.account(
                    "create", name, "--display-name", display_name, "--role", role)
            one_time = re.search(r"one-time password\s+(\S+)", printed)[1]
            password = f"{name}-{secrets.token_hex(6)}"
            browser = Browser(self.origin)
            browser.sign_in(name, one_time)
            browser.change_password(one_time, password)
            known[name] = password
            self.passwords.touch(mode=0o600)
            self.passwords.write_text(json.dumps(known))
        return {name: Person(self, name, password) for name, password in known.items()}


def sign_in(person):
    browser = Browser(person.origin)
    browser.sign_in(person.name, person.password)
    person.token = browser.authorise()


def has_posts(person):
    query = urllib.parse.urlencode({"acct": person.name})
    return person.get(f"/api/v1/accounts/lookup?{query}")["statuses_count"] > 0


def converse(rivera, okafor, lindqvist, tanaka):
    """One evening in two staff rooms."""
    for reader, author in [(rivera, lindqvist), (lindqvist, rivera), (okafor, tanaka),
                           (tanaka, okafor), (okafor, rivera), (tanaka, lindqvist)]:
        reader.follow(author)

    rivera.say("My year 7 built a rain gauge from a bottle and then argued for an hour about what "
               "\"average\" means. Best lesson of the term. #maths #science")
    lindqvist.say("Does anybody have a fair way to grade group work? Mine rewards the loudest. "
                  "#assessment")
    tanaka.say("Chess club on Thursdays has more girls than boys for the first time.")

    seen = rivera.sees("fair way to grade")
    rivera.say(f"@{lindqvist.handle} I let each group split 100 points among themselves, in "
               "writing, with reasons. The reasons are what I read.", in_reply_to_id=seen["id"])
    rivera.post(f"/api/v1/statuses/{seen['id']}/favourite")
    answer = lindqvist.is_told("split 100 points")
    lindqvist.say(f"@{rivera.handle} Stolen for Monday, thank you!", in_reply_to_id=answer["id"])
    lindqvist.post(f"/api/v1/statuses/{answer['id']}/favourite")

    rain = lindqvist.sees("rain gauge")
    lindqvist.post(f"/api/v1/statuses/{rain['id']}/reblog")
    chess = okafor.sees("Chess club")
    okafor.post(f"/api/v1/statuses/{chess['id']}/favourite")
    okafor.say(f"@{tanaka.handle} Ours would love a match across districts. By post?",
               in_reply_to_id=chess["id"])
    rivera.is_told("Stolen for Monday")
    tanaka.is_told("match across districts")


def main():
    program, *rest = sys.argv[1:]
    middle = rest.index("--")
    maple = District(program, "Maple District", rest[:middle])
    cedar = District(program, "Cedar District", rest[middle + 1:])
    people = {}
    for district in (maple, cedar):
        people[district.title] = district.people()
        print(f"{district.title}: {len(people[district.title])} accounts")
    rivera, okafor = (people["Maple District"][name] for name in ("rivera", "okafor"))
    lindqvist, tanaka = (people["Cedar District"][name] for name in ("lindqvist", "tanaka"))
    sign_in(okafor)
    # The last one of the conversation: when okafor has answered, all of it is there.
    if has_posts(okafor):
        print("They have talked already; nothing was added.")
    else:
        for person in (rivera, lindqvist, tanaka):
            sign_in(person)
        converse(rivera, okafor, lindqvist, tanaka)
        print("They follow, answer, boost and favourite each other across the two districts.")

    for district in (maple, cedar):
        print(f"\n{district.title}   {district.origin}/sign-in")
        print(f"    {'user name':12} {'password':24} handle")
        for person in people[district.title].values():
            print(f"    {person.name:12} {person.password:24} @{person.handle}")
    print(f"""
What to look at:
  - Sign in at {maple.origin}/sign-in as rivera.
  - Read as an app does. Any Mastodon app that takes a plain http address works, for example:
        toot login --disable-https --instance {maple.host}
        toot timeline --reverse --count 20
    Alma Rivera's home timeline has Maja Lindqvist's posts from the other district, the answers to
    them, and Maja's boost; her notifications have the rest.
  - Follow somebody of the other district by handle: search @{tanaka.handle} in the app.
  - Who may talk with whom:
        {shlex.join(maple.command)} peer list
The passwords are also in {maple.passwords} and {cedar.passwords}.""")


if __name__ == "__main__":
    try:
        main()
    except (DemoFailed, OSError) as error:
        print(f"demo: {error}", file=sys.stderr)
        sys.exit(1)
