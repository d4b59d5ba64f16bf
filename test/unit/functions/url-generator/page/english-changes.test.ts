/** Actions that vendors ask for, and what customers read: nobody says "put object" or "list all my buckets". */
import assert from "node:assert/strict";
import { englishPhrase } from "../../../../../functions/url-generator/page/english-changes.js";

const ACTIONS = {
  "autoscaling:SetDesiredCapacity": "set the desired capacity of Auto Scaling groups",
  "autoscaling:UpdateAutoScalingGroup": "edit Auto Scaling groups",
  "backup:StartBackupJob": "start backup jobs",
  "cloudformation:CreateStack": "create stacks",
  "cloudfront:CreateInvalidation": "create invalidations",
  "cloudwatch:PutMetricAlarm": "create and edit alarms",
  "cloudwatch:DeleteAlarms": "delete alarms",
  "cognito-idp:AdminDisableUser": "disable users",
  "dynamodb:RestoreTableFromBackup": "restore tables from backup",
  "dynamodb:UpdateTable": "edit tables",
  "ec2:AllocateAddress": "allocate addresses",
  "ec2:AttachVolume": "attach volumes",
  "ec2:CreateSnapshot": "create snapshots",
  "ec2:CreateNetworkAclEntry": "create network ACL entries",
  "ec2:DeleteNatGateway": "delete NAT gateways",
  "ec2:DeleteVpcEndpoints": "delete VPC endpoints",
  "ec2:ModifyInstanceAttribute": "change instance settings",
  "ec2:ModifyVolume": "edit volumes",
  "ec2:RunInstances": "launch instances",
  "EC2:startinstances": "startinstances",
  "ec2:StartInstances": "start instances",
  "ec2:TerminateInstances": "terminate (delete) instances",
  "ecs:UpdateService": "edit services",
  "eks:UpdateNodegroupConfig": "edit nodegroup configs",
  "elasticloadbalancing:RegisterTargets": "register targets",
  "events:PutRule": "create and edit rules",
  "glue:StartCrawler": "start crawlers",
  "guardduty:ArchiveFindings": "archive findings",
  "iam:CreateAccessKey": "create access keys",
  "iam:DeactivateMFADevice": "deactivate MFA devices",
  "iam:PassRole": "pass roles to AWS services",
  "IAM:passrole": "pass roles to AWS services",
  "kms:CreateGrant": "let others use keys",
  "lambda:InvokeFunction": "invoke functions",
  "lambda:UpdateFunctionCode": "deploy function code",
  "logs:PutSubscriptionFilter": "create and edit subscription filters",
  "rds:CreateDBSnapshot": "create DB snapshots",
  "rds:ModifyDBProxy": "edit DB proxies",
  "redshift:PauseCluster": "pause clusters",
  "route53:ChangeResourceRecordSets": "create, edit and delete DNS records",
  "s3:PutObject": "upload objects",
  "s3:DeleteBucket": "delete buckets",
  "securityhub:BatchUpdateFindings": "edit findings",
  "sns:Publish": "publish messages",
  "sqs:SendMessage": "send messages",
  "ssm:SendCommand": "run commands on managed nodes",
  "states:StartExecution": "start executions",
  "sts:AssumeRole": "assume other roles",
  "support:CreateCase": "create support cases",
  "tag:UntagResources": "remove tags from resources",
  "wafv2:UpdateIPSet": "edit IP sets",
};

describe("A change in English words", () => {
  for (const [action, phrase] of Object.entries(ACTIONS)) {
    it(`${action} is to ${phrase}`, () => {
      const [service = "", name = ""] = action.split(":");
      assert.equal(englishPhrase(service, name), phrase);
    });
  }
});
