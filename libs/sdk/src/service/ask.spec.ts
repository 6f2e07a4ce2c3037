import { useTestService } from '../../testing/use-test-service.js';

const fixture = useTestService();

async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('ask', () => {
  it('streams the answer’s events, the last one is done', async () => {
    fixture.service.answer =
      'event: sources\ndata: []\n\nevent: token\ndata: {"text":"Yes"}\n\n: still here\n\nevent: done\ndata: {"answer":"Yes"}\n\n';
    const events = await collect(fixture.open().ask('May I?', { stream: true }));
    expect(events).toEqual([
      { type: 'sources', sources: [] },
      { type: 'token', text: 'Yes' },
      { type: 'done', answer: { answer: 'Yes' } },
    ]);
  });

  it('never lets an answer that broke off look complete', async () => {
    fixture.service.answer = 'event: token\ndata: {"text":"Ye"}\n\n';
    await expect(collect(fixture.open().ask('May I?', { stream: true }))).rejects.toThrow(/broke off/);
  });

  it('throws the problem that ends a stream', async () => {
    fixture.service.answer =
      'event: error\ndata: {"type":"/problems/upstream-timeout","title":"Late","status":504,"detail":"Too late."}\n\n';
    await expect(collect(fixture.open().ask('May I?', { stream: true }))).rejects.toMatchObject({
      code: 'upstream-timeout',
      status: 504,
      message: 'Too late.',
    });
  });

  it('throws the service’s problem with its code', async () => {
    fixture.service.refuseAll = { status: 402 };
    await expect(fixture.open().ask('May I?')).rejects.toMatchObject({ status: 402, code: 'status-402' });
  });

  it('ends when its signal does', async () => {
    const proxy = await fixture.openProxy();
    const attune = fixture.open({ url: proxy.url });
    proxy.freeze();
    const abort = new AbortController();
    const asking = attune.ask('May I?', { signal: abort.signal });
    abort.abort(new Error('The user left.'));
    await expect(asking).rejects.toThrow('The user left.');
  });
});
