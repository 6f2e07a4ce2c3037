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
import { randomHex, withTimeout } from '#kernel';
import { type FlagDeclaration, FlagSource, flagDeclarations } from './flag-source.js';
import { createSdkLogger } from './sdk-logger.js';

/** What the provider says of one tenant: values by flag, and the flags whose value is of another type than declared. */
export interface FlagValues {
  readonly values: Readonly<Record<string, string | number>>;
  readonly mistyped: readonly string[];
}

const noFlagValues: FlagValues = { values: {}, mistyped: [] };
/** Providers answer from memory. The values of a slower provider are ignored. */
const evaluationTimeoutMs = 100;
const closeTimeoutMs = 1000;
const mistypedErrorCodes: readonly (ErrorCode | undefined)[] = [
  ErrorCode.TYPE_MISMATCH,
  ErrorCode.PARSE_ERROR,
];

/**
 * The flags of the configured provider, through OpenFeature (specification §6). A provider that is not ready, has failed or hangs has no
 * values. When it has other values, it calls the listeners of `onChange`.
 */
@Injectable()
export class FeatureFlagsService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('flags');
  private readonly listeners: (() => void)[] = [];
  private provider: Provider | null = null;
  private client: Client | null = null;

  constructor(@Optional() private readonly flagSource?: FlagSource) {}

  /** Does not wait for the provider: OpenFeature gives no values until it is ready. */
  async onModuleInit(): Promise<void> {
    this.provider = (await this.flagSource?.open()) ?? null;
    if (this.provider === null) return;
    const domain = `attune-${randomHex(4)}`;
    OpenFeature.setLogger(createSdkLogger());
    OpenFeature.setProvider(domain, this.provider);
    this.client = OpenFeature.getClient(domain);
    this.subscribe(this.client);
  }

  /** Called when any tenant's values may have changed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** null when there is no provider; else never fails. */
  evaluateFor(tenantId: string, plan: string): Promise<FlagValues> | null {
    const { client } = this;
    if (client === null) return null;
    const values = this.evaluateAll(client, { targetingKey: tenantId, plan });
    return withTimeout(evaluationTimeoutMs, values).catch(() => noFlagValues);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.listeners.length = 0;
    await withTimeout(closeTimeoutMs, Promise.resolve(this.provider?.onClose?.())).catch(() => undefined);
  }

  private subscribe(client: Client): void {
    const notifyListeners = (): void => this.listeners.forEach((listener) => listener());
    const onProviderLost = (what: string) => (): void => {
      this.logger.warn(`the provider of feature flags ${what}`);
      notifyListeners();
    };
    client.addHandler(ProviderEvents.Ready, notifyListeners);
    client.addHandler(ProviderEvents.Error, onProviderLost('has failed'));
    client.addHandler(ProviderEvents.Stale, onProviderLost('has lost its connection'));
    client.addHandler(ProviderEvents.ConfigurationChanged, (event) => {
      if (affectsKnownFlags(event?.flagsChanged)) notifyListeners();
    });
  }

  private async evaluateAll(client: Client, context: EvaluationContext): Promise<FlagValues> {
    const evaluations = await Promise.all(
      flagDeclarations.map(
        async (declaration) => [declaration, await evaluateFlag(client, declaration, context)] as const,
      ),
    );
    const usable = evaluations.filter(([declaration, details]) => isUsable(declaration, details));
    const mistyped = evaluations.filter(([declaration, details]) => isMistyped(declaration, details));
    return {
      values: Object.fromEntries(usable.map(([{ flag }, { value }]) => [flag, value])),
      mistyped: mistyped.map(([{ flag }]) => flag),
    };
  }
}

type FlagEvaluation = EvaluationDetails<string | number>;

/** The default value marks a flag without a value. No real flag has it: an empty string, or NaN. */
function evaluateFlag(
  client: Client,
  { flag, type }: FlagDeclaration,
  context: EvaluationContext,
): Promise<FlagEvaluation> {
  return type === 'string'
    ? client.getStringDetails(flag, '', context)
    : client.getNumberDetails(flag, Number.NaN, context);
}

function isUsable({ type }: FlagDeclaration, { errorCode, value }: FlagEvaluation): boolean {
  return errorCode === undefined && typeof value === type && value !== '' && !Number.isNaN(value);
}

function isMistyped({ type }: FlagDeclaration, { errorCode, value }: FlagEvaluation): boolean {
  return errorCode === undefined ? typeof value !== type : mistypedErrorCodes.includes(errorCode);
}

/** An event without flag names can be about any flag, for example a removed one. */
function affectsKnownFlags(changedFlags: readonly string[] = []): boolean {
  return changedFlags.length === 0 || flagDeclarations.some(({ flag }) => changedFlags.includes(flag));
}
