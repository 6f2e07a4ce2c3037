import { aPdf, aPdfBomb, aPdfOfManyPages, anEncryptedPdf } from '../../../testing/documents/pdf-files.js';
import { type ExtractionLimits, TextExtractor, extractionLimits } from './text-extractor.js';

class LimitedExtractor extends TextExtractor {
  protected override readonly limits: ExtractionLimits;

  constructor(some: Partial<ExtractionLimits>) {
    super();
    this.limits = { ...extractionLimits, ...some };
  }
}

describe('TextExtractor', () => {
  const extractor = new TextExtractor();
  afterAll(() => extractor.onApplicationShutdown());

  it('extracts the text of a PDF page by page', async () => {
    const pdf = aPdf('Rent (monthly) is due.\nOn the first.', 'Page two.');
    expect(await extractor.extract(pdf)).toEqual({
      text: 'Rent (monthly) is due.\nOn the first.\n\nPage two.',
    });
  });

  it('extracts the text of HTML with Markdown headings and without scripts, styles and link addresses', async () => {
    const html = `<!doctype html><html><head><title>No</title><style>p { color: red }</style></head><body>
      <h1>Refunds</h1><p>Within <b>14&nbsp;days</b> &amp; free. <a href="https://example.com/x">Ask us</a>.</p>
      <script>alert('no')</script><ul><li>One</li><li>Two</li></ul>
      <h2>Fees</h2><table><tr><th>Plan</th><th>Fee</th></tr><tr><td>basic</td><td>5</td></tr></table></body></html>`;
    const { text } = (await extractor.extract(html)) as { text: string };
    expect(text).toMatch(/^# Refunds\n\nWithin 14\s?days & free. Ask us\./);
    expect(text).toContain('* One\n * Two');
    expect(text).toContain('## Fees');
    expect(text).toMatch(/Plan\s+Fee\nbasic\s+5/);
    expect(text).not.toMatch(/alert|color|example\.com|No/);
  });

  it('returns the reason when a PDF is encrypted or damaged', async () => {
    expect(await extractor.extract(anEncryptedPdf())).toEqual({ refusal: 'is encrypted with a password' });
    expect(await extractor.extract(Buffer.from('%PDF-1.7 no more'))).toEqual({ refusal: 'is a damaged PDF' });
  });

  it('stops reading a file that needs too much memory or time or has too many pages, and reads the next one', async () => {
    const small = new LimitedExtractor({ maxMemoryMb: 64 });
    expect(await small.extract(aPdfBomb(300))).toEqual({
      refusal: 'needs more than 64 MiB of memory to read',
    });
    const hasty = new LimitedExtractor({ timeoutMs: 1, maxPages: 1_000_000 });
    expect(await hasty.extract(aPdfOfManyPages(50_000))).toEqual({
      refusal: 'needs more than 0.001 s to read',
    });
    const thin = new LimitedExtractor({ maxPages: 2 });
    expect(await thin.extract(aPdfOfManyPages(3))).toEqual({ refusal: 'has more than 2 pages' });
    expect(await small.extract(aPdf('fine'))).toEqual({ text: 'fine' });
  });

  it('refuses a file whose text is too long', async () => {
    const short = new LimitedExtractor({ maxCharacters: 10 });
    const refusal = 'has more than 10 characters of text';
    expect(await short.extract(aPdf('more than ten characters'))).toEqual({ refusal });
    expect(await short.extract('<p>more than ten characters')).toEqual({ refusal });
  });

  it('does not block the event loop', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await extractor.extract(aPdfOfManyPages(500));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });

  it('rejects with unavailable when too many files are waiting', async () => {
    const full = new LimitedExtractor({ maxQueued: 1 });
    const first = full.extract(aPdf('one'));
    await expect(full.extract(aPdf('two'))).rejects.toMatchObject({ slug: 'unavailable' });
    expect(await first).toEqual({ text: 'one' });
    expect(await full.extract(aPdf('two'))).toEqual({ text: 'two' });
  });
});
