import { setImmediate } from 'node:timers/promises';
import { aPdf, aPdfBomb, aPdfOfManyPages, anEncryptedPdf } from '../../../testing/documents/pdf-files.js';
import type { FileReading } from '../extraction/read-file.js';
import { DocumentThreads, type ThreadLimits, type WorkOwner, threadLimits } from './document-threads.js';

class LimitedThreads extends DocumentThreads {
  protected override readonly limits: ThreadLimits;

  constructor(some: Partial<ThreadLimits>) {
    super();
    this.limits = { ...threadLimits, ...some };
  }
}

const owner: WorkOwner = { tenantId: 'acme' };
/** Many short lines: longer than what is split without a thread. */
const longText = 'A short line.\n'.repeat(5_000);

describe('DocumentThreads', () => {
  const threads = new DocumentThreads();
  afterAll(() => threads.onApplicationShutdown());

  function read(
    bytes: Buffer | string,
    { name = 'file', type = '' } = {},
    one = threads,
  ): Promise<FileReading> {
    return one.readFile({ name, type, bytes: Buffer.from(bytes) }, owner);
  }

  const prepare = (text: string) => threads.prepareText({ title: 'Terms', text, language: 'auto' }, owner);

  it('reads the text of a PDF page by page', async () => {
    const pdf = aPdf('Rent (monthly) is due.\nOn the first.', 'Page two.');
    expect(await read(pdf)).toEqual({
      text: 'Rent (monthly) is due.\nOn the first.\n\nPage two.',
      title: null,
      warnings: [],
    });
  });

  it('reads the text and the title of HTML', async () => {
    const html = '<!doctype html><title>Refund policy</title><h1>Refunds</h1><p>Within 14 days.';
    expect(await read(html)).toEqual({
      text: '# Refunds\n\nWithin 14 days.',
      title: 'Refund policy',
      warnings: [],
    });
  });

  it('returns the reason when a PDF is encrypted or damaged', async () => {
    expect(await read(anEncryptedPdf())).toEqual({ refusal: 'is encrypted with a password' });
    expect(await read('%PDF-1.7 no more')).toEqual({ refusal: 'is a damaged PDF' });
  });

  it('stops reading a file that needs too much memory or time or has too many pages, and reads the next one', async () => {
    const small = new LimitedThreads({ maxMemoryMb: 64 });
    expect(await read(aPdfBomb(300), {}, small)).toEqual({
      refusal: 'needs more than 64 MiB of memory to read',
    });
    const hasty = new LimitedThreads({ timeoutMs: 1, maxPages: 1_000_000 });
    expect(await read(aPdfOfManyPages(50_000), {}, hasty)).toEqual({
      refusal: 'needs more than 0.001 s to read',
    });
    const thin = new LimitedThreads({ maxPages: 2 });
    expect(await read(aPdfOfManyPages(3), {}, thin)).toEqual({ refusal: 'has more than 2 pages' });
    expect(await read(aPdf('fine'), {}, small)).toMatchObject({ text: 'fine' });
  });

  it('refuses a PDF whose text is too long', async () => {
    const short = new LimitedThreads({ maxCharacters: 10 });
    expect(await read(aPdf('more than ten characters'), {}, short)).toEqual({
      refusal: 'has more than 10 characters of text',
    });
  });

  it('splits a text in a thread as it does without one', async () => {
    const short = 'The rent is due on the first.';
    expect(await prepare(short)).toMatchObject({ chunks: [{ text: short }] });
    const prepared = await prepare(longText);
    expect('chunks' in prepared && prepared.chunks.length).toBeGreaterThan(50);
  });

  it('returns what is wrong with a text, and where', async () => {
    const blank = { rule: 'pattern', message: 'text must contain something other than white space.' };
    expect(await prepare(' '.repeat(20_000))).toEqual(blank);
    expect(await prepare(`${longText}\0`)).toMatchObject({ offset: longText.length });
    expect(await prepare('# x\n'.repeat(100_000))).toMatchObject({
      rule: 'too_many',
      max: 20_000,
    });
  });

  it('does not block the event loop, neither for a file nor for a text', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await Promise.all([read(aPdfOfManyPages(500)), prepare(longText.repeat(10))]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });

  it('works for another tenant while one tenant has a slow file and more in the queue', async () => {
    const two = new DocumentThreads();
    const leaving = new AbortController();
    const slow = { name: 'slow.pdf', type: '', bytes: aPdfOfManyPages(5_000) };
    const ends: string[] = [];
    const slowReadings = [1, 2, 3].map((number) =>
      two.readFile(slow, { ...owner, signal: leaving.signal }).then(
        () => ends.push(`slow ${number}`),
        () => undefined,
      ),
    );
    const bytes = aPdf('quick');
    await two.readFile({ name: 'quick.pdf', type: '', bytes }, { tenantId: 'other' });
    ends.push('quick');
    leaving.abort(new Error('The client left.'));
    await Promise.all(slowReadings);
    expect(ends).not.toContain('slow 2');
  });

  it('ends the thread at work, and drops what waits, when the client leaves', async () => {
    const leaving = new AbortController();
    const bytes = aPdfOfManyPages(5_000);
    const readings = [1, 2].map(() =>
      threads.readFile({ name: 'a.pdf', type: '', bytes }, { ...owner, signal: leaving.signal }),
    );
    const outcomes = Promise.allSettled(readings);
    await setImmediate();
    leaving.abort(new Error('The client left.'));
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'The client left.' } });
    expect(await read(aPdf('next'))).toMatchObject({ text: 'next' });
  });
});
