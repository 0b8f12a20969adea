#!/usr/bin/env python3
"""Reserves licenses for devices that never connect, knowing nothing but the published API, with the standard library only.

    published_reservation.py BASE_URL CLIENT_ID CLIENT_SECRET --license TAG --product TAG --pid PID --root FILE [--place NAME] [--purser PROGRAM] [--ca FILE]

--license is the entitlement tag to reserve, of which 8 must be available; --product and --pid are what the devices call themselves; --root is
the authority's root certificate, which a vendor builds into its products. The devices are `purser device`: it makes and installs every code.

On v1 and on v2 addresses a device reserves, is raised, lowered and confirmed, and is removed with its return code; then one by a universal code
and several at once. It leaves things as they were. Exit code 0: everything answered as published.
"""

import argparse
import pathlib
import secrets
import subprocess
import sys
import tempfile

from published_api import CLOUD, Server, demand, quote

DOOR = pathlib.Path(__file__).resolve().parents[2] / "purser"


class Device:
    """A product whose console a person uses."""

    def __init__(self, options, folder):
        self.purser, self.folder = options.purser, folder
        self.serial = "SCRIPT" + secrets.token_hex(5).upper()
        self.sudi = {"udiPid": options.pid, "udiSerialNumber": self.serial}
        self.run("init", "--product", options.product, "--pid", options.pid, "--sn", self.serial, "--ca", options.root)
        self.reservation("enable")

    def run(self, *words):
        command = [self.purser, "device", "--store", "%s/%s.json" % (self.folder, self.serial), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        demand(done.returncode == 0, "%s: %s%s" % (" ".join(words), done.stdout, done.stderr))
        return done.stdout

    def reservation(self, *words):
        return self.run("license", "smart", "reservation", *words)

    def request(self):
        return self.reservation("request", "local").split("Request code: ")[1].strip()

    def install(self, code):
        """The code is saved unchanged as the file that the device installs; answers the confirmation code."""
        file = pathlib.Path(self.folder, self.serial + ".xml")
        file.write_text(code, encoding="utf-8")
        return self.reservation("install", "file", str(file)).split("Last Confirmation code ")[1].strip()

    def give_back(self):
        return self.reservation("return", "local", "--yes").split("Return code: ")[1].strip()


class Portal:
    """The reservation calls of one version of the addresses."""

    def __init__(self, server, account, place, version):
        self.server, self.account, self.place, self.version = server, account, place, version

    def post(self, what, body):
        return self.server.json("POST", "%s/%s/accounts/%s/virtual-accounts/%s/%s" % (CLOUD, self.version, self.account, quote(self.place), what), body)

    def reserve(self, code, kind="SPECIFIC", licenses=()):
        request = {"reservationCode": code, "reservationType": kind, **({"licenses": list(licenses)} if licenses else {})}
        return self.post("reserve-licenses", {"reservationRequests": [request]})

    def update(self, device, tag, licenses):
        return self.post("update-licenses", {"reservationUpdateRequests": [{"sudi": device.sudi, "productTagName": tag, "licenses": licenses}]})

    def confirm(self, device, tag, code):
        return self.post("confirm-licenses", {"reservationConfirmationRequests": [{"sudi": device.sudi, "productTagName": tag, "confirmationCode": code}]})

    def remove(self, spelling, devices):
        """Several product instances at once are removed at the v2 address, whatever the others are."""
        requests = [{"sudi": device.sudi, "returnCode": device.give_back()} for device in devices]
        answer = Portal(self.server, self.account, self.place, "v2").post("devices/remove", {spelling: requests})
        demand(answer["status"] == "SUCCESS" and len(answer["removeProductInstancesStatus"]) == len(devices), "removed: %s" % answer)

    def counts(self, name):
        rows = self.server.json("POST", "%s/v1/accounts/%s/licenses" % (CLOUD, self.account), {"virtualAccounts": [self.place], "limit": -1})["licenses"]
        return next((row["reserved"], row["available"]) for row in rows if row["license"] == name)


def made(answer, spelling="authorizationCodes"):
    """The one code of an answer, under either spelling of the list."""
    demand(answer["status"] == "SUCCESS" and answer["statusMessage"].startswith("1 "), str(answer))
    (code,) = answer[spelling]
    demand(code["status"] == "SUCCESS" and code["authorizationCode"], str(code))
    return code


def dialogue(portal, device, license_tag):
    def of(quantity, **more):
        return [{"entitlementTag": license_tag, "quantity": quantity, **more}]

    asked = device.request()
    code = made(portal.reserve(asked, licenses=of("3", precedence="LONGEST_TERM_LAST")))
    name, tag = code["licenses"][0]["name"], code["productTagName"]
    demand(code["reservationCode"] == asked and sum(row["quantity"] for row in code["licenses"]) == 3, "three licenses are reserved for this request code")
    reserved, available = portal.counts(name)
    first = device.install(code["authorizationCode"])
    again = portal.reserve(asked, licenses=of(1))
    demand(again["status"] == "ERROR" and again["authorizationCodes"][0]["status"] == "FAILURE", "a request code serves once")

    second = device.install(made(portal.update(device, tag, of(5)), "autorizationCodes")["authorizationCode"])
    demand(portal.counts(name) == (reserved + 2, available - 2), "what is raised counts at once")
    demand(portal.update(device, tag, of(6))["status"] == "ERROR", "an update is confirmed before the next one")
    demand(portal.confirm(device, tag, first)["status"] == "ERROR", "the confirmation code of an authorization before is refused")
    confirmed = portal.confirm(device, tag, second)
    demand(confirmed["status"] == "SUCCESS" and confirmed["data"]["statusMessage"] == "Update confirmed", str(confirmed))

    third = device.install(made(portal.update(device, tag, of(1)))["authorizationCode"])
    demand(portal.counts(name)[1] == available - 2, "what is given back is free only when that is confirmed")
    demand(portal.confirm(device, tag, third)["status"] == "SUCCESS", "the device gave four back")
    demand(portal.counts(name) == (reserved - 2, available + 2), "four are free")
    return name


def bulk(server, account, place, devices, license_tag):
    """The last of them asks for more than there is, and is told so in its own row."""
    requests = [{"reservationCode": device.request(), "reservationType": "SPECIFIC", "licenses": [{"entitlementTag": license_tag, "quantity": 2}]} for device in devices]
    requests[-1]["licenses"][0]["quantity"] = 1_000_000
    answer = server.json("POST", "/v1/software/apis/licensing/v2/account/%s/licenses/reserve-bulk" % account, {
        "virtualAccounts": [{"name": place, "reservationRequests": requests}], "forSingleVirtualAccount": True})
    rows = answer["authorizationCodes"]
    demand(answer["status"] == "WARNING" and [row["status"] for row in rows] == ["SUCCESS"] * (len(devices) - 1) + ["FAILURE"], str(answer))
    for device, row in zip(devices, rows[:-1]):
        device.install(row["authorizationCode"])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "client_id", "client_secret"):
        parser.add_argument(name)
    for name in ("--license", "--product", "--pid", "--root"):
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
    account = server.json("GET", CLOUD + "/v2/accounts")["accounts"][0]["accountDomain"]
    spellings = {"v1": "productInstacesRemoveRequests", "v2": "productInstancesRemoveRequests"}
    with tempfile.TemporaryDirectory() as folder:
        counts = []
        for version, spelling in spellings.items():
            portal, device = Portal(server, account, options.place, version), Device(options, folder)
            name = dialogue(portal, device, options.license)
            portal.remove(spelling, [device])
            counts.append(portal.counts(name))
            print("%s: reserved, raised, lowered, confirmed, removed with %s" % (version, spelling))

        device = Device(options, folder)
        device.reservation("install", made(portal.reserve(device.request(), "UNIVERSAL"))["authorizationCode"])
        portal.remove(spelling, [device])
        print("universal: reserved and removed")

        devices = [Device(options, folder) for _ in range(4)]
        bulk(server, account, options.place, devices, options.license)
        portal.remove(spelling, devices[:-1])
        print("bulk: %d reserved, one refused, all removed" % (len(devices) - 1))
        counts.append(portal.counts(name))
        demand(len(set(counts)) == 1, "everything is as it was: %s" % counts)
    print("everything answered as published")


if __name__ == "__main__":
    sys.exit(main())
