/**
 * What the roles of each template version ever deployed allow. `pulumi up` writes an item for each version, so that a customer whose
 * stack has an earlier one can be told what an update changes.
 */
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { TierGrants } from "../domain/grants.js";

/** The item of one version, in the home region's replica. It is no connection, and in no index. */
export function templateItem(version: string, grants: TierGrants) {
  return { ...templateKey(version), grants: { S: JSON.stringify(grants) } };
}

function templateKey(version: string) {
  return { externalId: { S: `template:${version}` }, item: { S: "template" } };
}

export class TemplateHistory {
  /** The page asks again every few seconds. A version without an item never gets one. */
  private readonly known = new Map<string, TierGrants | undefined>();

  constructor(
    /** Of the home region. */
    private readonly client: DynamoDBClient,
    private readonly tableName: string,
  ) {}

  /** @returns undefined for a version that was never deployed here */
  async grantsOf(version: string): Promise<TierGrants | undefined> {
    if (this.known.has(version)) return this.known.get(version);
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: templateKey(version) }),
    );
    const grants: TierGrants | undefined = Item?.grants?.S && JSON.parse(Item.grants.S);
    this.known.set(version, grants);
    return grants;
  }
}
