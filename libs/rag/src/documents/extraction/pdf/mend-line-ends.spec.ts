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
    ['TERMI-\nNATION OF THE CON-\nTRACT', 'TERMINATION OF THE CONTRACT'],
    ['by termi- \n\nnation', 'by termination'],
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
    ['E-\nMail und Kfz-\nSteuer', 'E-Mail und Kfz-Steuer'],
    ['the Coca-\nCola case', 'the Coca-Cola case'],
    ['part WX-\n4711, UTF-\n8, 2025-\n2026', 'part WX-4711, UTF-8, 2025-2026'],
    ['XML-\nRPC', 'XML-RPC'],
    ['twenty-\nfive', 'twenty-five'],
    ['mother-\nin-law, state-\nof-the-art', 'mother-in-law, state-of-the-art'],
    ['le rendez-\nvous, peut-\nêtre celui-\nci', 'le rendez-vous, peut-être celui-ci'],
    ['https://example.com/long-\npath/to', 'https://example.com/long-path/to'],
    ['to anna-\nmaria@example.com', 'to anna-maria@example.com'],
    ['Miet-\nund Nebenkosten', 'Miet- und Nebenkosten'],
  ])('keeps the hyphen of %j', (text, mended) => {
    expect(mendLineEnds(text)).toBe(mended);
  });

  it('writes a word as the rest of the text writes it', () => {
    expect(mendLineEnds('Our re-lease is here. See the re-\nlease.')).toContain('the re-lease.');
    expect(mendLineEnds('Our longterm plan. A long-\nterm plan.')).toContain('A longterm plan.');
  });

  it('leaves other line ends as they are', () => {
    for (const text of ['a -\nb', 'end.\nNext', 'x\n- item', 'by termi-\n3', 'by termi-\n\n3\n\nnation'])
      expect(mendLineEnds(text)).toBe(text);
  });

  it('takes a time that grows with the length of the text only', () => {
    expect(mendLineEnds('a'.repeat(2_000_000))).toHaveLength(2_000_000);
    expect(mendLineEnds('a-'.repeat(1_000_000))).toHaveLength(2_000_000);
    expect(mendLineEnds('ab-\n'.repeat(500_000)).length).toBeGreaterThan(1_000_000);
  });
});
