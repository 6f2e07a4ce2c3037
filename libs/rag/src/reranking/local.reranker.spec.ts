import { LocalReranker } from './local.reranker.js';
import type { Passage } from './reranker.js';

describe('LocalReranker', () => {
  const score = (query: string, candidates: Passage[]) => new LocalReranker().score(query, candidates);
  const passage = (text: string, title = 'Page', retrievalScore = 0.5): Passage => ({
    title,
    text,
    score: retrievalScore,
  });

  const bank = [
    passage('The rent falls due monthly by bank transfer.', 'Page', 0.9),
    passage('A bank transfer pays the monthly sum.', 'Page', 0.85),
    passage('Late bank transfers are charged monthly.', 'Page', 0.3),
    passage('Penguins swim in the cold water of the south all day long.', 'Page', 0.3),
  ];

  const offices = [
    passage('The office is on the river, and for the boats it is not open to rent.'),
    passage('The office rent is for the boats on the river, and it is not open to.'),
    passage('The rent is for the boats, and it is not open to the river on the office.'),
  ];

  it.each([
    ['in English', 'office rent', offices],
    [
      'in German',
      'die Miete des Büros',
      [
        passage(
          'Das Büro ist offen, und für die Zimmer zahlt niemand im ganzen Jahr eine Miete.',
          'Seite',
          0.5,
        ),
        passage('Die Miete des Büros ist am Montag fällig.', 'Seite', 0.5),
        passage('Die Bank ist zu.', 'Seite', 0.1),
      ],
    ],
  ])(
    'prefers a passage that has the words of the question close together, %s',
    async (_language, query, candidates) => {
      const scores = await score(query, candidates);
      expect(Math.max(...scores)).toBe(scores[1]);
    },
  );

  it('prefers a passage that shares words with the best passages', async () => {
    const [first, , same, other] = await score('rent', bank);
    expect(same).toBeGreaterThan(other!);
    expect(first).toBeGreaterThan(same!);
  });

  it('weighs words that the best passages share less where passages are only a sentence long', async () => {
    const gapOf = async (candidates: Passage[]): Promise<number> => {
      const [, , same, other] = await score('rent', candidates);
      return same! - other!;
    };
    const long = bank.map((each) => ({ ...each, text: `${each.text} `.repeat(10) }));
    expect(await gapOf(long)).toBeGreaterThan(4 * (await gapOf(bank)));
  });

  it.each([
    [
      'the passages are not in English',
      [
        passage('Die Miete ist monatlich per Überweisung zu zahlen.', 'Seite', 0.9),
        passage('Eine Überweisung an die Bank begleicht die monatliche Summe.', 'Seite', 0.85),
        passage('Pinguine schwimmen im kalten Wasser.', 'Seite', 0.3),
        passage('Späte Überweisungen kosten monatlich mehr.', 'Seite', 0.3),
      ],
    ],
    [
      'retrieval is sure of its first passage',
      [
        passage('The rent falls due monthly by bank transfer.', 'Page', 0.99),
        ...Array.from({ length: 60 }, (_, index) =>
          passage(`The penguin of row ${index} swims.`, 'Page', 0.02 + index / 10_000),
        ),
      ],
    ],
    ['retrieval has no preference', bank.map((each) => ({ ...each, score: 0.5 }))],
    ['there is only one passage', bank.slice(0, 1)],
    ['the words of the question are apart everywhere', offices.map((each) => ({ ...each, text: 'Rent.' }))],
  ])('keeps the scores of retrieval when %s', async (_when, candidates) => {
    expect(await score('rent', candidates)).toEqual(candidates.map((each) => each.score));
  });

  it('scores passages and questions without words', async () => {
    for (const candidates of [
      [passage('')],
      [passage('…', ''), passage('数学', '数')],
      [passage('a', 'b', 0), passage('a', 'b', 1)],
    ]) {
      const scores = await score('', candidates);
      expect(scores.every((each) => each !== null && each >= 0 && each <= 1)).toBe(true);
    }
  });
});
