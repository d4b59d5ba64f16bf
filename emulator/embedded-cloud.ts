/** The embedded cloud: ministack, everything that AWS has and ministack lacks, and the customers in it. */
import { type AccountClients, Accounts } from "./aws/accounts.js";
import { CustomResources } from "./aws/custom-resources.js";
import { freePort } from "./aws/loopback.js";
import { Ministack, newSecret } from "./aws/ministack.js";
import { ResponseBuckets } from "./aws/response-buckets.js";
import { SnsDelivery } from "./aws/sns-delivery.js";
import { SnsQuotas } from "./aws/sns-quotas.js";
import { Customer } from "./customer/customer.js";

/** The account in which the vendor's program is deployed. */
export const VENDOR_ACCOUNT = "111122223333";

interface EmbeddedCloudOptions {
  /** Regions in which customers create stacks. */
  readonly regions: readonly string[];
  /** ministack's port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /** More environment for ministack and the functions in it. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class EmbeddedCloud {
  private constructor(
    readonly accounts: Accounts,
    readonly responseBuckets: ResponseBuckets,
    readonly customResources: CustomResources,
    readonly notifications: SnsDelivery,
    readonly snsQuotas: SnsQuotas,
    private readonly ministack: Ministack,
  ) {}

  static async start(options: EmbeddedCloudOptions): Promise<EmbeddedCloud> {
    const port = await freePort(options.port);
    const secretAccessKey = newSecret();
    const accounts = new Accounts(`http://127.0.0.1:${port}`, secretAccessKey);
    const vendor = accounts.of(VENDOR_ACCOUNT);
    const [responseBuckets, notifications, snsQuotas] = await Promise.all([
      ResponseBuckets.start(accounts, options.regions),
      SnsDelivery.start(vendor),
      SnsQuotas.start(accounts.endpoint, vendor),
    ]);
    const customResources = await CustomResources.start(accounts, responseBuckets);
    const servers = [responseBuckets, notifications, snsQuotas, customResources];
    const ministack = await Ministack.start({
      vendorAccount: VENDOR_ACCOUNT,
      port,
      secretAccessKey,
      environment: {
        ...responseBuckets.environment,
        ...snsQuotas.environment,
        ...customResources.environment,
        ...options.environment,
      },
    }).catch(async (error: unknown) => {
      await Promise.all(servers.map((server) => server.stop()));
      throw error;
    });
    return new EmbeddedCloud(accounts, responseBuckets, customResources, notifications, snsQuotas, ministack);
  }

  get endpoint(): string {
    return this.accounts.endpoint;
  }

  /** The secret access key of every account's root user: whoever has it may do anything in the embedded cloud. */
  get secretAccessKey(): string {
    return this.accounts.secretAccessKey;
  }

  /** Clients with the vendor's rights. */
  get vendor(): AccountClients {
    return this.accounts.of(VENDOR_ACCOUNT);
  }

  /** The customer who owns an account. */
  customer(accountId: string): Customer {
    return new Customer(accountId, this.accounts, this.customResources);
  }

  /** Ends every process and server, and removes what they wrote. */
  async stop(): Promise<void> {
    await this.ministack.stop();
    await Promise.all([
      this.notifications.stop(),
      this.customResources.stop(),
      this.responseBuckets.stop(),
      this.snsQuotas.stop(),
    ]);
  }
}
