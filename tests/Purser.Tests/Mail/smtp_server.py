"""A mail server for tests: STARTTLS and sign-in are demanded; what it takes is told as one line of JSON each."""
import asyncio
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


def sign_in(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == USER.encode() and data.password == PASSWORD.encode())


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    loop = asyncio.get_running_loop()
    mailboxes = Mailboxes()
    server = await loop.create_server(
        lambda: SMTP(mailboxes, hostname="mail.test", tls_context=context, require_starttls=True, auth_required=True, authenticator=sign_in, loop=loop),
        "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
