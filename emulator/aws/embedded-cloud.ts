/**
 * The embedded cloud: ministack and everything around it that AWS has and ministack lacks.
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Customer } from "../customer/customer.js";
import { AccountClients } from "./clients.js";
import { CustomResources } from "./custom-resources.js";
import { Ministack } from "./ministack.js";
import { NotificationDelivery } from "./notification-delivery.js";
import { ResponseBuckets } from "./response-bucket.js";
import { SnsQuotas } from "./sns-quotas.js";

/** The account in which the vendor's program is deployed. */
export const VENDOR_ACCOUNT = "111122223333";

export interface EmbeddedCloudOptions {
  /** Regions in which customers create stacks. */
  readonly regions: readonly string[];
  /** ministack's port on 127.0.0.1; a free one where it is left out. */
  readonly port?: number;
  /** More environment for ministack and the functions in it. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class EmbeddedCloud {
  private readonly customers = new Map<string, Customer>();

  private constructor(
    readonly ministack: Ministack,
    readonly responseBuckets: ResponseBuckets,
    readonly customResources: CustomResources,
    readonly notifications: NotificationDelivery,
    readonly snsQuotas: SnsQuotas,
    /** Clients with the vendor's rights. */
    readonly vendor: AccountClients,
    private readonly bridgeCode: string,
  ) {}

  static async start({ regions, port, environment }: EmbeddedCloudOptions): Promise<EmbeddedCloud> {
    const [responseBuckets, snsQuotas, bridgeCode] = await Promise.all([
      ResponseBuckets.start(regions),
      SnsQuotas.start(),
      bundleBridge(),
    ]);
    const ministack = await Ministack.start({
      vendorAccount: VENDOR_ACCOUNT,
      environment: { ...responseBuckets.environment, ...snsQuotas.environment, ...environment },
      ...(port === undefined ? {} : { port }),
    }).catch(async (error: unknown) => {
      await Promise.all([responseBuckets.stop(), snsQuotas.stop()]);
      throw error;
    });
    responseBuckets.connect(ministack.endpoint);
    const vendor = new AccountClients(ministack.endpoint, VENDOR_ACCOUNT);
    snsQuotas.connect(ministack.endpoint, vendor);
    return new EmbeddedCloud(
      ministack,
      responseBuckets,
      await CustomResources.start(responseBuckets),
      await NotificationDelivery.start(vendor),
      snsQuotas,
      vendor,
      bridgeCode,
    );
  }

  get endpoint(): string {
    return this.ministack.endpoint;
  }

  /** The customer who owns an account; the same object for the same account. */
  customer(accountId: string): Customer {
    const known = this.customers.get(accountId);
    if (known) return known;
    const { endpoint, customResources, bridgeCode } = this;
    const customer = new Customer(accountId, { endpoint, customResources, bridgeCode });
    this.customers.set(accountId, customer);
    return customer;
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

async function bundleBridge(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./bridge/index.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    mainFields: ["module", "main"],
  });
  return outputFiles[0]?.text ?? "";
}
