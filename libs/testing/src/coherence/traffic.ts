import { setTimeout as pause } from 'node:timers/promises';
import type { ApiResponse, ApiClient } from '../api-client.js';
import type { ReplicaCluster, ClusterReplica } from '../replicas/replica-cluster.js';
import { FailureCounter } from './failure-counter.js';
import { type Change, type Read, loadBalancer } from './history.js';

/** Which tenants are read and changed, and how often. */
export interface TrafficOptions {
  readonly tenants: readonly string[];
  /** Through the balancer, over all tenants. */
  readonly changesPerSecond: number;
  /** At each replica, and once more through the balancer. */
  readonly readsPerSecond: number;
}

interface ConfigurationResponse {
  readonly version: number;
  readonly max_tokens: number;
}

/** Between the phases of a request that saw two. */
export const phaseSeparator = ' → ';

/** Who is asked: the balancer, or a replica past it. */
type ReadTarget = ClusterReplica | typeof loadBalancer;

/** Longer than any answer may take, a read's 2 s for a version included. */
const requestTimeoutMs = 8_000;
const maxInFlight = 100;
/** Every so many changes are read back at another replica, by their version. */
const readBackInterval = 5;
/** What a new tenant has, so that no change sets it. */
const platformDefault = 1_000;
const minValue = 100;
const maxValue = 4_000;

/** Reads and changes of many tenants' `max_tokens` at a steady rate, and everything that came of them. */
export class Traffic {
  readonly changes: Change[] = [];
  readonly reads: Read[] = [];
  readonly failures = new FailureCounter();
  /** What is going on. A request that saw the next phase too is of both: `calm → Redis silent`. */
  phase = 'calm';
  private readonly lastValues = new Map<string, number>();
  private readonly tokens = new Map<string, string>();
  private readonly inFlight = new Set<Promise<void>>();
  private readonly changingTenants = new Set<string>();
  private readonly stopping = new AbortController();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly cluster: ReplicaCluster,
    private readonly options: TrafficOptions,
  ) {}

  /** Starts reading and changing in the background, until `stop`. */
  start(): void {
    const { changesPerSecond, readsPerSecond } = this.options;
    const targets: ReadTarget[] = [...this.cluster.replicas, loadBalancer];
    this.loops = [
      this.repeatEvery(1_000 / changesPerSecond, () => this.change()),
      ...targets.map((place) =>
        this.repeatEvery(1_000 / readsPerSecond, () => this.read(this.randomTenant(), place)),
      ),
    ];
  }

  /** Resolves when all that was asked is answered. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
    await Promise.all(this.inFlight);
  }

  /** Reads every tenant at every replica, once: for the end. */
  async readAll(): Promise<void> {
    for (const tenant of this.options.tenants)
      await Promise.all(this.cluster.replicas.map((replica) => this.read(tenant, replica)));
  }

  /** A read there, asking for a version if one is given; none where no replica runs. */
  async read(tenant: string, target: ReadTarget, atLeast: number | null = null): Promise<void> {
    const replica = identityOfTarget(target);
    if (replica === null) return;
    const [firstPhase, startedAt] = [this.phase, performance.now()];
    const headers: Record<string, string> =
      atLeast === null ? {} : { 'attune-min-config-version': String(atLeast) };
    const response = await this.sendRequest<ConfigurationResponse>(this.clientOf(target), 'GET', {
      tenant,
      headers,
    });
    // Whoever was killed meanwhile owes no answer.
    if (identityOfTarget(target) !== replica) return;
    const phase = this.phaseLabelSince(firstPhase);
    if (!isOk(response)) return this.failures.record({ what: readKind(target, atLeast), phase, response });
    const { version, max_tokens: value } = response.body;
    const source = response.headers.get('attune-config-source') ?? 'none';
    const endedAt = performance.now();
    this.reads.push({ tenant, replica, version, value, source, atLeast, startedAt, endedAt, phase });
  }

  private async change(): Promise<void> {
    const tenant = this.randomTenant();
    // Two at once for one tenant would only refuse each other.
    if (this.changingTenants.has(tenant)) return;
    this.changingTenants.add(tenant);
    try {
      await this.changeTenant(tenant);
    } finally {
      this.changingTenants.delete(tenant);
    }
  }

  private async changeTenant(tenant: string): Promise<void> {
    const [value, firstPhase] = [this.nextValue(tenant), this.phase];
    const startedAt = performance.now();
    const body = JSON.stringify({ max_tokens: value });
    const headers = { 'content-type': 'application/json' };
    const response = await this.sendRequest<ConfigurationResponse>(this.cluster.api, 'PATCH', {
      tenant,
      headers,
      body,
    });
    const endedAt = performance.now();
    const version = isOk(response) ? response.body.version : null;
    const phase = this.phaseLabelSince(firstPhase);
    if (version === null) this.failures.record({ what: 'change', phase, response });
    if (isClientError(response)) return;
    this.changes.push({ tenant, value, version, startedAt, endedAt });
    if (version !== null && this.changes.length % readBackInterval === 0)
      await this.read(tenant, randomOf(this.cluster.replicas), version);
  }

  private async sendRequest<Body>(
    client: ApiClient,
    method: 'GET' | 'PATCH',
    { tenant, headers, body }: { tenant: string; headers: Record<string, string>; body?: string },
  ): Promise<ApiResponse<Body> | Error> {
    try {
      const signal = AbortSignal.timeout(requestTimeoutMs);
      const request = { method, headers, signal, ...(body !== undefined && { body }) };
      return await client.as(await this.tokenOf(tenant)).send<Body>('/v1/config', request);
    } catch (error) {
      return error as Error;
    }
  }

  private clientOf(target: ReadTarget): ApiClient {
    return target === loadBalancer ? this.cluster.api : target.client();
  }

  private async tokenOf(tenant: string): Promise<string> {
    const token = this.tokens.get(tenant) ?? (await this.cluster.tenantAdminToken(tenant));
    this.tokens.set(tenant, token);
    return token;
  }

  /** At a steady rate until the end; what a slow answer held up is not made up for. */
  private async repeatEvery(ms: number, act: () => Promise<void>): Promise<void> {
    let next = performance.now();
    while (!this.stopping.signal.aborted) {
      next = Math.max(next + ms, performance.now());
      if (this.inFlight.size < maxInFlight) this.track(act());
      await pause(Math.max(0, next - performance.now()));
    }
  }

  private track(act: Promise<void>): void {
    this.inFlight.add(act);
    void act.finally(() => this.inFlight.delete(act));
  }

  private phaseLabelSince(first: string): string {
    return first === this.phase ? first : `${first}${phaseSeparator}${this.phase}`;
  }

  private nextValue(tenant: string): number {
    const next = (this.lastValues.get(tenant) ?? minValue) + 1;
    const value = next === platformDefault ? next + 1 : next;
    if (value > maxValue) throw new Error('There are no more values: every change has one of its own.');
    this.lastValues.set(tenant, value);
    return value;
  }

  private randomTenant(): string {
    return randomOf(this.options.tenants);
  }
}

function randomOf<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)]!;
}

function identityOfTarget(target: ReadTarget): string | null {
  return target === loadBalancer ? loadBalancer : target.identity;
}

function readKind(target: ReadTarget, atLeast: number | null): string {
  const kind = target === loadBalancer ? 'read at the balancer' : 'read at a replica';
  return atLeast === null ? kind : `${kind} by version`;
}

function isOk<Body>(response: ApiResponse<Body> | Error): response is ApiResponse<Body> {
  return !(response instanceof Error) && response.status === 200;
}

/** The server said no before it did anything. */
function isClientError(response: ApiResponse<unknown> | Error): boolean {
  return !(response instanceof Error) && response.status >= 400 && response.status < 500;
}
