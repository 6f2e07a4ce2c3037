import { sendBytes } from './attack-requests.js';
import type { Attack, AttackScale, AttackTarget } from './attack.js';

const path = '/v1/documents';
/** The attacker wants to keep the replica busy, and does not wait for the answer. */
const leaveAfterMs = 10_000;
/** The replica accepts, has no more room for this tenant or at all, or was still working when the client left. */
const acceptedOrBusy = [201, 429, 503, 0];

function addDocument(target: AttackTarget, document: object): Promise<number> {
  const body = Buffer.from(JSON.stringify({ title: 'an attack', ...document }));
  return sendBytes(target, { path, key: target.adminKey, leaveAfterMs }, body);
}

function addFile(target: AttackTarget, name: string, content: string): Promise<number> {
  const type = name.endsWith('.pdf') ? 'application/pdf' : 'text/html';
  const head = `--x\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  const attack = { path, key: target.adminKey, contentType: 'multipart/form-data; boundary=x', leaveAfterMs };
  return sendBytes(target, attack, Buffer.from(`${head}${content}\r\n--x--\r\n`));
}

const textOf = (piece: string, characters: number): string =>
  piece.repeat(Math.floor(characters / piece.length));

/** A page that shows very many single letters. */
function pdfOfLetters(count: number): string {
  const letters = `BT /F 9 Tf ${'(a) Tj 9 0 Td '.repeat(count)}ET`;
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  return `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /Font << /F ${font} >> >> /Contents 4 0 R >> endobj
4 0 obj << /Length ${letters.length} >> stream
${letters}
endstream endobj
trailer << /Root 1 0 R >>`;
}

/** One document that consists of very many pieces. */
function piecesAttack(name: string, piece: string): Attack {
  const run = async (target: AttackTarget, scale: AttackScale): Promise<number[]> => {
    const text = textOf(piece, scale === 'full' ? 1_000_000 : 4_000);
    return [await addDocument(target, { text })];
  };
  return { name: `one document of very many ${name}`, run, expected: acceptedOrBusy };
}

function sendMany(count: number, send: (index: number) => Promise<number>): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => send(index)));
}

/** Attacks on the work that an accepted document causes. */
export const documentAttacks: readonly Attack[] = [
  piecesAttack('short paragraphs', 'a\n\n'),
  piecesAttack('short lines', 'a b\n'),
  piecesAttack('short sentences', 'No. '),
  {
    name: 'metadata far beyond its limit',
    run: async (target) => [
      await addDocument(target, { text: 'x', metadata: { value: 'x'.repeat(15_000_000) } }),
    ],
    expected: [400],
  },
  {
    name: 'metadata of 9,000 members',
    run: async (target) => {
      const members = Array.from({ length: 9_000 }, (_, index) => [`k${index}`, { v: 1 }] as const);
      return [await addDocument(target, { text: 'x', metadata: Object.fromEntries(members) })];
    },
    expected: [400],
  },
  {
    name: 'many documents at once, and the client leaves',
    run: (target, scale) => {
      const [count, characters] = scale === 'full' ? [150, 315_000] : [6, 500];
      const text = textOf('The rent is due on the first day of each month. ', characters);
      return sendMany(count, (index) => addDocument(target, { id: `d${index}`, text: `${index} ${text}` }));
    },
    expected: acceptedOrBusy,
  },
  {
    name: 'many files of many elements at once, and the client leaves',
    run: (target, scale) => {
      const [count, elements] = scale === 'full' ? [42, 300_000] : [4, 2_000];
      const html = `<p>The rent is due.</p>${'<div>'.repeat(elements)}`;
      return sendMany(count, (index) => addFile(target, `f${index}.html`, html));
    },
    expected: [...acceptedOrBusy, 400],
  },
  {
    name: 'many PDFs of many letters at once, and the client leaves',
    run: (target, scale) => {
      const [count, letters] = scale === 'full' ? [42, 22_000] : [4, 50];
      return sendMany(count, (index) => addFile(target, `p${index}.pdf`, pdfOfLetters(letters)));
    },
    expected: acceptedOrBusy,
  },
];
