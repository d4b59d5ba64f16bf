/** Credentials of one customer's role, got once and shared by all who ask. */

/** Credentials as the SDK's clients take them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** What the option `credentials` of the SDK's clients takes. */
export type CredentialProvider = () => Promise<Credentials>;

/** Earlier than the SDK's clients ask again, which is five minutes before the end. */
const REFRESHED_BEFORE_MILLISECONDS = 6 * 60 * 1000;

export class SharedCredentials {
  private current: Credentials | undefined;
  private refreshing: Promise<Credentials> | undefined;

  /** @param refresh gets new ones; called once at a time, however many wait for it */
  constructor(private readonly refresh: CredentialProvider) {}

  /** Whether nothing is lost with this object. */
  get isStale(): boolean {
    return this.refreshing === undefined && this.left <= 0;
  }

  /** @throws what `refresh` throws; the next call tries again */
  readonly get: CredentialProvider = async () => {
    if (this.current && this.left > REFRESHED_BEFORE_MILLISECONDS) return this.current;
    this.refreshing ??= this.renew();
    return this.refreshing;
  };

  private get left(): number {
    return (this.current?.expiration?.getTime() ?? 0) - Date.now();
  }

  private async renew(): Promise<Credentials> {
    try {
      this.current = await this.refresh();
      return this.current;
    } finally {
      this.refreshing = undefined;
    }
  }
}

/** STS takes 2 to 64 of these characters. */
const MAX_SESSION_NAME = 64;

/** The part of a session's name that stays for whoever calls. */
const MAX_CALLER = 31;

/**
 * The name of a session, as the customer reads it in CloudTrail: who called, and for which tenant.
 *
 * @example sessionName("billing", "4711") // billing@4711
 */
export function sessionName(caller: string, tenant: string): string {
  const allowed = (text: string) => text.replace(/[^\w+=,.-]+/g, "-");
  const by = allowed(caller).slice(0, MAX_CALLER) || "onboarding";
  const name = tenant === "" ? by : `${by}@${allowed(tenant)}`;
  return name.slice(0, MAX_SESSION_NAME).padEnd(2, "-");
}
