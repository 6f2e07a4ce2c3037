import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import {
  type Client,
  ErrorCode,
  type EvaluationContext,
  type EvaluationDetails,
  OpenFeature,
  type Provider,
  ProviderEvents,
} from '@openfeature/server-sdk';
import { randomHex, within } from '#kernel';
import { FlagSource } from './flag-source.js';
import { type FlagDeclaration, flags } from './flags.js';
import { sdkLogger } from './sdk-logger.js';

/** What the provider says of one tenant: values by flag, and the flags whose value is of another type than declared. */
export interface FlagValues {
  readonly values: Readonly<Record<string, string | number>>;
  readonly mistyped: readonly string[];
}

const none: FlagValues = { values: {}, mistyped: [] };
/** Providers answer from memory; one that does not is not waited for. */
const patienceMs = 100;
const farewellMs = 1000;
const unusable: readonly (ErrorCode | undefined)[] = [ErrorCode.TYPE_MISMATCH, ErrorCode.PARSE_ERROR];

/**
 * The flags of the environment's provider, through OpenFeature (SPEC §6). A provider that is not ready yet, or failed, or hangs
 * has no values; once it has others, `onChange` tells.
 */
@Injectable()
export class FeatureFlags implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('flags');
  private readonly listeners: (() => void)[] = [];
  private provider: Provider | null = null;
  private client: Client | null = null;

  constructor(@Optional() private readonly source?: FlagSource) {}

  /** Does not wait for the provider: OpenFeature gives no values until it is ready. */
  async onModuleInit(): Promise<void> {
    this.provider = (await this.source?.open()) ?? null;
    if (this.provider === null) return;
    const domain = `attune-${randomHex(4)}`;
    OpenFeature.setLogger(sdkLogger());
    OpenFeature.setProvider(domain, this.provider);
    this.client = OpenFeature.getClient(domain);
    this.listen(this.client);
  }

  /** Called when any tenant's values may have changed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** null when there is no provider; else never fails. */
  valuesFor(tenantId: string, plan: string): Promise<FlagValues> | null {
    const { client } = this;
    if (client === null) return null;
    const values = this.evaluated(client, { targetingKey: tenantId, plan });
    return within(patienceMs, values).catch(() => none);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.listeners.length = 0;
    await within(farewellMs, Promise.resolve(this.provider?.onClose?.())).catch(() => undefined);
  }

  private listen(client: Client): void {
    const changed = (): void => this.listeners.forEach((listener) => listener());
    const lost = (what: string) => (): void => {
      this.logger.warn(`the provider of feature flags ${what}`);
      changed();
    };
    client.addHandler(ProviderEvents.Ready, changed);
    client.addHandler(ProviderEvents.Error, lost('has failed'));
    client.addHandler(ProviderEvents.Stale, lost('has lost its connection'));
    client.addHandler(ProviderEvents.ConfigurationChanged, (event) => {
      if (concernsUs(event?.flagsChanged)) changed();
    });
  }

  private async evaluated(client: Client, context: EvaluationContext): Promise<FlagValues> {
    const found = await Promise.all(
      flags.map(async (declared) => [declared, await detailsOf(client, declared, context)] as const),
    );
    const usable = found.filter(([declared, details]) => isUsable(declared, details));
    const mistyped = found.filter(([declared, details]) => isMistyped(declared, details));
    return {
      values: Object.fromEntries(usable.map(([{ flag }, { value }]) => [flag, value])),
      mistyped: mistyped.map(([{ flag }]) => flag),
    };
  }
}

type Details = EvaluationDetails<string | number>;

/** Nobody means the empty text or no number: they stand for a flag that has no value. */
function detailsOf(
  client: Client,
  { flag, type }: FlagDeclaration,
  context: EvaluationContext,
): Promise<Details> {
  return type === 'string'
    ? client.getStringDetails(flag, '', context)
    : client.getNumberDetails(flag, Number.NaN, context);
}

function isUsable({ type }: FlagDeclaration, { errorCode, value }: Details): boolean {
  return errorCode === undefined && typeof value === type && value !== '' && !Number.isNaN(value);
}

function isMistyped({ type }: FlagDeclaration, { errorCode, value }: Details): boolean {
  return errorCode === undefined ? typeof value !== type : unusable.includes(errorCode);
}

/** An event that names no flags may mean any, a removed one for instance. */
function concernsUs(changed: readonly string[] = []): boolean {
  return changed.length === 0 || flags.some(({ flag }) => changed.includes(flag));
}
