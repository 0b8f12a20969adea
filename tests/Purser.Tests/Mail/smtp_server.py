"""A mail server for tests: STARTTLS and sign-in are demanded; what it takes is told as one line of JSON each."""
import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

CERTIFICATE, KEY, USER, PASSWORD = sys.argv[1:5]


class Mailboxes:
    def __init__(self):
        self.busy = set()

    async def auth_LOGIN(self, server, arguments):
        """As mail servers do it: the name may come with the command, which older versions of the library overlook."""
        name = base64.b64decode(arguments[1]) if len(arguments) > 1 else await server.challenge_auth("User Name")
        password = await server.challenge_auth("Password")
        return AuthResult(success=name == USER.encode() and password == PASSWORD.encode(), handled=False, auth_data=name)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 No such mailbox"
        if address.startswith("busy@") and address not in self.busy:
            self.busy.add(address)
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "signedIn": session.authenticated,
            "kind": message.get_content_type(),
            "headers": {name.lower(): str(value) for name, value in message.items()},
            "text": parts.get("text/plain", ""),
            "html": parts.get("text/html", ""),
            "order": [part.get_content_type() for part in message.walk() if not part.is_multipart()],
        }), flush=True)
        return "250 2.0.0 Taken"


class Server(SMTP):
    async def smtp_AUTH(self, argument):
        """The case of a mechanism's name means nothing (RFC 4954 3), which older versions of the library overlook."""
        mechanism, _, rest = (argument or "").partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    loop = asyncio.get_running_loop()
    mailboxes = Mailboxes()
    server = await loop.create_server(
        lambda: Server(mailboxes, hostname="mail.test", tls_context=context, require_starttls=True, auth_required=True, auth_exclude_mechanism=["PLAIN"], loop=loop),
        "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
