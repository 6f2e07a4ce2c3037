import { deflateSync } from 'node:zlib';

const pageHeight = 800;
const lineHeight = 14;

/** A PDF with these pages of text, line by line. */
export function aPdf(...pages: string[]): Buffer {
  return pdfOf(pages.map((page) => contentOf(page.split('\n'))));
}

/** A PDF with a page without text, as from a scanner. */
export function aScannedPdf(): Buffer {
  return pdfOf([Buffer.from('q 100 0 0 100 0 0 cm 0 0 1 1 re f Q')]);
}

/** A PDF that is encrypted with a password. */
export function anEncryptedPdf(): Buffer {
  const key = 'ab'.repeat(32);
  const encrypt = `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${key}> /U <${key}> >> /ID [<00> <00>]`;
  return pdfOf([contentOf(['secret'])], { trailer: encrypt });
}

/** A small PDF whose only page has `megabytes` after decompression. */
export function aPdfBomb(megabytes: number): Buffer {
  const content = deflateSync(Buffer.alloc(megabytes * 1024 * 1024, 'q Q '), { level: 9 });
  return pdfOf([content], { filter: '/Filter /FlateDecode ' });
}

/** A PDF with many pages, all of which are the same object. */
export function aPdfOfManyPages(pages: number): Buffer {
  return pdfOf([contentOf(['again'])], { repeated: pages });
}

function contentOf(lines: readonly string[]): Buffer {
  const operators = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj 0 -${lineHeight} Td`);
  return Buffer.from(`BT /F1 12 Tf 50 ${pageHeight - 50} Td ${operators.join(' ')} ET`, 'latin1');
}

interface PdfOptions {
  readonly trailer?: string;
  readonly filter?: string;
  readonly repeated?: number;
}

function pdfOf(
  contents: readonly Buffer[],
  { trailer = '', filter = '', repeated = 1 }: PdfOptions = {},
): Buffer {
  const kids = contents.flatMap((_content, index) =>
    Array.from({ length: repeated }, () => `${4 + index * 2} 0 R`),
  );
  const objects = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'),
    ...contents.flatMap((content, index) => [
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 ${pageHeight}] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
      ),
      Buffer.concat([
        Buffer.from(`<< ${filter}/Length ${content.length} >>\nstream\n`),
        content,
        Buffer.from('\nendstream'),
      ]),
    ]),
  ];
  return withCrossReferences(objects, trailer);
}

/** The objects as a PDF file. The first is the catalog. */
export function withCrossReferences(objects: readonly Buffer[], trailer: string): Buffer {
  const parts = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  for (const [index, object] of objects.entries()) {
    const written = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(length);
    length += written.length;
    parts.push(written);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(end)]);
}
