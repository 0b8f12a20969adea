#!/usr/bin/env python3
"""Licenses a device by policy, knowing nothing but the published API, with the standard library only.

    published_usage.py BASE_URL CLIENT_ID CLIENT_SECRET --license TAG --restricted TAG --product TAG --pid PID --root FILE [--place NAME] [--purser PROGRAM] [--ca FILE]

--license is the entitlement tag of a license that is not enforced, --restricted that of an export-restricted one, of which 2 must be free and no more; --product and
--pid are what the device calls itself; --root is the authority's root certificate, which a vendor builds into its products. The device is `purser device`.

The device asks for an authorization code, uses both licenses, reports it, gets its acknowledgement and gives the code back. Exit code 0: everything answered as published.
"""

import argparse
import base64
import json
import pathlib
import secrets
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as XML

from published_api import CLOUD, Server, demand

DOOR = pathlib.Path(__file__).resolve().parents[2] / "purser"


class Device:
    """A product whose console a person uses, and whose files a person carries."""

    def __init__(self, options, folder):
        self.purser, self.folder = options.purser, folder
        self.serial = "SCRIPT" + secrets.token_hex(5).upper()
        self.sudi = {"udi_pid": options.pid, "udi_serial_number": self.serial}
        self.run("init", "--policy", "--product", options.product, "--pid", options.pid, "--sn", self.serial, "--ca", options.root)
        self.run("feature", "describe", options.license, "--name", "advantage")
        self.run("feature", "describe", options.restricted, "--name", "hsec", "--enforcement", "export")

    def run(self, *words):
        command = [self.purser, "device", "--store", "%s/%s.json" % (self.folder, self.serial), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        demand(done.returncode == 0, "%s: %s%s" % (" ".join(words), done.stdout, done.stderr))
        return done.stdout

    def saved(self, *words):
        """The document that a command saves."""
        file = "%s/%s.txt" % (self.folder, self.serial)
        self.run("license", "smart", *words, file)
        return XML.parse(file).getroot()

    def bring(self, smart_license):
        """What the server answers is imported unchanged."""
        file = pathlib.Path(self.folder, self.serial + ".in.txt")
        file.write_bytes(base64.b64decode(smart_license))
        return self.run("license", "smart", "import", str(file))


class Portal:
    """The calls of devices that are licensed by policy."""

    def __init__(self, server, account, place, device):
        self.server, self.device = server, device
        self.headers = {
            "X-CSW-SMART-ACCOUNT-ID": str(account), "X-CSW-VIRTUAL-ACCOUNT-ID": str(place), "X-CSW-REQUESTING-SYSTEM": json.dumps(device.sudi),
        }

    def post(self, path, **data):
        nonce = secrets.token_hex(8)
        status, text = self.server.call("POST", CLOUD + path, {"data": {"timestamp": int(time.time() * 1000), "nonce": nonce, **data}}, headers=self.headers)
        demand(status in (200, 202), "%s answered %s %s" % (path, status, text[:300]))
        answer = json.loads(text)
        demand(answer["nonce"] == nonce, "the nonce comes back")
        return answer

    def ask(self, path, action, **data):
        """Posts, then polls until there is an answer."""
        accepted = self.post(path, **data)
        demand((accepted["status"], accepted["action"]) == ("OK_POLL", action), str(accepted))
        for _ in range(60):
            answer = self.post("/v2/accounts/poll", poll_id=accepted["poll_id"], action=action)
            if answer["status"] != "OK_POLL":
                demand(answer["status"] == "COMPLETE", str(answer))
                (one,) = answer["data"][action]
                return one
            demand(answer["message"] == "", str(answer))
            time.sleep(1)
        raise SystemExit("FAILED: no answer to %s" % path)

    def authorize(self, **more):
        licenses = [{"sudi": self.device.sudi, "hostname": "r1", "keys": [], "confirm_code": None, "remove_code": None, **more}]
        return self.ask("/v2/devices/authrequest", "authorizations", licenses=licenses)

    def in_use(self, tag):
        answer = self.post("/v3/licenses/summary", tags=[tag])
        demand(answer["status"] == "SUCCESS", str(answer))
        return sum(row["prepaid_inuse"] for row in answer["summary"])


def code_dialogue(portal, device, tag):
    """Asks for the code of two, as the device's own file says it, installs and confirms it."""
    device.run("license", "smart", "authorization", "request", "add", "hsec", "local", "2")
    request = json.loads(device.saved("authorization", "request", "save").findtext("smartLicenseAuthRequest/data"))[0]
    demand([(key["entitlement"], str(key["count"])) for key in request["keys"]] == [(tag, "2")], str(request))

    before = portal.in_use(tag)
    given = portal.authorize(keys=request["keys"])
    demand((given["status"], given["error_code"]) == ("SUCCESS", None), str(given))
    demand(portal.in_use(tag) == before + 2, "two are locked to the device")
    confirmation = device.bring(given["smart_license"]).split("Last Confirmation code: ")[1].strip()
    demand(portal.authorize(confirm_code=confirmation)["status"] == "SUCCESS", "the code is confirmed")

    refused = portal.authorize(keys=[{"entitlement": tag, "count": "3"}])
    demand((refused["status"], refused["error_code"]) == ("FAILED", "ERROR_ALL_COUNTS_IN_USE") and refused["status_message"], str(refused))
    demand(portal.in_use(tag) == before + 2, "a refusal changes nothing")
    return before


def usage_dialogue(portal, device, options):
    """Uses both licenses, uploads what the device saves, and brings the acknowledgement back."""
    device.run("feature", "request", "advantage", "3")
    device.run("feature", "request", "hsec", "2")
    before = portal.in_use(options.license)
    reports = [json.loads(report.text) for report in device.saved("save", "usage", "all", "file").findall("RUMReport")]
    demand(len(reports) >= 2, "a report of each license: %s" % reports)
    uploaded = [{"sudi": device.sudi, "hostname": "r1", "trust_requests": None, "usage": reports}]

    answer = portal.ask("/v2/devices/reportusage", "acknowledgements", reports=uploaded)
    device.bring(answer["smart_license"])
    demand("ACK" in device.run("show", "license", "rum", "id", "all"), "the device sees its reports acknowledged")
    demand(portal.in_use(options.license) == before + 3, "what was reported counts")
    portal.ask("/v2/devices/reportusage", "acknowledgements", reports=uploaded)
    demand(portal.in_use(options.license) == before + 3, "the same reports count once")
    return len(reports)


def return_dialogue(portal, device, tag, before):
    device.run("feature", "release", "hsec", "2")
    returned = device.run("license", "smart", "authorization", "return", "local", "offline").split("Return code: ")[1].strip()
    wrong = portal.authorize(remove_code=returned[::-1])
    demand(wrong["status"] == "FAILED" and wrong["status_message"], str(wrong))
    done = portal.authorize(remove_code=returned)
    demand((done["status"], done["smart_license"]) == ("SUCCESS", None), str(done))
    demand(portal.in_use(tag) == before, "what was returned is free")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "client_id", "client_secret"):
        parser.add_argument(name)
    for name in ("--license", "--restricted", "--product", "--pid", "--root"):
        parser.add_argument(name, required=True)
    parser.add_argument("--place", default="DEFAULT", help="virtual account that has the licenses")
    parser.add_argument("--purser", default=str(DOOR), help="the command line of this repository")
    parser.add_argument("--ca", help="certificate authority of an https address")
    return parser.parse_args()


def main():
    options = arguments()
    server = Server(options.base, options.ca)
    answer = server.json("POST", "/oauth/token", {"grant_type": "client_credentials", "client_id": options.client_id, "client_secret": options.client_secret})
    server.token = (answer["token_type"], answer["access_token"])
    account = server.json("GET", CLOUD + "/v2/accounts/search")["accounts"][0]
    place = next(one["virtual_account_id"] for one in account["virtual_accounts"] if one["name"].upper() == options.place.upper())
    with tempfile.TemporaryDirectory() as folder:
        device = Device(options, folder)
        portal = Portal(server, account["account_id"], place, device)
        strange = portal.post("/v2/accounts/poll", poll_id=1, action="authorizations")
        demand(strange["message_code"] == "INVALID_POLL_ID", str(strange))

        before = code_dialogue(portal, device, options.restricted)
        print("authorization code: asked for, installed, confirmed; one more refused")
        print("usage: %d reports uploaded twice, counted once, acknowledged" % usage_dialogue(portal, device, options))
        return_dialogue(portal, device, options.restricted, before)
        print("authorization code: returned")
    print("everything answered as published")


if __name__ == "__main__":
    sys.exit(main())
