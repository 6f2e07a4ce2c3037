import { PromptTemplate } from '#settings';
import {
  type PromptParts,
  RecordingProvider,
  type SentMessages,
} from '../../libs/rag/testing/llm/recording-provider.js';
import { type HostileInput, hostileInputsOf, hostileInputs } from './hostile-inputs.js';

/** What no text of people contains. */
const sentinel = '\u0001neutral\u0001';
/** Each way in which a template can place the context and the question. */
const shapes = {
  'system message': 'You answer for {company}.',
  'system message with the context': 'You answer for {company} from {context} and nothing else.',
  'user message': 'For {company}: {question}',
  'user message with the context': '{company} {{x}} {context} Q: {question} Again: {question}',
};

let provider: RecordingProvider;

beforeAll(async () => {
  provider = await RecordingProvider.start();
});
afterAll(() => provider.stop());

describe('the collection of hostile inputs', () => {
  it('has at least three hundred different entries, each with its kind, name and source', () => {
    expect(hostileInputs.length).toBeGreaterThanOrEqual(300);
    expect(new Set(hostileInputs.map(({ kind, text }) => `${kind} ${text}`)).size).toBe(hostileInputs.length);
    for (const { name, text, source } of hostileInputs) {
      expect([name, text, source].every((one) => one.length > 0)).toBe(true);
      expect(text.isWellFormed()).toBe(true);
    }
  });
});

describe('a hostile template', () => {
  it.each(hostileInputsOf('template').map((one) => [one.name, one] as const))(
    'gets exactly the expected errors: %s',
    (_name, { text, refused }) => {
      const { errors: faults } = PromptTemplate.compile(text, {});
      expect(faults.map(({ rule, offset }) => ({ rule, offset }))).toEqual(refused);
      expect(faults.every(({ field }) => field === 'system_prompt_template')).toBe(true);
    },
  );

  it('renders as plain text when it is not refused', () => {
    const harmless = hostileInputsOf('template').filter(({ refused }) => refused!.length === 0);
    for (const { text } of harmless) {
      const { system } = PromptTemplate.compile(text, {}).template!.render({ context: '', question: 'q' });
      expect(system).toBe(text.replaceAll('{{', '{').replaceAll('}}', '}'));
    }
  });
});

describe('a hostile variable', () => {
  it.each(hostileInputsOf('variable').map((one) => [one.name, one] as const))(
    'gets exactly the expected errors: %s',
    (_name, { text, refused }) => {
      const { errors: faults } = PromptTemplate.compile('Be {x}.', { x: text });
      expect(faults.map(({ rule, offset }) => ({ rule, offset }))).toEqual(refused);
      expect(refused).not.toEqual([]);
      expect(faults.every(({ field }) => field === 'prompt_variables.x')).toBe(true);
    },
  );
});

const questionPartOf: Record<'question' | 'document' | 'file_name', keyof PromptParts> = {
  question: 'question',
  document: 'text',
  file_name: 'title',
};

function questionWith(template: string, place: keyof PromptParts, text: string): PromptParts {
  return { template, question: 'When?', title: 'Lease', text: 'Rent is due.', [place]: text };
}

const opening = /<documents id="(\w{16})"/;

/**
 * The text of a neutral message with the hostile text in its place, and nothing else changed but the number of the mark around the
 * documents, which is made from them.
 */
function fillTemplate(neutral: string, text: string, actual: string): string {
  const filled = neutral.split(sentinel).join(text);
  const neutralId = opening.exec(neutral)?.[1];
  return neutralId === undefined
    ? filled
    : filled.replaceAll(neutralId, documentsIdIn(neutral, text, actual));
}

/** The number of the true mark, which stands where it stands around a neutral text. */
function documentsIdIn(neutral: string, text: string, actual: string): string {
  const before = neutral.slice(0, neutral.indexOf('<documents id="')).split(sentinel).join(text);
  return opening.exec(actual.slice(before.length))![1]!;
}

function expectOnlyText(sent: SentMessages, neutral: SentMessages, text: string): void {
  expect(sent.map(({ role }) => role)).toEqual(neutral.map(({ role }) => role));
  const expected = neutral.map(({ content }, index) => fillTemplate(content, text, sent[index]!.content));
  expect(sent.map(({ content }) => content)).toEqual(expected);
  const contextIndex = neutral.findIndex(({ content }) => opening.test(content));
  const documentsId = documentsIdIn(neutral[contextIndex]!.content, text, sent[contextIndex]!.content);
  expect(text).not.toContain(documentsId);
  expect(sent[contextIndex]!.content.split(`</documents id="${documentsId}">`)).toHaveLength(2);
}

describe.each(['question', 'document', 'file_name'] as const)('a hostile %s', (kind) => {
  const place = questionPartOf[kind];

  it.each(
    Object.entries(shapes).flatMap(([shape, template]) =>
      (['openai', 'anthropic'] as const).map((protocol) => ({ shape, template, protocol })),
    ),
  )(
    'reaches a provider by $protocol only as text, with a template that is the $shape',
    async ({ template, protocol }) => {
      const neutral = await provider.messagesFor(protocol, questionWith(template, place, sentinel));
      expect(JSON.stringify(neutral)).toContain(JSON.stringify(sentinel).slice(1, -1));
      for (const { text } of hostileInputsOf(kind) as HostileInput[]) {
        const sent = await provider.messagesFor(protocol, questionWith(template, place, text));
        expectOnlyText(sent, neutral, text);
      }
    },
  );
});
