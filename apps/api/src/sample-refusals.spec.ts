import type { AccessLogEntry } from '#http';
import { waitFor } from '#testing';
import { sampleRefusals } from './sample-refusals.js';

const principal = { actor: 'key:1', subject: '1', role: 'member', tenantId: 'acme' } as const;

function anEntry(status: number, caller?: AccessLogEntry['principal']): AccessLogEntry {
  return {
    id: '1',
    method: 'GET',
    principal: caller,
    route: '/',
    status,
    ms: 1,
    isDisconnected: false,
    traceId: undefined,
    logFields: undefined,
  };
}

describe('sampleRefusals', () => {
  it('sampleRefusals writes 60 refusals of unknown callers, and then reports how many it left out', async () => {
    const written: AccessLogEntry[] = [];
    const suppressed: number[] = [];
    const onSuppressed = (count: number): void => void suppressed.push(count);
    const write = sampleRefusals((entry) => written.push(entry), { onSuppressed, intervalMs: 200 });
    for (let request = 0; request < 1000; request += 1) write(anEntry(request % 2 === 0 ? 401 : 404));
    expect(written).toHaveLength(60);
    await waitFor(() => suppressed.length === 1, { what: 'the interval is over' });
    expect(suppressed).toEqual([940]);
    write(anEntry(401));
    expect(written).toHaveLength(61);
  });

  it('sampleRefusals writes every request that succeeded, failed or has a caller, also after too many refusals', () => {
    const written: AccessLogEntry[] = [];
    const write = sampleRefusals((entry) => written.push(entry), { onSuppressed: () => undefined });
    for (let request = 0; request < 100; request += 1) write(anEntry(401));
    written.length = 0;
    const others = [anEntry(200), anEntry(503), anEntry(200, principal), anEntry(403, principal)];
    others.forEach(write);
    expect(written).toEqual(others);
  });
});
