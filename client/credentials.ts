/** Credentials for one customer's role, fetched once and shared by everything that asks for them. */

/** Credentials in the form that the AWS SDK's clients take. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** A value for the option `credentials` of the AWS SDK's clients. */
export type CredentialProvider = () => Promise<Credentials>;

/** The SDK's clients ask for new credentials five minutes before the old ones expire: this refreshes earlier than that. */
const REFRESH_MILLISECONDS = 6 * 60 * 1000;

export class SharedCredentials {
  private current: Credentials | undefined;
  private refreshing: Promise<Credentials> | undefined;

  /** @param refresh fetches new credentials; never called twice at a time, however many callers wait */
  constructor(private readonly refresh: CredentialProvider) {}

  /** Whether this object can be dropped without losing anything. */
  get isStale(): boolean {
    return this.refreshing === undefined && this.millisecondsLeft <= 0;
  }

  /** @throws whatever `refresh` throws; the next call tries again */
  readonly get: CredentialProvider = async () => {
    if (this.current && this.millisecondsLeft > REFRESH_MILLISECONDS) return this.current;
    this.refreshing ??= this.renew();
    return this.refreshing;
  };

  private get millisecondsLeft(): number {
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

/** AssumeRole takes a RoleSessionName of 2 to 64 characters out of `[\w+=,.@-]`. */
const MAX_SESSION_NAME = 64;

/** Leaves at least half of the session name for the tenant. */
const MAX_CALLER = 31;

/**
 * The session name that the customer sees in CloudTrail: who called, and for which tenant.
 *
 * @example sessionName("billing", "4711") // billing@4711
 */
export function sessionName(caller: string, tenant: string): string {
  const allowed = (text: string) => text.replace(/[^\w+=,.-]+/g, "-");
  const by = allowed(caller).slice(0, MAX_CALLER) || "onboarding";
  const name = tenant === "" ? by : `${by}@${allowed(tenant)}`;
  return name.slice(0, MAX_SESSION_NAME).padEnd(2, "-");
}
