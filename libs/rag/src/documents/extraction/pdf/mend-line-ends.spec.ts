import { mendLineEnds } from './mend-line-ends.js';

describe('mendLineEnds', () => {
  it.each([
    ['termi-\nnation', 'termination'],
    ['custo-\nmers of', 'customers of'],
    ['the ten-\nant', 'the tenant'],
    ['a state-\nment', 'a statement'],
    ['Kündigungs-\nfrist', 'Kündigungsfrist'],
    ['Auf\u00AD\nhebung', 'Aufhebung'],
    ['rési-\nliation', 'résiliation'],
  ])('joins the word %j', (text, mended) => {
    expect(mendLineEnds(text)).toBe(mended);
  });

  it.each([
    ['the well-\nknown firm', 'the well-known firm'],
    ['a long-\nterm lease', 'a long-term lease'],
    ['state-of-the-\nart', 'state-of-the-art'],
    ['non-\nrefundable', 'non-refundable'],
    ['an e-\nmail', 'an e-mail'],
    ['TCP-\nbased', 'TCP-based'],
    ['ISO-9001-\nzertifiziert', 'ISO-9001-zertifiziert'],
    ['Miet-\nund Nebenkosten', 'Miet- und Nebenkosten'],
  ])('keeps the hyphen of %j', (text, mended) => {
    expect(mendLineEnds(text)).toBe(mended);
  });

  it('writes a word as the rest of the text writes it', () => {
    expect(mendLineEnds('Our re-lease is here. See the re-\nlease.')).toContain('the re-lease.');
    expect(mendLineEnds('Our longterm plan. A long-\nterm plan.')).toContain('A longterm plan.');
  });

  it('leaves other line ends as they are', () => {
    for (const text of ['a -\nb', 'A-\nB', '10-\n20', 'end.\nNext', 'x\n- item'])
      expect(mendLineEnds(text)).toBe(text);
  });

  it('takes a time that grows with the length of the text only', () => {
    expect(mendLineEnds('a'.repeat(2_000_000))).toHaveLength(2_000_000);
    expect(mendLineEnds('a-'.repeat(1_000_000))).toHaveLength(2_000_000);
    expect(mendLineEnds('ab-\n'.repeat(500_000)).length).toBeGreaterThan(1_000_000);
  });
});
