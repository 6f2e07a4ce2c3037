import { sendBytes } from './attack-requests.js';
import type { Attack, AttackScale, AttackTarget } from './attack.js';

const kibibyte = 1024;

function addDocument(target: AttackTarget, document: object): Promise<number> {
  const attack = { path: '/v1/documents', key: target.adminKey };
  return sendBytes(target, attack, Buffer.from(JSON.stringify({ title: 'an attack', ...document })));
}

const textOf = (piece: string, bytes: number): string => piece.repeat(Math.floor(bytes / piece.length));
const sizeAt = (scale: AttackScale): number => (scale === 'full' ? 1024 * kibibyte : 64 * kibibyte);

/** A document of many pieces, of a kind that people write. */
function piecesAttack(name: string, piece: string): Attack {
  return {
    name: `one document of very many ${name}`,
    run: async (target, scale) => [await addDocument(target, { text: textOf(piece, sizeAt(scale)) })],
    expected: [201],
  };
}

function uploadMany(target: AttackTarget, scale: AttackScale): Promise<number[]> {
  const [count, bytes] = scale === 'full' ? [150, 315_000] : [12, 20_000];
  const text = textOf('The rent is due on the first day of each month. ', bytes);
  return Promise.all(
    Array.from({ length: count }, (_, at) => addDocument(target, { id: `d${at}`, text: `${at} ${text}` })),
  );
}

/** Attacks on what happens to a document after the door. */
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
      const members = Array.from({ length: 9_000 }, (_, at) => [`k${at}`, { v: 1 }] as const);
      return [await addDocument(target, { text: 'x', metadata: Object.fromEntries(members) })];
    },
    expected: [400],
  },
  { name: 'many documents at once', run: uploadMany, expected: [201, 429, 503] },
];
