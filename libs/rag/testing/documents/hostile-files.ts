import { gzipSync } from 'node:zlib';
import { aPdf, aPdfBomb, aPdfOfManyPages, aScannedPdf, anEncryptedPdf } from './pdf-files.js';

/** A file that an upload must survive. */
export interface HostileFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  /** Pattern of the refusal; null: the file is accepted as text. */
  readonly refusal: RegExp | null;
}

const pdf = 'application/pdf';
const validPdf = aPdf('A page of text that is well and good.');

/** Files that a client may send by mistake or on purpose. */
export function hostileFiles(): HostileFile[] {
  return [...badPdfs(), ...badTexts(), ...wrongTypes()];
}

function badPdfs(): HostileFile[] {
  const cut = [0.2, 0.5].map((share) => validPdf.subarray(0, Math.floor(validPdf.length * share)));
  return [
    ...cut.map((bytes, at) => file(`truncated-${at}.pdf`, pdf, bytes, /damaged PDF|no text/)),
    file('header-only.pdf', pdf, Buffer.from('%PDF-1.7\n'), /damaged PDF/),
    file('noise.pdf', pdf, Buffer.concat([Buffer.from('%PDF-1.4\n'), noise(5000)]), /damaged PDF/),
    file('not-a-pdf.pdf', pdf, Buffer.from('plain words'), /does not begin with %PDF-/),
    file('encrypted.pdf', pdf, anEncryptedPdf(), /encrypted with a password/),
    file('scanned.pdf', pdf, aScannedPdf(), /no text; scanned pages need OCR/),
    file('many-pages.pdf', pdf, aPdfOfManyPages(6_000), /more than 5000 pages/),
    file('bomb.pdf', pdf, aPdfBomb(400), /needs more than/),
    file('endless-loop.pdf', pdf, aCyclicPdf(), /damaged PDF|no text|pages|needs more/),
  ];
}

function badTexts(): HostileFile[] {
  const nested = `<html><body>${'<div>'.repeat(100_000)}deep${'</div>'.repeat(100_000)}`;
  const wide = `<!doctype html><p>start ${'<b><i>'.repeat(50_000)}end`;
  return [
    file('empty.txt', 'text/plain', Buffer.alloc(0), /no text/),
    file('blank.md', 'text/markdown', Buffer.from(' \n\t\n'), /no text/),
    file('nul.txt', 'text/plain', Buffer.from('before\0after'), /U\+0000 at offset 6/),
    file(
      'latin1.txt',
      'text/plain',
      Buffer.from([0x63, 0x61, 0x66, 0xe9]),
      /is not text in UTF-8, and does not say/,
    ),
    file('long.txt', 'text/plain', Buffer.alloc(10_000_001, 'a'), /more than 10000000 characters/),
    file('nested.html', 'text/html', Buffer.from(nested), /nested deeper than 20000/),
    file('wide.html', 'text/html', Buffer.from(wide), /nested deeper than 20000/),
    file('script-only.html', 'text/html', Buffer.from('<html><script>alert(1)</script>'), /no text/),
    file('comments.html', 'text/html', Buffer.from('<!-- -->'.repeat(20_000)), /no text|cannot be read|text/),
  ];
}

function wrongTypes(): HostileFile[] {
  return [
    file('office.docx', 'application/vnd.openxmlformats', Buffer.from('PK\u0003\u0004rest'), /ZIP archive/),
    file('bomb.gz', 'text/plain', gzipSync(Buffer.alloc(50_000_000)), /gzip archive/),
    file('picture.pdf', pdf, Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), /an image/),
    file(
      'program.txt',
      'text/plain',
      Buffer.concat([Buffer.from('\x7fELF'), noise(500)]),
      /is not text in UTF-8/,
    ),
    file('text-as-image.png', 'image/png', Buffer.from('Only words, whatever the name says.'), null),
    file('../../etc/passwd', 'text/plain', Buffer.from('A name like a path.'), null),
    file('C:\\windows\\system.ini', 'text/plain', Buffer.from('Another one.'), null),
    file('<script>alert(1)</script>.md', 'text/markdown', Buffer.from('Markup in the name.'), null),
    file("'; DROP TABLE documents; --", '', Buffer.from('SQL in the name.'), null),
    file('..', 'text/plain', Buffer.from('Dots for a name.'), null),
    file('🦔'.repeat(300), 'text/plain', Buffer.from('A long name.'), null),
  ];
}

function file(name: string, type: string, bytes: Buffer, refusal: RegExp | null): HostileFile {
  return { name, type, bytes, refusal };
}

/** Pseudo-random bytes, the same in every run. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => ((state = (state * 48_271) % 2_147_483_647) & 0xff) | 0x80),
  );
}

/** A PDF whose page tree contains itself. */
function aCyclicPdf(): Buffer {
  return Buffer.from(validPdf.toString('latin1').replace(/\/Kids \[4 0 R\]/, '/Kids [2 0 R]'), 'latin1');
}
