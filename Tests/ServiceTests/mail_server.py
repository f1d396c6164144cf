"""A mail server for tests: takes mail over SMTP and says what it took, one JSON object a line, on standard output.

Recipients decide what happens to their mail: `refused…` is unknown (550), `busy…` is put off once (450), `slow…` is answered late, and the
content is refused (554) for `spam…`. Arguments: port, then optionally certificate and key for STARTTLS; a login is demanded where one is given.
"""

import asyncio
import json
import logging
import ssl
import sys
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

port = int(sys.argv[1])
certificate, key = (sys.argv[2:4] + [None, None])[:2]
login = sys.argv[4] if len(sys.argv) > 4 else None
put_off = set()
# Clients that turn away are part of the tests.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


def say(**event):
    print(json.dumps(event), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}>: no such mailbox here"
        if address.startswith("busy") and address not in put_off:
            put_off.add(address)
            return "450 4.2.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=default)
        plain = message.get_body(("plain",))
        say(
            recipient=envelope.rcpt_tos[0], sender=envelope.mail_from, connection=session.peer[1], tls=session.ssl is not None,
            login=session.authenticated, id=message["Message-ID"], subject=message["Subject"], to=message["To"], replyTo=message["Reply-To"],
            text=plain.get_content().replace("\r\n", "\n"), html=message.get_body(("html",)).get_content(), defects=[str(defect) for defect in message.defects],
        )
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.7.1 refused as spam"
        if envelope.rcpt_tos[0].startswith("slow"):
            await asyncio.sleep(2)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    isRight = isinstance(data, LoginPassword) and f"{data.login.decode()}:{data.password.decode()}" == login
    return AuthResult(success=isRight, handled=isRight)


options = {"decode_data": False}
if certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    options |= {"tls_context": context, "require_starttls": True}
if login:
    options |= {"authenticator": authenticate, "auth_required": True}
controller = Controller(Handler(), hostname="127.0.0.1", port=port, **options)
controller.start()
say(ready=True)
sys.stdin.read()
