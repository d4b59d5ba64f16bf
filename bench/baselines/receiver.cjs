// The receiver as it was usually written in 2020: the whole SDK v2, its document client, cfn-response-promise.
// It makes the same calls in the same order as the product and leaves out the checks that cost nothing.
const AWS = require("aws-sdk");
const cuid = require("cuid");
const response = require("cfn-response-promise");

const table = new AWS.DynamoDB.DocumentClient();
const sts = new AWS.STS({
  stsRegionalEndpoints: "regional",
  httpOptions: { agent: new (require("node:https").Agent)({ keepAlive: false }) },
});
const TableName = process.env.TABLE_NAME;

const assume = (RoleArn, ExternalId) =>
  sts
    .assumeRole({
      RoleArn,
      RoleSessionName: "onboarding-probe",
      DurationSeconds: 900,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
      }),
      ExternalId,
    })
    .promise();

const isDenied = (promise) =>
  promise.then(
    () => false,
    (error) => error.code === "AccessDenied",
  );

async function connect(record, context) {
  const event = JSON.parse(record.Sns.Message);
  const { ExternalID, RoleArn, AccountID } = event.ResourceProperties;
  const Key = { externalId: ExternalID, item: "connection" };
  const { Item } = await table.get({ TableName, Key, ConsistentRead: true }).promise();
  await table
    .update({
      TableName,
      Key,
      UpdateExpression: "ADD attempts :one",
      ConditionExpression: "attribute_exists(externalId)",
      ExpressionAttributeValues: { ":one": 1 },
    })
    .promise();
  await assume(RoleArn, ExternalID);
  const denied = await Promise.all([isDenied(assume(RoleArn)), isDenied(assume(RoleArn, cuid()))]);
  if (Item.accountId !== AccountID || denied.includes(false)) throw new Error("The role is not safe.");
  await table
    .update({
      TableName,
      Key,
      UpdateExpression: "SET #status = :status, roleArn = :roleArn, stackId = :stackId, connectedAt = :now",
      ConditionExpression: "revision = :revision",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: {
        ":status": "connected",
        ":roleArn": RoleArn,
        ":stackId": event.StackId,
        ":now": new Date().toISOString(),
        ":revision": Item.revision,
      },
    })
    .promise();
  await response.send(event, context, response.SUCCESS, {}, ExternalID);
}

exports.handler = async ({ Records }, context) => {
  await Promise.all(Records.map((record) => connect(record, context)));
};
