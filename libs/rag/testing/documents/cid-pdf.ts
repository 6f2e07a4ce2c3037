import { withCrossReferences } from './pdf-files.js';

/** A line of text in one font of a PDF. */
interface PdfLine {
  readonly text: string;
  /** A predefined character map such as `UniJIS-UCS2-H`, for a font that is not embedded. Default: Helvetica, Latin text. */
  readonly map?: string;
  /** The character collection of the font, such as `Japan1`. */
  readonly ordering?: string;
}

/** A page; one without lines is blank. */
export type PdfPage = readonly PdfLine[];

const lineHeight = 14;

/** A PDF with a title and lines of text in East Asian fonts that are not embedded, as word processors of the region write them. */
export function aPdfOfPages(pages: readonly PdfPage[], title?: string): Buffer {
  const lines = pages.flat().filter(({ map }) => map !== undefined);
  const fonts = [...new Map(lines.map((line) => [line.map!, line])).values()];
  const firstPage = 5 + fonts.length;
  const kids = pages.map((_page, index) => `${firstPage + index * 2} 0 R`);
  const fontNames = fonts.map((_font, index) => `/F${index + 2} ${5 + index} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    title === undefined ? '<< >>' : `<< /Title <feff${toHex(title)}> >>`,
    ...fonts.map(toCidFont),
    ...pages.flatMap((page, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R ${fontNames} >> >> /Contents ${firstPage + index * 2 + 1} 0 R >>`,
      toStream(page, fonts),
    ]),
  ];
  return withCrossReferences(
    objects.map((text) => Buffer.from(text, 'latin1')),
    '/Info 4 0 R',
  );
}

function toCidFont({ map, ordering }: PdfLine): string {
  const system = `<< /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >>`;
  const descriptor =
    '<< /Type /FontDescriptor /FontName /Sample /Flags 6 /FontBBox [-100 -200 1000 900] /ItalicAngle 0 /Ascent 700 /Descent -200 /CapHeight 700 /StemV 70 >>';
  const descendant = `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Sample /CIDSystemInfo ${system} /DW 1000 /FontDescriptor ${descriptor} >>`;
  return `<< /Type /Font /Subtype /Type0 /BaseFont /Sample /Encoding /${map} /DescendantFonts [${descendant}] >>`;
}

function toStream(page: PdfPage, fonts: readonly PdfLine[]): string {
  const operators = page.map(({ text, map }) => {
    const font = fonts.findIndex((one) => one.map === map) + 2;
    const operator =
      map === undefined
        ? `/F1 12 Tf (${text.replace(/[\\()]/g, '\\$&')}) Tj`
        : `/F${font} 12 Tf <${toHex(text)}> Tj`;
    return `${operator} 0 -${lineHeight} Td`;
  });
  const content = page.length === 0 ? '' : `BT 50 750 Td ${operators.join(' ')} ET`;
  return `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`;
}

/** UTF-16, big endian. */
function toHex(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex');
}
