import { offerLoad } from './offer-load.js';

const interrupted = new AbortController().signal;

describe('an offer of queries', () => {
  it('goes on while none is answered, and counts what is waited for', async () => {
    const all = Promise.withResolvers<null>();
    const edges: string[] = [];
    const ask = () => all.promise;
    const offered = offerLoad(ask, { perSecond: 200, seconds: 0.2, interrupted }, (edge) => {
      edges.push(edge);
      if (edge === 'end') all.resolve(null);
    });
    const arrivals = await offered;
    expect(edges).toEqual(['begin', 'end']);
    expect(arrivals.length).toBeGreaterThan(1);
    expect(arrivals.at(-1)!.waiting - arrivals[0]!.waiting).toBe(arrivals.length - 1);
  });

  it('says what was not answered as asked', async () => {
    const arrivals = await offerLoad(
      () => Promise.resolve('503'),
      { perSecond: 200, seconds: 0.2, interrupted },
      () => undefined,
    );
    expect(new Set(arrivals.map(({ error }) => error))).toEqual(new Set(['503']));
  });

  it('ends at once when interrupted', async () => {
    const given = { perSecond: 1, seconds: 3_600, interrupted: AbortSignal.abort() };
    await expect(
      offerLoad(
        () => Promise.resolve(null),
        given,
        () => undefined,
      ),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
