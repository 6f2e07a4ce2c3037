import { setTimeout as pause } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '../api-client.js';
import type { Fleet, FleetMember } from '../faults/fleet.js';
import { Failures } from './failures.js';
import { type Change, type Read, balancer } from './history.js';

export interface TrafficOptions {
  readonly tenants: readonly string[];
  /** Through the balancer, over all tenants. */
  readonly changesPerSecond: number;
  /** At each replica, and once more through the balancer. */
  readonly readsPerSecond: number;
}

interface Shown {
  readonly version: number;
  readonly max_tokens: number;
}

/** Between the phases of a request that saw two. */
export const nextPhase = ' → ';

/** Who is asked: the balancer, or a replica past it. */
type Place = FleetMember | typeof balancer;

/** Longer than any answer may take, a read's 2 s for a version included. */
const patienceMs = 8_000;
const mostUnderWay = 100;
/** Every so many changes are read back at another replica, by their version. */
const readBackEvery = 5;
/** What a new tenant has, so that no change sets it. */
const platformDefault = 1_000;
const lowest = 100;
const highest = 4_000;

/** Reads and changes of many tenants' `max_tokens` at a steady rate, and everything that came of them. */
export class Traffic {
  readonly changes: Change[] = [];
  readonly reads: Read[] = [];
  readonly failures = new Failures();
  /** What is going on. A request that saw the next phase too is of both: `calm → Redis silent`. */
  phase = 'calm';
  private readonly lastValues = new Map<string, number>();
  private readonly tokens = new Map<string, string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly busy = new Set<string>();
  private readonly ending = new AbortController();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly fleet: Fleet,
    private readonly options: TrafficOptions,
  ) {}

  start(): void {
    const { changesPerSecond, readsPerSecond } = this.options;
    const places: Place[] = [...this.fleet.members, balancer];
    this.loops = [
      this.every(1_000 / changesPerSecond, () => this.change()),
      ...places.map((place) => this.every(1_000 / readsPerSecond, () => this.read(this.anyTenant(), place))),
    ];
  }

  /** Resolves when all that was asked is answered. */
  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.loops);
    await Promise.all(this.underWay);
  }

  /** Reads every tenant at every replica, once: for the end. */
  async readAll(): Promise<void> {
    for (const tenant of this.options.tenants)
      await Promise.all(this.fleet.members.map((member) => this.read(tenant, member)));
  }

  /** A read there, asking for a version if one is given; none where no replica runs. */
  async read(tenant: string, place: Place, atLeast: number | null = null): Promise<void> {
    const replica = identityOf(place);
    if (replica === null) return;
    const [firstPhase, startedAt] = [this.phase, performance.now()];
    const headers: Record<string, string> =
      atLeast === null ? {} : { 'attune-min-config-version': String(atLeast) };
    const answer = await this.answerOf<Shown>(this.clientOf(place), 'GET', { tenant, headers });
    // Whoever was killed meanwhile owes no answer.
    if (identityOf(place) !== replica) return;
    const phase = this.phasesSince(firstPhase);
    if (!isGood(answer)) return this.failures.count({ what: readKind(place, atLeast), phase, answer });
    const { version, max_tokens: value } = answer.body;
    const source = answer.headers.get('attune-config-source') ?? 'none';
    const endedAt = performance.now();
    this.reads.push({ tenant, replica, version, value, source, atLeast, startedAt, endedAt, phase });
  }

  private async change(): Promise<void> {
    const tenant = this.anyTenant();
    // Two at once for one tenant would only refuse each other.
    if (this.busy.has(tenant)) return;
    this.busy.add(tenant);
    try {
      await this.changeOf(tenant);
    } finally {
      this.busy.delete(tenant);
    }
  }

  private async changeOf(tenant: string): Promise<void> {
    const [value, firstPhase] = [this.nextValue(tenant), this.phase];
    const startedAt = performance.now();
    const body = JSON.stringify({ max_tokens: value });
    const headers = { 'content-type': 'application/json' };
    const answer = await this.answerOf<Shown>(this.fleet.api, 'PATCH', { tenant, headers, body });
    const endedAt = performance.now();
    const version = isGood(answer) ? answer.body.version : null;
    const phase = this.phasesSince(firstPhase);
    if (version === null) this.failures.count({ what: 'change', phase, answer });
    if (wasRefused(answer)) return;
    this.changes.push({ tenant, value, version, startedAt, endedAt });
    if (version !== null && this.changes.length % readBackEvery === 0)
      await this.read(tenant, anyOf(this.fleet.members), version);
  }

  private async answerOf<Body>(
    client: ApiClient,
    method: 'GET' | 'PATCH',
    { tenant, headers, body }: { tenant: string; headers: Record<string, string>; body?: string },
  ): Promise<ApiAnswer<Body> | Error> {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const request = { method, headers, signal, ...(body !== undefined && { body }) };
      return await client.as(await this.tokenOf(tenant)).send<Body>('/v1/config', request);
    } catch (error) {
      return error as Error;
    }
  }

  private clientOf(place: Place): ApiClient {
    return place === balancer ? this.fleet.api : place.client();
  }

  private async tokenOf(tenant: string): Promise<string> {
    const token = this.tokens.get(tenant) ?? (await this.fleet.token(tenant));
    this.tokens.set(tenant, token);
    return token;
  }

  /** At a steady rate until the end; what a slow answer held up is not made up for. */
  private async every(ms: number, act: () => Promise<void>): Promise<void> {
    let next = performance.now();
    while (!this.ending.signal.aborted) {
      next = Math.max(next + ms, performance.now());
      if (this.underWay.size < mostUnderWay) this.keep(act());
      await pause(Math.max(0, next - performance.now()));
    }
  }

  private keep(act: Promise<void>): void {
    this.underWay.add(act);
    void act.finally(() => this.underWay.delete(act));
  }

  private phasesSince(first: string): string {
    return first === this.phase ? first : `${first}${nextPhase}${this.phase}`;
  }

  private nextValue(tenant: string): number {
    const next = (this.lastValues.get(tenant) ?? lowest) + 1;
    const value = next === platformDefault ? next + 1 : next;
    if (value > highest) throw new Error('There are no more values: every change has one of its own.');
    this.lastValues.set(tenant, value);
    return value;
  }

  private anyTenant(): string {
    return anyOf(this.options.tenants);
  }
}

function anyOf<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)]!;
}

function identityOf(place: Place): string | null {
  return place === balancer ? balancer : place.identity;
}

function readKind(place: Place, atLeast: number | null): string {
  const where = place === balancer ? 'read at the balancer' : 'read at a replica';
  return atLeast === null ? where : `${where} by version`;
}

function isGood<Body>(answer: ApiAnswer<Body> | Error): answer is ApiAnswer<Body> {
  return !(answer instanceof Error) && answer.status === 200;
}

/** The server said no before it did anything. */
function wasRefused(answer: ApiAnswer<unknown> | Error): boolean {
  return !(answer instanceof Error) && answer.status >= 400 && answer.status < 500;
}
