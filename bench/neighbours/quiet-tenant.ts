import { Agent, type Dispatcher, request } from 'undici';
import { type Arrival, type SendQuery, offerLoad } from '../load/offer-load.js';
import { Corpus } from '../queries/corpus.js';
import { percentile } from '../statistics.js';
import { serveWorker } from '../worker.js';

/** The requests of the quiet tenant, in the order of the table. */
export const quietRequests = ['read', 'query', 'change'] as const;
type QuietRequest = (typeof quietRequests)[number];

/** Where a tenant of this benchmark sends its requests. */
export interface TenantAddress {
  readonly url: string;
  readonly key: string;
}

/** What the quiet tenant measured for one kind of request, in milliseconds from the due time to the answer. */
interface QuietMeasurement {
  readonly count: number;
  readonly failures: readonly string[];
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export type QuietReport = Readonly<Record<QuietRequest, QuietMeasurement>>;

/** Requests per second: little, so that the tenant does not slow itself. */
const perSecond: Readonly<Record<QuietRequest, number>> = { read: 40, query: 8, change: 5 };

/** 409 is an answer, too: on a busy machine a change may meet the one before. */
const answered = [200, 409];

/** The worker that measures: in a process of its own, so that the noise cannot delay its clock. */
export function serveQuietTenant(): void {
  const dispatcher = new Agent({ connections: 64 });
  serveWorker(
    {
      measure: ({ seconds, ...address }: TenantAddress & { seconds: number }) =>
        measureAll(new QuietTenant(address, dispatcher), seconds),
    },
    () => dispatcher.close(),
  );
}

async function measureAll(tenant: QuietTenant, seconds: number): Promise<QuietReport> {
  const never = new AbortController().signal;
  const measured = quietRequests.map(async (kind) => {
    const options = { perSecond: perSecond[kind], seconds, interrupted: never };
    return [kind, summarise(await offerLoad(tenant.sender(kind), options, () => undefined))] as const;
  });
  return Object.fromEntries(await Promise.all(measured)) as QuietReport;
}

function summarise(arrivals: readonly Arrival[]): QuietMeasurement {
  const times = arrivals.map(({ ms }) => ms);
  return {
    count: arrivals.length,
    failures: arrivals.flatMap(({ error }) => error ?? []),
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    max: Math.max(...times),
  };
}

class QuietTenant {
  private readonly corpus = new Corpus(-2);

  constructor(
    private readonly address: TenantAddress,
    private readonly dispatcher: Dispatcher,
  ) {}

  sender(kind: QuietRequest): SendQuery {
    const senders: Record<QuietRequest, SendQuery> = {
      read: () => this.send('GET', '/v1/config'),
      query: () => this.send('POST', '/v1/query', { question: this.corpus.question() }),
      change: () => this.send('PATCH', '/v1/config', { temperature: Math.random() }),
    };
    return senders[kind];
  }

  private async send(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<string | null> {
    const headers = { authorization: `Bearer ${this.address.key}`, 'content-type': 'application/json' };
    const { dispatcher } = this;
    try {
      const sent = { method, headers, dispatcher, ...(body && { body: JSON.stringify(body) }) };
      const response = await request(`${this.address.url}${path}`, sent);
      const text = await response.body.text();
      return answered.includes(response.statusCode)
        ? null
        : `${path}: ${response.statusCode} ${text.slice(0, 200)}`;
    } catch (error) {
      return `${path}: ${String(error)}`;
    }
  }
}
