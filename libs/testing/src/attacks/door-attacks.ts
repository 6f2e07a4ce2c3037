import { sendBytes, stallUploads } from './attack-requests.js';
import type { Attack, AttackTarget } from './attack.js';

const mebibyte = 1024 * 1024;
const documents = { path: '/v1/documents' };

/** A form of very many parts, most of them empty. */
const tinyParts = {
  name: 'a form of 300,000 parts',
  run: async (target: AttackTarget) => [
    await sendBytes(
      target,
      { ...documents, key: target.adminKey, contentType: 'multipart/form-data; boundary=b' },
      Buffer.from(`${'--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n'.repeat(300_000)}--b--\r\n`),
    ),
  ],
  expected: [400],
};

/** Sends the bytes to `/v1/documents`, without a credential and with the attacker's. */
function bodyAttacks(name: string, body: () => Buffer, accepted: number): Attack[] {
  return [
    {
      name: `${name}, without a credential`,
      run: async (target) => [await sendBytes(target, documents, body())],
      expected: [401],
    },
    {
      name: `${name}, with a key`,
      run: async (target) => [await sendBytes(target, { ...documents, key: target.adminKey }, body())],
      expected: [accepted],
    },
  ];
}

function manyMembers(count: number): Buffer {
  return Buffer.from(`{${Array.from({ length: count }, (_, at) => `"k${at}":1`).join()}}`);
}

/** A legal body that is as large as it may be, of one text. */
function largeText(piece: string, frame = '{"title":"t","text":""}'): Buffer {
  const count = Math.floor((16 * mebibyte - frame.length) / Buffer.byteLength(piece));
  return Buffer.from(frame.replace('""}', `"${piece.repeat(count)}"}`));
}

async function repeat(count: number, send: () => Promise<number>): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, send));
}

function stall(target: AttackTarget, connections: number, key?: string): Promise<number[]> {
  const attack = { ...documents, ...(key !== undefined && { key }) };
  return stallUploads(target, attack, { connections, length: 16_000_000, sent: 15_900_000 });
}

function validate(target: AttackTarget, patch: object): Promise<number> {
  const attack = { path: '/v1/config/validate', key: target.adminKey };
  return sendBytes(target, attack, Buffer.from(JSON.stringify(patch)));
}

/** Many placeholders without a value, each of which could list all names that have one. */
function templateWithErrors(): object {
  const names = Array.from({ length: 50 }, (_, at) => `${'long_name_'.repeat(10)}${at}`);
  return {
    system_prompt_template: '{v}'.repeat(1300),
    prompt_variables: Object.fromEntries(names.map((name) => [name, 'x'])),
  };
}

/** Attacks on the checks before a route: of the credential, and of the size and the shape of the body. */
export const doorAttacks: readonly Attack[] = [
  ...bodyAttacks('15 MB of open brackets', () => Buffer.alloc(15_000_000, '['), 400),
  ...bodyAttacks('8 million brackets that close', () => Buffer.from('['.repeat(8e6) + ']'.repeat(8e6)), 400),
  ...bodyAttacks('1.2 million keys', () => manyMembers(1_200_000), 400),
  ...bodyAttacks('20,000 keys', () => manyMembers(19_999), 400),
  ...bodyAttacks('16 MiB of escapes in one text', () => largeText('\\n'), 400),
  ...bodyAttacks(
    '16 MiB of Chinese in one text without a title',
    () => Buffer.from(largeText('漢').toString().replace('"t"', '1')),
    400,
  ),
  ...bodyAttacks(
    '16 MiB of escapes in an object where no field is',
    () => largeText('\\n', '{"title":"t","no":{"x":""}}'),
    400,
  ),
  ...bodyAttacks('15 MB of mistakes in JSON', () => Buffer.from('x '.repeat(7_500_000)), 400),
  ...bodyAttacks('64 KiB of mistakes in JSON', () => Buffer.from('/*'.repeat(32_000)), 400),
  tinyParts,
  {
    name: 'four times 15 MB of open brackets at once',
    run: (target) => repeat(4, () => sendBytes(target, documents, Buffer.alloc(15_000_000, '['))),
    expected: [401],
  },
  {
    name: 'uploads that stop, without a credential',
    run: (target, scale) => stall(target, scale === 'full' ? 100 : 10),
    expected: [401],
  },
  {
    // The replica refuses at once those that do not fit, and the others after ten seconds without a byte.
    name: 'uploads that stop, with a key',
    run: (target, scale) => stall(target, scale === 'full' ? 100 : 10, target.adminKey),
    expected: [400, 429],
  },
  {
    name: 'templates with a thousand errors',
    run: (target, scale) => repeat(scale === 'full' ? 20 : 4, () => validate(target, templateWithErrors())),
    expected: [200],
  },
  {
    // One such character becomes eighteen letters before the words are compared.
    name: 'variables of characters that become longer',
    run: (target, scale) =>
      repeat(scale === 'full' ? 20 : 4, () =>
        validate(target, { prompt_variables: { a: '\uFDFA'.repeat(2_700) } }),
      ),
    expected: [200],
  },
  {
    name: 'wrong keys',
    run: (target, scale) => sendWrongKeys(target, scale === 'full' ? 20_000 : 200),
    expected: [401],
  },
];

async function sendWrongKeys({ url }: AttackTarget, count: number): Promise<number[]> {
  const statuses: number[] = [];
  const work = async (worker: number): Promise<void> => {
    for (let at = worker; at < count; at += 20) {
      const key = `atn_${at.toString(16).padStart(16, '0')}_${'0'.repeat(48)}`;
      const { status, body } = await fetch(`${url}/v1/config`, {
        headers: { authorization: `Bearer ${key}` },
      });
      await body?.cancel();
      statuses.push(status);
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
  return statuses;
}
