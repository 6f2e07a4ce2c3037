import { InvalidFilesError } from '../files/read-text-file.js';
import { parseQuestions, sampleOf } from './read-questions.js';

function errorsIn(text: string): string[] {
  try {
    parseQuestions('q.yaml', text);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidFilesError)) throw error;
    return error.errors.map(({ place, message }) => `${place}: ${message}`);
  }
}

describe('readQuestions', () => {
  it.each([
    ['a list of texts', '- When is rent due?\n- {id: notice, question: How long is the notice?}\n'],
    [
      'a list under questions',
      'questions:\n  - When is rent due?\n  - id: notice\n    question: How long is the notice?\n',
    ],
    [
      'JSON',
      '{\n\t"questions": [\n\t\t"When is rent due?",\n\t\t{"id": "notice", "question": "How long is the notice?"}\n\t]\n}',
    ],
  ])('accepts %s', (_what, text) => {
    expect(parseQuestions('q.yaml', text)).toEqual([
      { id: 'q1', question: 'When is rent due?' },
      { id: 'notice', question: 'How long is the notice?' },
    ]);
  });

  it.each([
    ['empty', '', /^q\.yaml:1:1: The file is empty\.$/],
    ['a text', 'When is rent due?', /^q\.yaml:1:1: The file must be a list of questions/],
    ['without a question', 'questions: []', /^q\.yaml:1:1: There is no question\.$/],
    ['without questions', 'question: x', /^q\.yaml:1:1: question means nothing here/],
    ['no YAML', '- "a\n', /^q\.yaml:2:1: /],
    ['two documents', '- a\n---\n- b\n', /^q\.yaml:2:1: A file holds one list/],
    ['with an alias', '- &a x\n- *a\n', /^q\.yaml:2:3: Aliases are not taken/],
    ['with a number', '- When?\n- 7\n', /^q\.yaml:2:3: A question is a text/],
    ['with an empty question', '- When?\n- ""\n', /^q\.yaml:2:3: question must/],
    ['with no question', '- id: x\n', /^q\.yaml:1:3: question/],
    ['with another member', '- question: When?\n  answer: Now.\n', /^q\.yaml:2:3: .*answer/],
    ['with a question of nothing to see', '- "\\t"\n', /^q\.yaml:1:3: question must/],
    ['with a long question', `- ${'x'.repeat(4001)}\n`, /^q\.yaml:1:3: question must.* 4000/],
    ['with an id twice', '- {id: q2, question: When?}\n- Where?\n', /^q\.yaml:2:3: The id q2 is taken by/],
    ['too long', '- a\n'.repeat(1001), /at most 1000 questions; there are 1001/],
  ])('does not accept a file that is %s', (_what, text, fault) => {
    expect(errorsIn(text)[0]).toMatch(fault);
  });

  it('reports every error of the file', () => {
    expect(errorsIn('questions:\n  - ""\n  - {question: 7}\nmore: 1\n')).toHaveLength(4);
  });

  it('samples evenly, and the same questions every time', () => {
    const questions = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, question: id }));
    expect(sampleOf(questions, 2).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(sampleOf(questions, 9)).toEqual(questions);
  });
});
