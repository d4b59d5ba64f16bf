"""Runs ministack behind a guard: what a web page, or another program on this machine, must not be able to do.

ministack takes any twelve digits as an account's root user without looking at the signature, and answers any web page. Whoever
creates a function there runs code on this machine. So this guard refuses, before ministack sees it,

- a host name that is not this machine's (a name that an attacker points to 127.0.0.1),
- what a browser sends for another site's page: an Origin, or Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/),
- a root user's request whose signature was not made with this run's secret, and
- ministack's own controls, such as its reset.

Environment: AWS_SECRET_ACCESS_KEY is the secret of every root user. ministack's own variables are its own.
"""

import hmac
import json
import os
import re
import signal
import threading
import time
from urllib.parse import parse_qs

import cloudformation
import request_log
import principals  # noqa: F401, has aws:PrincipalArn name roles
import stack_sets  # noqa: F401, adds StackSets and Organizations to ministack
from ministack import app as ministack
from ministack.core.iam_evaluator import is_root_access_key
from ministack.core.router import extract_access_key_id
from ministack.core.sigv4 import header_signature_failure, parse_header_signature, parse_query_signature

SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]

# The bucket names are virtual hosts, whose DNS is S3's: nobody else can point them here.
OUR_HOSTS = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?|[a-z0-9.-]+\.s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?")
OWN_CONTROLS = re.compile(r"/_(ministack|localstack)/(?!health$|cfn-response/)")

# A program that knows the secret may pass on what a browser sent, and serve the API at the root of another address.
ON_BEHALF_HEADER = b"x-embedded-cloud-secret"
API_HEADER = b"x-embedded-cloud-api"


class Refused(Exception):
    """Why a request is refused."""


async def guarded(scope, receive, send):
    if scope["type"] == "lifespan":
        await ministack_app(scope, receive, send)
        return
    try:
        scope, receive = await admitted(scope, receive)
    except Refused as refused:
        await refuse(scope, receive, send, str(refused))
        return
    await ministack_app(scope, receive, send)


async def admitted(scope, receive):
    """The request as ministack gets it."""
    headers = joined(scope["headers"])
    if not OUR_HOSTS.fullmatch(headers.get("host", "")):
        raise Refused("The host is not this machine's.")
    given = dict(scope["headers"])
    on_behalf = hmac.compare_digest(given.get(ON_BEHALF_HEADER, b""), SECRET.encode())
    if not on_behalf and (
        "origin" in headers or headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    ):
        raise Refused("Web pages may not call the embedded cloud.")
    if not on_behalf and OWN_CONTROLS.match(scope["path"]):
        raise Refused("ministack's own controls are switched off.")
    receive = await check_root_signature(scope, headers, receive)
    body = b""
    is_stack = "/cloudformation/" in headers.get("authorization", "")
    if is_stack or request_log.is_wanted(headers):
        body, receive = await buffered(receive)
    request_log.write(headers, body)
    if is_stack:
        await cloudformation.read_ahead(body)
    if on_behalf and API_HEADER in given:
        prefix = given[API_HEADER]
        raw_path = prefix + (scope.get("raw_path") or scope["path"].encode())
        scope = {**scope, "path": prefix.decode() + scope["path"], "raw_path": raw_path}
    return scope, receive


async def check_root_signature(scope, headers, receive):
    query = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)
    key = extract_access_key_id(headers, query)
    if not key or not is_root_access_key(key):
        return receive  # ministack checks the signatures of every other key
    in_query = not headers.get("authorization")
    signature = parse_query_signature(query) if in_query else parse_header_signature(headers)
    if isinstance(signature, tuple):
        raise Refused(signature[1])
    body = b""
    if "x-amz-content-sha256" not in headers and not in_query:
        body, receive = await buffered(receive)
    failure = header_signature_failure(
        signature,
        SECRET,
        scope.get("method", "GET"),
        (scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        query,
        headers,
        body,
        presigned=in_query,
    )
    if failure:
        raise Refused(
            f"The request for the account {key} is not signed with this embedded cloud's secret access key: "
            "`npm start` prints where it is."
        )
    return receive


def joined(headers):
    """Headers by name; one that was sent on several lines is signed as its values with commas between them."""
    by_name = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        by_name[key] = f"{by_name[key]},{text}" if key in by_name else text
    return by_name


async def buffered(receive):
    """The body, and a function that receives it once more."""
    messages = []
    while True:
        message = await receive()
        messages.append(message)
        if not message.get("more_body"):
            break
    replay = iter(messages)

    async def again():
        return next(replay, None) or await receive()

    return b"".join(message.get("body", b"") for message in messages), again


async def refuse(scope, receive, send, sentence):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"__type": "AccessDeniedException", "message": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def end_with_parent():
    """Ends this process when the program that started it was killed and could not do it."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


# ministack's main() serves the module's global.
ministack_app, ministack.app = ministack.app, guarded
if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    ministack.main()
