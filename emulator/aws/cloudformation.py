"""What ministack's CloudFormation lacks: templates at the address that S3 gives them, and topics as the ServiceToken of custom resources.

Environment: CUSTOM_RESOURCES_URL takes the requests of custom resources whose ServiceToken is a topic; without it there are none.
"""

import asyncio
import os
import re
from contextvars import ContextVar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc
from ministack.services.cloudformation import helpers

ENDPOINT = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
BUCKET_HOST = re.compile(r"[a-z0-9.-]+\.s3[.-][a-z0-9-]+\.amazonaws\.com(\.cn)?")

# What the request that is being handled names as its TemplateURL, with its text or its refusal: handlers of requests may not wait.
templates = ContextVar("templates", default={})


async def read_ahead(body):
    """Reads the template that a request names, before ministack handles the request."""
    for url in parse_qs(body.decode("utf-8", "replace")).get("TemplateURL", []):
        if is_in_bucket(url):
            templates.set({url: await asyncio.to_thread(read, url)})


def is_in_bucket(url):
    return BUCKET_HOST.fullmatch(urlsplit(url).hostname or "") is not None


def read(url):
    """A template's text as anybody can read it, and the sentence that refuses it: one of the two."""
    parts = urlsplit(url)
    # As a load balancer would say that the request was made over TLS.
    headers = {"Host": parts.hostname, "X-Forwarded-Proto": "https"}
    try:
        with urlopen(Request(ENDPOINT + parts.path, headers=headers)) as response:
            return response.read().decode(), None
    except HTTPError as error:
        return None, f"S3 error: {error.reason}"


def resolve_document(params, body_key, url_key, label):
    """As ministack's own, which knows the buckets of the caller's account only, and no virtual hosts."""
    url = helpers._p(params, url_key)
    if helpers._p(params, body_key) or not url or not is_in_bucket(url):
        return own_resolve_document(params, body_key, url_key, label)
    # A nested stack's is not read ahead, but it is made by a thread that may wait.
    text, refusal = templates.get().get(url) or read(url)
    return text, refusal and helpers._error("ValidationError", refusal)


def function_record(ref):
    """As ministack's own; for a topic, a function of the stack's account whose invocations ministack hands on."""
    if not ref.startswith("arn:") or ref.split(":")[2] != "sns":
        return own_function_record(ref)
    name = "custom-resource-requests"
    config = {
        "FunctionName": name,
        "FunctionArn": f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{name}",
        "Environment": {"Variables": {"MINISTACK_LAMBDA_PROXY_URL": os.environ["CUSTOM_RESOURCES_URL"]}},
    }
    return {"config": config}, config, name


own_resolve_document, helpers._resolve_document = helpers._resolve_document, resolve_document
if "CUSTOM_RESOURCES_URL" in os.environ:
    own_function_record = lambda_svc._get_func_record_for_ref
    lambda_svc._get_func_record_for_ref = function_record
