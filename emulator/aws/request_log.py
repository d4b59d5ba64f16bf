"""Writes down what AWS is asked for, where somebody wants to count it.

Environment: REQUEST_LOG is a file that gets a line for each request: the time in seconds since 1970, the service, and the operation.
"""

import os
import re
import time
from urllib.parse import parse_qs

PATH = os.environ.get("REQUEST_LOG")
SERVICE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([a-z0-9-]+)/")
IN_BODY = ("sts", "cloudformation", "iam", "sns", "sqs")

log = open(PATH, "a", buffering=1) if PATH else None


def is_wanted(headers):
    """Whether the body of a request has to be read for its line."""
    return log is not None and "x-amz-target" not in headers and service_of(headers) in IN_BODY


def write(headers, body):
    service = service_of(headers)
    if log is None or not service:
        return
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    operation = target or parse_qs(body.decode("utf-8", "replace")).get("Action", ["-"])[0]
    log.write(f"{time.time():.3f} {service} {operation}\n")


def service_of(headers):
    found = SERVICE.search(headers.get("authorization", ""))
    return found.group(1) if found else ""
