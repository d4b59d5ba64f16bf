"""Service-managed StackSets as a resource of a customer's stack, which ministack lacks.

AWS::CloudFormation::StackSet makes a real stack in each account of its targets, at most 100 at a time, as
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html says; never one in the management account. An account that joins later gets
one, and from one that leaves it is removed, if AutoDeployment says so. A service control policy that denies iam:CreateRole fails the account's
instance, which the operation bears with as its OperationPreferences say.
"""

import os
import time
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import organizations
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import handlers, helpers, provisioners, stacks

ENDPOINT = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
NAMESPACE = "{http://cloudformation.amazonaws.com/doc/2010-05-15/}"
TYPE = "AWS::CloudFormation::StackSet"

# AWS's is 100; more than a few at a time only keep one process busy here.
WORKERS = 8
PAGE_SIZE = 100

# Organizations for which an administrator activated trusted access by CloudFormation.
trusting = set()
stack_sets = {}
background = ThreadPoolExecutor(WORKERS)


@dataclass
class Instance:
    account: str
    status: str = "OUTDATED"
    detail: str = "RUNNING"
    reason: str = ""


@dataclass
class StackSet:
    id: str
    name: str
    account: str
    region: str
    organization: object
    properties: dict
    instances: dict = field(default_factory=dict)

    def targets(self):
        """The accounts that get a stack: of the chosen units and of those within them, but never the management account."""
        units = {
            unit
            for group in self.properties.get("StackInstancesGroup", [])
            for unit in group["DeploymentTargets"]["OrganizationalUnitIds"]
        }
        return [
            account
            for account in self.organization.accounts
            if account != self.organization.management and units.intersection(self.organization.parents(account))
        ]

    @property
    def deploys_automatically(self):
        return is_true(self.properties.get("AutoDeployment", {}).get("Enabled"))

    @property
    def retains(self):
        return is_true(self.properties.get("AutoDeployment", {}).get("RetainStacksOnAccountRemoval"))


def is_true(value):
    return str(value).lower() == "true"


def call(account, region, action, **parameters):
    """Calls CloudFormation as the account's root user."""
    body = urllib.parse.urlencode({"Action": action, "Version": "2010-05-15", **parameters})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", ENDPOINT + "/", headers=headers, data=body)
    SigV4Auth(Credentials(account, SECRET), "cloudformation", region).add_auth(request)
    try:
        with urlopen(Request(ENDPOINT + "/", body.encode(), dict(request.headers), method="POST")) as response:
            return ElementTree.fromstring(response.read())
    except HTTPError as error:
        message = ElementTree.fromstring(error.read()).find(f".//{NAMESPACE}Message")
        raise RuntimeError(message.text if message is not None else error.reason) from error


def deploy(stack_set, account):
    """Makes an account's stack, or brings it up to date."""
    instance = stack_set.instances.setdefault(account, Instance(account))
    instance.detail = "RUNNING"
    state = stack_set.organization.state(account)
    if state != "ACTIVE":
        instance.status, instance.detail = "OUTDATED", "SKIPPED_SUSPENDED_ACCOUNT"
        instance.reason = f"Account {account} is {state}."
        return
    if stack_set.organization.denies(account, "iam:CreateRole"):
        instance.status, instance.detail = "OUTDATED", "FAILED"
        instance.reason = (
            f"ResourceLogicalId:Role, ResourceType:AWS::IAM::Role, ResourceStatusReason:User: arn:aws:sts::{account}:assumed-role/"
            f"stacksets-exec-{stack_set.id[-32:]}/{uuid.uuid4()} is not authorized to perform: iam:CreateRole with an explicit deny in a "
            "service control policy."
        )
        return
    try:
        settle(stack_set, account)
        instance.status, instance.detail, instance.reason = "CURRENT", "SUCCEEDED", ""
    except RuntimeError as error:
        instance.status, instance.detail, instance.reason = "OUTDATED", "FAILED", str(error)


def settle(stack_set, account):
    properties = stack_set.properties
    where = (account, stack_set.region)
    name = member_stack(stack_set)
    parameters = {"StackName": name, "TemplateBody": properties["TemplateBody"]} if "TemplateBody" in properties else {
        "StackName": name,
        "TemplateURL": properties["TemplateURL"],
    }
    for index, one in enumerate(properties.get("Capabilities", []), 1):
        parameters[f"Capabilities.member.{index}"] = one
    for index, one in enumerate(properties.get("Parameters", []), 1):
        parameters[f"Parameters.member.{index}.ParameterKey"] = one["ParameterKey"]
        parameters[f"Parameters.member.{index}.ParameterValue"] = one["ParameterValue"]
    existing = status(where, name)
    if existing in (None, "ROLLBACK_COMPLETE"):
        call(*where, "CreateStack", **parameters)
    else:
        try:
            call(*where, "UpdateStack", **parameters)
        except RuntimeError as error:
            if "No updates" not in str(error):
                raise
    ended = wait(where, name)
    if ended not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise RuntimeError(f"The stack {name} is {ended}: {reason(where, name)}")


def remove(stack_set, account):
    where = (account, stack_set.region)
    name = member_stack(stack_set)
    if status(where, name) is not None:
        call(*where, "DeleteStack", StackName=name)
        wait(where, name)
    stack_set.instances.pop(account, None)


def member_stack(stack_set):
    return f"StackSet-{stack_set.id.replace(':', '-')}"


def status(where, name):
    try:
        found = call(*where, "DescribeStacks", StackName=name).find(f".//{NAMESPACE}StackStatus").text
    except RuntimeError:
        return None
    return None if found == "DELETE_COMPLETE" else found


def wait(where, name):
    while (found := status(where, name)) is not None and found.endswith("_IN_PROGRESS"):
        time.sleep(0.01)
    return found


def reason(where, name):
    events = call(*where, "DescribeStackEvents", StackName=name)
    failed = [one for one in events.iter(f"{NAMESPACE}member") if text(one, "ResourceStatus").endswith("_FAILED")]
    return text(failed[-1], "ResourceStatusReason") if failed else "no reason given"


def text(element, name):
    found = element.find(f"{NAMESPACE}{name}")
    return found.text or "" if found is not None else ""


def check(properties):
    """The organization of a stack set that may be made. @raises ValueError in StackSets' words"""
    account = get_account_id()
    organization = organizations.organization_of(account)
    if organization is None or organization.id not in trusting:
        raise ValueError("You must enable organizations access to operate a service managed stack set")
    caller = properties.get("CallAs", "SELF")
    if caller == "SELF" and account != organization.management:
        raise ValueError("Account used is not a management account")
    if caller == "DELEGATED_ADMIN" and not organizations.is_delegated(organization, account):
        raise ValueError("Account used is not a delegated administrator")
    if properties.get("PermissionModel") != "SERVICE_MANAGED":
        raise ValueError("The embedded cloud has service-managed stack sets only.")
    return organization


def create(_logical_id, properties, _stack_name):
    organization = check(properties)
    name = properties["StackSetName"]
    account, region = get_account_id(), get_region()
    if any(one.name == name and one.account == account and one.region == region for one in stack_sets.values()):
        raise ValueError(f"StackSet {name} already exists")
    made = StackSet(f"{name}:{uuid.uuid4()}", name, account, region, organization, properties)
    stack_sets[made.id] = made
    roll_out(made)
    return made.id, {"StackSetId": made.id}


def update(physical_id, _old_properties, properties, _stack_name):
    check(properties)
    changed = stack_sets[physical_id]
    changed.properties = properties
    roll_out(changed)
    return physical_id, {"StackSetId": physical_id}


def roll_out(stack_set):
    targets = stack_set.targets()
    gone = [account for account in stack_set.instances if account not in targets]
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(lambda account: remove(stack_set, account), gone))
        list(workers.map(lambda account: deploy(stack_set, account), targets))
    failed = [one for one in stack_set.instances.values() if one.detail == "FAILED"]
    preferences = stack_set.properties.get("OperationPreferences", {})
    tolerated = float(preferences.get("FailureTolerancePercentage", 0)) / 100 * len(targets)
    if len(failed) > max(tolerated, float(preferences.get("FailureToleranceCount", 0))):
        raise RuntimeError(f"{len(failed)} of {len(targets)} stack instances failed: {failed[0].reason}")


def delete(physical_id, _properties):
    gone = stack_sets.get(physical_id)
    if gone is None:
        return
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(lambda account: remove(gone, account), list(gone.instances)))
    del stack_sets[physical_id]


def follow(organization, account, what):
    """Deploys to an account that joined, and removes from one that left, after the call that says so."""
    for one in [one for one in stack_sets.values() if one.organization is organization and one.deploys_automatically]:
        if what == "joined" and account in one.targets():
            background.submit(deploy, one, account)
        elif what == "left" and one.retains:
            one.instances.pop(account, None)
        elif what == "left":
            background.submit(remove, one, account)


def activate(_parameters):
    organization = organizations.organization_of(get_account_id())
    if organization is None or organization.management != get_account_id():
        return helpers._error("InvalidOperationException", "Only the management account can activate organizations access.")
    trusting.add(organization.id)
    return helpers._xml(200, "ActivateOrganizationsAccessResponse", "<ActivateOrganizationsAccessResult/>")


def deactivate(_parameters):
    organization = organizations.organization_of(get_account_id())
    trusting.discard(organization and organization.id)
    return helpers._xml(200, "DeactivateOrganizationsAccessResponse", "<DeactivateOrganizationsAccessResult/>")


def describe_access(_parameters):
    organization = organizations.organization_of(get_account_id())
    if organization is None:
        return helpers._error("InvalidOperationException", "The account is not a member of an organization.")
    found = "ENABLED" if organization.id in trusting else "DISABLED"
    result = f"<DescribeOrganizationsAccessResult><Status>{found}</Status></DescribeOrganizationsAccessResult>"
    return helpers._xml(200, "DescribeOrganizationsAccessResponse", result)


def list_instances(parameters):
    name = helpers._p(parameters, "StackSetName")
    found = find(name, get_account_id(), get_region())
    if found is None:
        return helpers._error("StackSetNotFoundException", f"StackSet {name} not found", 404)
    start = int(helpers._p(parameters, "NextToken", "0"))
    instances = list(found.instances.values())
    page = "".join(describe(found, one) for one in instances[start : start + PAGE_SIZE])
    end = start + PAGE_SIZE
    more = f"<NextToken>{end}</NextToken>" if end < len(instances) else ""
    result = f"<ListStackInstancesResult><Summaries>{page}</Summaries>{more}</ListStackInstancesResult>"
    return helpers._xml(200, "ListStackInstancesResponse", result)


def describe(stack_set, instance):
    return (
        f"<member><StackSetId>{stack_set.id}</StackSetId><Region>{stack_set.region}</Region><Account>{instance.account}</Account>"
        f"<Status>{instance.status}</Status><StatusReason>{helpers._esc(instance.reason)}</StatusReason>"
        f"<StackInstanceStatus><DetailedStatus>{instance.detail}</DetailedStatus></StackInstanceStatus></member>"
    )


def find(name, account, region):
    """By name or ID: a stack set is its account's and region's own."""
    return next(
        (
            one
            for one in stack_sets.values()
            if name in (one.name, one.id) and one.account == account and one.region == region
        ),
        None,
    )


def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
    """As ministack's own; of an operation on a stack set, the stack set's."""
    if service == "cloudformation":
        sent = urllib.parse.parse_qs(body.decode("utf-8", "replace"))
        name = sent.get("StackSetName", [None])[0]
        if name:
            return f"arn:aws:cloudformation:{region}:{account_id}:stackset/{name if ':' in name else f'{name}:*'}"
    return own_extract_resource_arn(service, method, path, headers, body, query_params, region, account_id)


def runs_on_worker_thread(resource_type):
    return resource_type == TYPE or own_runs_on_worker_thread(resource_type)


provisioners._RESOURCE_HANDLERS[TYPE] = {"create": create, "update": update, "delete": delete}
handlers._ACTION_HANDLERS.update(
    {
        "ActivateOrganizationsAccess": activate,
        "DeactivateOrganizationsAccess": deactivate,
        "DescribeOrganizationsAccess": describe_access,
        "ListStackInstances": list_instances,
    }
)
own_runs_on_worker_thread, stacks._runs_on_worker_thread = stacks._runs_on_worker_thread, runs_on_worker_thread
own_extract_resource_arn = iam_actions.extract_resource_arn
iam_actions.extract_resource_arn = extract_resource_arn
organizations.observers.append(follow)
