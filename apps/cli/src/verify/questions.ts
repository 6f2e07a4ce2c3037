import { Question } from '#config';
import { Text, faultsOf } from '#http';
import { isPlainObject } from '#kernel';
import { FaultyFilesError, readText } from '../files/read-text.js';
import { type FileFault, type YamlText, readYaml } from '../files/yaml-text.js';

export interface TestQuestion {
  readonly id: string;
  readonly question: string;
}

class Item {
  @Text({ min: 1, max: 100, optional: true })
  id?: string;

  @Question()
  question!: string;
}

const mostQuestions = 1000;
const second = 'A file holds one list of questions.';
const form = 'The file must be a list of questions, or a mapping with such a list under questions.';

/**
 * The questions of a file: texts, or mappings of `question` and perhaps `id`. One without an id is known by its place: `q3`.
 *
 * @throws FaultyFilesError with every fault, and where it is.
 */
export async function readQuestions(path: string): Promise<TestQuestion[]> {
  return parseQuestions(path, await readText(path));
}

/** The same of a text. */
export function parseQuestions(path: string, text: string): TestQuestion[] {
  const yaml = readYaml(path, text, second);
  const { list, prefix } = listIn(yaml.content);
  const items = list.map((item) => (typeof item === 'string' ? { question: item } : item));
  const faults =
    yaml.faults.length > 0 ? yaml.faults : [...listFaults(yaml), ...itemFaults(items, prefix, yaml)];
  if (faults.length > 0) throw new FaultyFilesError(faults);
  return questionsOf(items as Item[]);
}

/** So many of them, evenly spread over the list: the same ones every time. */
export function sampleOf(questions: readonly TestQuestion[], size: number): TestQuestion[] {
  const count = Math.min(size, questions.length);
  return Array.from({ length: count }, (_, at) => questions[Math.floor((at * questions.length) / count)]!);
}

function listIn(content: unknown): { list: readonly unknown[]; prefix: string } {
  const isMapping = isPlainObject(content);
  const list = isMapping ? content['questions'] : content;
  return { list: Array.isArray(list) ? list : [], prefix: isMapping ? 'questions.' : '' };
}

function listFaults({ content, placeOf }: YamlText): FileFault[] {
  const unknown = isPlainObject(content) ? Object.keys(content).filter((key) => key !== 'questions') : [];
  const list = isPlainObject(content) ? content['questions'] : content;
  const place = placeOf('questions');
  return [
    ...unknown.map((key) => ({
      place: placeOf(key, true),
      message: `${key} means nothing here; there is questions.`,
    })),
    ...(Array.isArray(list) ? [] : [{ place, message: form }]),
    ...(Array.isArray(list) && list.length === 0 ? [{ place, message: 'There is no question.' }] : []),
    ...(Array.isArray(list) && list.length > mostQuestions
      ? [{ place, message: `There may be at most ${mostQuestions} questions; there are ${list.length}.` }]
      : []),
  ];
}

function itemFaults(items: readonly unknown[], prefix: string, { placeOf }: YamlText): FileFault[] {
  const single = items.slice(0, mostQuestions).flatMap((item, at) => {
    const place = `${prefix}${at}`;
    if (!isPlainObject(item))
      return [{ place: placeOf(place), message: 'A question is a text, or a mapping of question and id.' }];
    return faultsOf(Item, item).map(({ field, rule, message }) => ({
      place: placeOf(`${place}.${field}`, rule === 'unknown_field'),
      message,
    }));
  });
  return single.length > 0 ? single : takenTwice(questionsOf(items as Item[]), prefix, placeOf);
}

function takenTwice(
  questions: readonly TestQuestion[],
  prefix: string,
  placeOf: YamlText['placeOf'],
): FileFault[] {
  const first = new Map<string, number>();
  return questions.flatMap(({ id }, at) => {
    const before = first.get(id);
    first.set(id, before ?? at);
    if (before === undefined) return [];
    const message = `The id ${id} is taken by an earlier question: ${placeOf(`${prefix}${before}`)}.`;
    return [{ place: placeOf(`${prefix}${at}.id`), message }];
  });
}

function questionsOf(items: readonly Item[]): TestQuestion[] {
  return items.map(({ id, question }, at) => ({ id: id ?? `q${at + 1}`, question }));
}
