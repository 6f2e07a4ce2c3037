import type { ApiResponse } from '../api-client.js';

interface FailedRequest {
  readonly what: string;
  readonly phase: string;
  readonly response: ApiResponse<unknown> | Error;
}

/** How often one kind of failure occurred in one phase. */
export interface FailureCount {
  readonly what: string;
  readonly phase: string;
  /** A status and its problem's slug, or the code of a connection's error. */
  readonly how: string;
  readonly count: number;
}

/** Requests that were not answered as they should be, counted by kind. */
export class FailureCounter {
  private readonly counts = new Map<string, FailureCount>();

  /** Counts one failure. */
  record({ what, phase, response }: FailedRequest): void {
    // A time-out is an error of another realm than that of the tests: it is no instance of their Error.
    const how = 'status' in response ? `${response.status} ${slugOf(response.body)}` : errorCodeOf(response);
    const key = JSON.stringify([what, phase, how]);
    this.counts.set(key, { what, phase, how, count: (this.counts.get(key)?.count ?? 0) + 1 });
  }

  get total(): number {
    return this.all().reduce((sum, { count }) => sum + count, 0);
  }

  /** The most frequent first. */
  all(): FailureCount[] {
    return [...this.counts.values()].toSorted((a, b) => b.count - a.count);
  }
}

/** What `fetch` throws has the true reason inside. */
function errorCodeOf(error: Error): string {
  const { cause } = error;
  if (cause instanceof Error) return errorCodeOf(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function slugOf(body: unknown): string {
  const type = typeof body === 'object' && body !== null && 'type' in body ? String(body.type) : '';
  return type.replace('/problems/', '') || 'no problem document';
}
