import { offerLoad } from './offer-load.js';

const interrupted = new AbortController().signal;

describe('offerLoad', () => {
  it('continues while no query is answered, and counts waiting queries', async () => {
    const all = Promise.withResolvers<null>();
    const edges: string[] = [];
    const sendQuery = () => all.promise;
    const offering = offerLoad(sendQuery, { perSecond: 200, seconds: 0.2, interrupted }, (edge) => {
      edges.push(edge);
      if (edge === 'end') all.resolve(null);
    });
    const arrivals = await offering;
    expect(edges).toEqual(['begin', 'end']);
    expect(arrivals.length).toBeGreaterThan(1);
    expect(arrivals.at(-1)!.waiting - arrivals[0]!.waiting).toBe(arrivals.length - 1);
  });

  it('returns the errors of queries', async () => {
    const arrivals = await offerLoad(
      () => Promise.resolve('503'),
      { perSecond: 200, seconds: 0.2, interrupted },
      () => undefined,
    );
    expect(new Set(arrivals.map(({ error }) => error))).toEqual(new Set(['503']));
  });

  it('rejects at once if interrupted', async () => {
    const options = { perSecond: 1, seconds: 3_600, interrupted: AbortSignal.abort() };
    await expect(
      offerLoad(
        () => Promise.resolve(null),
        options,
        () => undefined,
      ),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
