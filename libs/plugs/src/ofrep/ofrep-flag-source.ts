/** Why a flag has its value, in OpenFeature's words. */
type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'STALE' | 'DISABLED' | 'UNKNOWN';

/** Facts about a flag or all flags. Clients drop values of other types. */
type Metadata = Readonly<Record<string, string | number | boolean>>;

/** One evaluated flag, as OFREP sends it. */
export interface EvaluatedFlag {
  readonly key: string;
  /** Absent: the client uses the default of its own code. */
  readonly value?: unknown;
  readonly reason: Reason;
  readonly variant?: string;
  readonly metadata?: Metadata;
}

/** Why a flag could not be evaluated. Other flags are not concerned. */
interface FailedFlag {
  readonly key: string;
  readonly errorCode: 'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'GENERAL';
  readonly errorDetails: string;
}

/** All flags of a tenant for one context. */
export interface FlagSet {
  /** The version of the tenant's configuration, for the ETag. */
  readonly version: number;
  readonly flags: readonly (EvaluatedFlag | FailedFlag)[];
  readonly metadata: Metadata;
  readonly headers: Readonly<Record<string, string>>;
}

/** For whom flags are evaluated. */
export type FlagContext = Readonly<Record<string, unknown>> & { readonly targetingKey?: string };

/** Where OFREP's flags come from: a tenant's settings, or what a test puts in their place. */
export abstract class OfrepFlagSource {
  /**
   * Evaluates every flag.
   *
   * @param knownTag The tag of an event that told the client of a change; the flags are not older than that change.
   * @throws UnavailableError when they would be.
   */
  abstract evaluate(tenantId: string, context: FlagContext, knownTag?: string): Promise<FlagSet>;
}
