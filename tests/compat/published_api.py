#!/usr/bin/env python3
"""Does what scripts for the published smart licensing API do, with the standard library only.

    published_api.py BASE_URL CLIENT_ID CLIENT_SECRET [--ca FILE]
    published_api.py --credentials FILE            (the file that ./run writes: demo-credentials.json)

It gets a token in each of the five spellings, and then, on cloud and on on-prem addresses: lists accounts, virtual accounts, tokens, licenses
and devices, creates and revokes a token, transfers one license and one device to another virtual account and back. It leaves things as they were.
Exit code 0: everything answered as published.
"""

import argparse
import base64
import json
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

CLOUD = "/services/api/smart-accounts-and-licensing"
SCRATCH = "Published API check"


class Server:
    def __init__(self, base, ca=None):
        self.base = base.rstrip("/")
        self.context = ssl.create_default_context(cafile=ca) if base.startswith("https") else None
        self.token = None

    def call(self, method, path, body=None, headers=None, raw=None):
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token:
            sent.setdefault("Authorization", "%s %s" % self.token)
        request = urllib.request.Request(self.base + path, data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read()

    def json(self, method, path, body=None, **more):
        status, text = self.call(method, path, body, **more)
        demand(status == 200, "%s %s answered %s %s" % (method, path, status, text[:300]))
        return json.loads(text)


def demand(holds, what):
    if not holds:
        raise SystemExit("FAILED: " + what)


def quote(name):
    return urllib.parse.quote(name, safe="")


def sign_in(server, client_id, secret):
    """The five spellings of a token request, each at an address that some client is configured for."""
    pairs = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    basic = base64.b64encode(("%s:%s" % (client_id, secret)).encode()).decode()
    coded = urllib.parse.urlencode(pairs)
    spellings = {
        "form": ("/as/token.oauth2", dict(raw=coded.encode(), headers=form)),
        "form with a stray ampersand": ("/oauth2/default/v1/token", dict(raw=(coded.replace("&", "&&", 1) + "&").encode(), headers=form)),
        "query": ("/oauth/token?" + coded, dict(raw=b"", headers=form)),
        "JSON": ("/backend/oauth/token", dict(body=pairs)),
        "basic": ("/oauth/token", dict(raw=b"grant_type=client_credentials", headers={**form, "Authorization": "Basic " + basic})),
    }
    for name, (path, request) in spellings.items():
        server.token = None
        answer = server.json("POST", path, **request)
        demand(isinstance(answer["expires_in"], int) and answer["expires_in"] >= 300, "expires_in of " + name)
        server.token = (answer["token_type"], answer["access_token"])
        demand(server.json("GET", CLOUD + "/v2/accounts")["status"] == "SUCCESS", "the token of the spelling " + name)
        print("token by %s: works" % name)


class Walk:
    """One family of addresses."""

    def __init__(self, server, account, places):
        self.server, self.account, self.places = server, account, places

    def at(self, place, what):
        return "%s/virtual-accounts/%s/%s" % (self.account, quote(place), what)

    def list_places(self):
        answer = self.server.json("GET", self.places)
        demand(answer["status"] == "SUCCESS", "status of virtual accounts")
        return answer["virtualAccounts"]

    def run(self):
        places = self.list_places()
        demand([p for p in places if p["isDefault"] == "true"], "there is a default virtual account")
        self.server.json("POST", self.places, {"name": SCRATCH, "description": "made by a script"})
        try:
            demand(SCRATCH in [p["name"] for p in self.list_places()], "the new virtual account is listed")
            self.tokens()
            self.licenses()
            self.alerts()
            self.devices()
        finally:
            self.server.json("POST", "%s/%s/delete" % (self.places, quote(SCRATCH)))
        demand(SCRATCH not in [p["name"] for p in self.list_places()], "the virtual account was deleted")

    def tokens(self):
        path = self.at(SCRATCH, "tokens")
        demand(self.server.json("GET", path, raw=b'""')["tokens"] == [], "a new virtual account has no tokens")
        made = self.server.json("POST", path, {"description": "script", "expiresAfterDays": "1", "exportControlled": "Not Allowed"})
        token = made["tokenInfo"]["token"]
        demand(self.server.json("GET", path)["tokens"][0]["token"] == token, "the token is listed")
        answer = self.server.json("POST", path + "/revoke", {"tokens": [token]})
        demand(answer["tokensRevokeStatus"][0]["status"] == "SUCCESS", "the token is revoked")
        demand(self.server.json("GET", path)["tokens"] == [], "a revoked token is not listed")
        print("tokens: created, listed, revoked")

    def alerts(self):
        answer = self.server.json("POST", self.account + "/alerts", {"virtualAccounts": [], "severity": ["minor", "major"], "limit": 50, "offset": 0})
        demand(answer["status"] == "SUCCESS" and len(answer["alerts"]) == min(50, answer["totalRecords"]), "alerts are listed")
        demand(all(row["severity"] in ("Minor", "Major") and row["message"] and row["actionDue"] for row in answer["alerts"]), "each alert says how severe it is and what is due")
        demand(self.server.json("POST", self.account + "/alerts", {"virtualAccounts": [SCRATCH]})["alerts"] == [], "a new virtual account has no alerts")
        print("alerts: %d" % answer["totalRecords"])

    def licenses(self):
        answer = self.server.json("POST", self.account + "/licenses", {"virtualAccounts": [], "limit": -1, "offset": 0})
        demand(answer["totalRecords"] == len(answer["licenses"]), "limit -1 gives everything")
        beyond = self.server.json("POST", self.account + "/licenses?limit=50&offset=%d" % answer["totalRecords"], {})
        demand(beyond["licenses"] == [], "a page beyond the end is empty")
        self.server.json("POST", self.account + "/license-subscriptions", {"virtualAccounts": []})
        row = self.spare(answer["licenses"])
        self.move(row["license"], row["virtualAccount"], SCRATCH)
        there = self.server.json("POST", self.account + "/licenses", {"virtualAccounts": [SCRATCH]})["licenses"]
        demand([(r["license"], r["quantity"]) for r in there] == [(row["license"], 1)], "the license arrived")
        self.move(row["license"], SCRATCH, row["virtualAccount"])
        print("licenses: %d listed, one transferred and back" % answer["totalRecords"])

    @staticmethod
    def spare(rows):
        """A license with a perpetual unit to spare, so that it can be moved by its type."""
        for row in rows:
            perpetual = [d for d in row["licenseDetails"] if d["licenseType"] == "PERPETUAL" and d["quantity"] > 0]
            if row["available"] > 0 and perpetual and row["billingType"] == "PREPAID":
                return row
        raise SystemExit("FAILED: no perpetual license is available to transfer")

    def move(self, license_name, source, target):
        answer = self.server.json("POST", self.at(source, "licenses/transfer"), {"licenses": [
            {"license": license_name, "licenseType": "PERPETUAL", "quantity": 1, "targetVirtualAccount": target}]})
        demand(answer["status"] == "SUCCESS", json.dumps(answer))

    def devices(self):
        listed = self.server.json("POST", self.account + "/devices", {"virtualAccounts": [], "limit": 1, "offset": 0})
        demand(listed["totalRecords"] > 0, "there is a device")
        source = listed["devices"][0]["virtualAccount"]
        answer = self.server.json("GET", self.at(source, "devices") + "?limit=1&offset=0")
        self.send(answer["devices"][0], source, SCRATCH)
        there = self.server.json("GET", self.at(SCRATCH, "devices"))["devices"]
        demand(len(there) == 1 and there[0]["productTagName"] == answer["devices"][0]["productTagName"], "the device arrived with its tag")
        self.send(there[0], SCRATCH, source)
        print("devices: %d listed, one transferred and back" % listed["totalRecords"])

    def send(self, device, source, target):
        answer = self.server.json("POST", self.at(source, "devices/transfer"), {"productInstances": [
            {"sudi": device["sudi"], "productTagName": device["productTagName"], "targetVirtualAccount": target}]})
        demand(answer["status"] == "SUCCESS" and answer["successCount"] == 1, json.dumps(answer))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?")
    parser.add_argument("client_id", nargs="?")
    parser.add_argument("client_secret", nargs="?")
    parser.add_argument("--ca", help="certificate authority of an https address")
    parser.add_argument("--credentials", help="demo-credentials.json")
    given = parser.parse_args()
    if given.credentials:
        with open(given.credentials, encoding="utf-8") as file:
            known = json.load(file)
        return known["baseUrl"], known["client"]["id"], known["client"]["secret"], None
    if not given.client_secret:
        parser.error("name BASE_URL CLIENT_ID CLIENT_SECRET, or --credentials FILE")
    return given.base, given.client_id, given.client_secret, given.ca


def main():
    base, client_id, secret, ca = arguments()
    server = Server(base, ca)
    status, _ = server.call("GET", CLOUD + "/v2/accounts")
    demand(status == 401, "without a token the cloud addresses answer 401")
    sign_in(server, client_id, secret)

    mine = server.json("GET", CLOUD + "/v2/accounts/")["accounts"][0]
    domain, name = mine["accountDomain"], mine["accountName"]
    demand(domain in [a["domain"] for a in server.json("GET", CLOUD + "/v1/accounts/search?domain=" + quote(domain))["accounts"]], "the account is found")
    numbered = server.json("GET", CLOUD + "/v2/accounts/search")
    demand(numbered["status"] == "COMPLETE" and numbered["accounts"][0]["account_id"].isdigit(), "accounts have numbers")
    demand(server.json("POST", CLOUD + "/v2/accounts/search", {"crPartyID": "no such party"})["totalRows"] == "0", "nobody knows this party")
    demand(server.json("POST", "/backend/api/v1/upstream_satellites/accounts")["accounts"][0]["domain"] == domain, "the on-prem account list")

    found = server.json("POST", CLOUD + "/v1/subscription/search", {"source": "ESM", "smartAccount": [{"domain": domain}], "additionalParams": []})
    demand(found["source"] == "ESM" and found["offerDetails"][0]["smartAccountId"].isdigit(), "subscriptions of an account")
    newer = server.json("POST", "/v1/software/apis/licensing/v1/account/%s/get-alerts" % domain, {})
    demand(newer["totalRecords"] == server.json("POST", "%s/v1/accounts/%s/alerts" % (CLOUD, domain), {})["totalRecords"], "the newer address lists the same alerts")

    for title, account, places in (
        ("cloud", "%s/v1/accounts/%s" % (CLOUD, domain), "%s/v1/accounts/%s/customer/virtual-accounts" % (CLOUD, domain)),
        ("on-prem", "/api/v1/accounts/" + quote(name), "/api/v1/accounts/%s/virtual-accounts" % quote(name)),
        ("older on-prem", "/backend/api/v1/accounts/" + quote(name), "/backend/api/v1/accounts/%s/virtual-accounts" % quote(name)),
    ):
        print("-- %s addresses" % title)
        Walk(server, account, places).run()
    print("everything answered as published")


if __name__ == "__main__":
    sys.exit(main())
