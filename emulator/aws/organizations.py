"""AWS Organizations, of which ministack has one for each account that asks: here an organization has members.

The operations are AWS's own, so any SDK plays an administrator: CreateOrganization, InviteAccountToOrganization and AcceptHandshake,
RemoveAccountFromOrganization, LeaveOrganization, CloseAccount, MoveAccount, RegisterDelegatedAdministrator, and service control policies, of
which a Deny of an action counts where stack_sets.py asks. What can go wrong on AWS is ordered by tags:

- on the root, `throttled`: so many calls of ListAccounts are refused with TooManyRequestsException,
- on an account, `state`: the State that ListAccounts says, such as SUSPENDED.

ListAccounts gives 20 accounts a page at most, and every third page is empty although others follow, as its documentation warns.
"""

import fnmatch
import json
import re
import uuid
from dataclasses import dataclass, field

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id
from ministack.services import organizations

PAGE_SIZE = 20
EMPTY_PAGE = 3
MAX_DELEGATED = 5

# What StackSets calls itself where an administrator is delegated.
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


@dataclass
class Account:
    id: str
    parent: str
    name: str
    state: str = "ACTIVE"
    delegated: set = field(default_factory=set)
    policies: set = field(default_factory=set)


@dataclass
class Organization:
    management: str
    features: str
    id: str = field(default_factory=lambda: f"o-{uuid.uuid4().hex[:10]}")
    root: str = field(default_factory=lambda: f"r-{uuid.uuid4().hex[:4]}")
    accounts: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    policies: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)

    def parents(self, account):
        """What the account is in, from its parent to the root."""
        parent = self.accounts[account].parent
        while parent:
            yield parent
            parent = self.units.get(parent)

    def state(self, account):
        return self.tags.get(account, {}).get("state", self.accounts[account].state)

    def denies(self, account, action):
        """Whether a service control policy keeps the account from an action; none keeps the management account from any."""
        if account == self.management:
            return False
        names = [self.policies[one] for one in self.accounts[account].policies]
        return any(
            statement.get("Effect") == "Deny" and any(fnmatch.fnmatch(action, one) for one in as_list(statement.get("Action")))
            for content in names
            for statement in as_list(json.loads(content)["Statement"])
        )


all_organizations = {}
handshakes = {}
# Called with organization, account and whether it joined or left.
observers = []


def as_list(value):
    return value if isinstance(value, list) else [value]


def organization_of(account):
    return next((one for one in all_organizations.values() if account in one.accounts), None)


def is_closed(account):
    organization = organization_of(account)
    return organization is not None and organization.state(account) in ("SUSPENDED", "PENDING_CLOSURE", "CLOSED")


def is_delegated(organization, account):
    return STACK_SETS in organization.accounts[account].delegated


def own_organization():
    organization = organization_of(get_account_id())
    if organization is None:
        raise Refused("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    return organization


def readable_organization():
    """For what only the management account and delegated administrators, of any service, may read."""
    organization = own_organization()
    account = get_account_id()
    if account != organization.management and not organization.accounts[account].delegated:
        raise Refused("AccessDeniedException", "You don't have permissions to access this resource.")
    return organization


def managed_organization():
    organization = own_organization()
    if get_account_id() != organization.management:
        raise Refused("AccessDeniedException", "You don't have permissions to access this resource.")
    return organization


def existing(organization, account):
    if account not in organization.accounts:
        raise Refused("AccountNotFoundException", f"You specified an account that doesn't exist: {account}")
    return organization.accounts[account]


def arn(organization, kind, *parts):
    return f"arn:aws:organizations::{organization.management}:{kind}/{'/'.join([organization.id, *parts])}"


def describe(organization):
    return {
        "Id": organization.id,
        "Arn": arn(organization, "organization"),
        "FeatureSet": organization.features,
        "MasterAccountId": organization.management,
        "MasterAccountArn": arn(organization, "account", organization.management),
        "MasterAccountEmail": f"owner+{organization.management}@example.com",
    }


def describe_account(organization, account):
    state = organization.state(account.id)
    return {
        "Id": account.id,
        "Arn": arn(organization, "account", account.id),
        "Email": f"owner+{account.id}@example.com",
        "Name": account.name,
        "State": state,
        "JoinedMethod": "INVITED",
        "JoinedTimestamp": 1767225600,
        "Paths": ["/".join([organization.id, *reversed(list(organization.parents(account.id))), ""])],
    }


def create_organization(payload):
    account = get_account_id()
    if organization_of(account):
        raise Refused("AlreadyInOrganizationException", "The account is already a member of an organization.")
    organization = Organization(account, payload.get("FeatureSet", "ALL"))
    organization.accounts[account] = Account(account, organization.root, "Management")
    all_organizations[organization.id] = organization
    return {"Organization": describe(organization)}


def list_roots(_payload):
    organization = readable_organization()
    root = {"Id": organization.root, "Arn": arn(organization, "root", organization.root), "Name": "Root", "PolicyTypes": []}
    return {"Roots": [root]}


def list_accounts(payload):
    organization = readable_organization()
    throttled = int(organization.tags.get(organization.root, {}).get("throttled", 0))
    if throttled > 0:
        organization.tags[organization.root]["throttled"] = str(throttled - 1)
        raise Refused("TooManyRequestsException", "You have sent too many requests in too short a period of time.")
    number, position = (int(one) for one in payload.get("NextToken", "1-0").split("-"))
    size = 0 if number % EMPTY_PAGE == 0 else min(payload.get("MaxResults", PAGE_SIZE), PAGE_SIZE)
    accounts = list(organization.accounts.values())
    page = accounts[position : position + size]
    end = position + size
    more = {"NextToken": f"{number + 1}-{end}"} if end < len(accounts) else {}
    return {"Accounts": [describe_account(organization, one) for one in page], **more}


def invite(payload):
    organization = managed_organization()
    handshake = f"h-{uuid.uuid4().hex[:10]}"
    handshakes[handshake] = (organization, payload["Target"]["Id"], payload.get("Notes") or "Member")
    return {"Handshake": {"Id": handshake, "State": "OPEN", "Action": "INVITE"}}


def accept(payload):
    organization, account, name = handshakes.get(payload["HandshakeId"], (None, None, None))
    if organization is None or account != get_account_id():
        raise Refused("HandshakeNotFoundException", "There is no such handshake for this account.")
    if organization_of(account):
        raise Refused("HandshakeConstraintViolationException", "The account is already a member of an organization.")
    del handshakes[payload["HandshakeId"]]
    organization.accounts[account] = Account(account, organization.root, name)
    tell(organization, account, "joined")
    return {"Handshake": {"Id": payload["HandshakeId"], "State": "ACCEPTED", "Action": "INVITE"}}


def part(organization, account):
    if account == organization.management:
        raise Refused("MasterCannotLeaveOrganizationException", "The management account cannot leave the organization.")
    existing(organization, account)
    # StackSets removes its stacks from an account that leaves, and it has to know from which parent.
    tell(organization, account, "left")
    del organization.accounts[account]
    return {}


def close_account(payload):
    organization = managed_organization()
    existing(organization, payload["AccountId"]).state = "CLOSED"
    return {}


def create_unit(payload):
    organization = managed_organization()
    unit = f"ou-{organization.root[2:]}-{uuid.uuid4().hex[:8]}"
    organization.units[unit] = payload["ParentId"]
    return {"OrganizationalUnit": {"Id": unit, "Arn": arn(organization, "ou", unit), "Name": payload["Name"]}}


def move_account(payload):
    organization = managed_organization()
    account = existing(organization, payload["AccountId"])
    tell(organization, account.id, "left")
    account.parent = payload["DestinationParentId"]
    tell(organization, account.id, "joined")
    return {}


def register_delegated(payload):
    organization = managed_organization()
    delegated = [one for one in organization.accounts.values() if payload["ServicePrincipal"] in one.delegated]
    if len(delegated) >= MAX_DELEGATED:
        raise Refused("ConstraintViolationException", "There are as many delegated administrators as AWS allows.")
    existing(organization, payload["AccountId"]).delegated.add(payload["ServicePrincipal"])
    return {}


def create_policy(payload):
    policy = f"p-{uuid.uuid4().hex[:8]}"
    managed_organization().policies[policy] = payload["Content"]
    return {"Policy": {"PolicySummary": {"Id": policy, "Name": payload["Name"], "Type": payload["Type"]}}}


def attach_policy(payload):
    existing(managed_organization(), payload["TargetId"]).policies.add(payload["PolicyId"])
    return {}


def detach_policy(payload):
    existing(managed_organization(), payload["TargetId"]).policies.discard(payload["PolicyId"])
    return {}


def tag(payload):
    tags = managed_organization().tags.setdefault(payload["ResourceId"], {})
    tags.update({one["Key"]: one["Value"] for one in payload["Tags"]})
    return {}


def untag(payload):
    tags = managed_organization().tags.get(payload["ResourceId"], {})
    for key in payload["TagKeys"]:
        tags.pop(key, None)
    return {}


def tell(organization, account, what):
    for observer in observers:
        observer(organization, account, what)


OPERATIONS = {
    "CreateOrganization": create_organization,
    "DescribeOrganization": lambda _payload: {"Organization": describe(own_organization())},
    "ListRoots": list_roots,
    "ListAccounts": list_accounts,
    "InviteAccountToOrganization": invite,
    "AcceptHandshake": accept,
    "RemoveAccountFromOrganization": lambda payload: part(managed_organization(), payload["AccountId"]),
    "LeaveOrganization": lambda _payload: part(own_organization(), get_account_id()),
    "CloseAccount": close_account,
    "CreateOrganizationalUnit": create_unit,
    "MoveAccount": move_account,
    "RegisterDelegatedAdministrator": register_delegated,
    "CreatePolicy": create_policy,
    "AttachPolicy": attach_policy,
    "DetachPolicy": detach_policy,
    "TagResource": tag,
    "UntagResource": untag,
}


def respond(operation):
    def handler(payload):
        try:
            return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(operation(payload)).encode()
        except Refused as refused:
            return error_response_json(refused.code, str(refused), 400, message_key="Message")

    return handler


def evaluate_trust_policy(document, principal, context):
    """As ministack's own; nobody assumes a role of a closed account (aws-security-reference-architecture-examples issue 218)."""
    account = re.match(r"arn:[a-z-]+:iam::([0-9]{12}):role/", context.resource_arn or "")
    return not (account and is_closed(account.group(1))) and own_evaluate_trust_policy(document, principal, context)


organizations._DISPATCH.clear()
organizations._DISPATCH.update({name: respond(operation) for name, operation in OPERATIONS.items()})
own_evaluate_trust_policy = iam_evaluator.evaluate_trust_policy
iam_evaluator.evaluate_trust_policy = evaluate_trust_policy
