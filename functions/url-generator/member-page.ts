/** The members of an organization, page by page: the index is sparse, so that nothing but members is read. */
import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Connection, Status } from "../domain/connection.js";
import { partitionQuery } from "../domain/connection-index.js";
import { fromItem, keyOf } from "../domain/connection-item.js";
import { memberExternalId } from "../domain/external-id.js";

/** Which members, and from where. */
export interface MemberQuery {
  readonly status?: Status | undefined;
  /** The `nextPageToken` of the page before: the number of its last account. */
  readonly pageToken?: string | undefined;
}

export interface MemberPage {
  /** By account number. */
  readonly members: readonly Connection[];
  readonly nextPageToken?: string;
}

const LIMIT = 100;

/** Of 1 MB at most each: an organization of 5,000 has about five. */
const MAX_READS = 10;

/** Eventually consistent, as every index is. @param organization its external ID */
export async function memberPage(
  client: DynamoDBClient,
  tableName: string,
  organization: string,
  { status, pageToken }: MemberQuery,
): Promise<MemberPage> {
  const members: Connection[] = [];
  let last = pageToken;
  for (let reads = 0; ; reads += 1) {
    if (last !== undefined && reads === MAX_READS) return { members, nextPageToken: last };
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        ...partitionQuery(tableName, {
          index: "byOrganization",
          attribute: "organization",
          value: organization,
        }),
        ...(last !== undefined && { ExclusiveStartKey: indexKey(organization, last) }),
      }),
    );
    for (const item of Items) {
      const member = fromItem(item);
      if (!member) continue;
      last = member.accountId;
      if (status !== undefined && member.status !== status) continue;
      members.push(member);
      // Nothing may follow: the next page is then empty and the last.
      if (members.length === LIMIT) return { members, nextPageToken: last };
    }
    if (!LastEvaluatedKey) return { members };
  }
}

function indexKey(organization: string, accountId: string) {
  return {
    ...keyOf(memberExternalId(organization, accountId)),
    organization: { S: organization },
    accountId: { S: accountId },
  };
}
