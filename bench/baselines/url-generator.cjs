// The URL generator as it was usually written in 2020: the whole SDK v2, its document client, cuid.
const AWS = require("aws-sdk");
const cuid = require("cuid");

const table = new AWS.DynamoDB.DocumentClient();
const sns = new AWS.SNS();

exports.handler = async (event) => {
  const { accountId, region, tenant } = JSON.parse(event.body);
  const [TopicArn] = JSON.parse(process.env.TOPIC_ARNS)[region];
  const externalId = `${region}:${cuid()}`;
  const Item = { externalId, item: "connection", accountId, region, tenant, status: "pending" };
  await table
    .put({
      TableName: process.env.TABLE_NAME,
      Item,
      ConditionExpression: "attribute_not_exists(externalId)",
    })
    .promise();
  await sns
    .addPermission({
      TopicArn,
      Label: externalId.replace(":", "-"),
      AWSAccountId: [accountId],
      ActionName: ["Publish"],
    })
    .promise();
  const form = new URLSearchParams({
    templateURL: process.env.TEMPLATE_URL,
    stackName: `example-${externalId.slice(-8)}`,
    param_TrustedAccount: process.env.TRUSTED_ACCOUNT,
    param_ExternalId: externalId,
    param_SnsArn: TopicArn,
  });
  const link = `https://${region}.console.aws.amazon.com/cloudformation/home?region=${region}#/stacks/create/review?${form}`;
  return { statusCode: 201, body: JSON.stringify({ externalId, link }) };
};
