import { QuestionField } from '#config';
import { StringField, findFieldErrors } from '#http';
import { isPlainObject } from '#kernel';
import { InvalidFilesError, readTextFile } from '../files/read-text-file.js';
import { type FileError, type YamlText, readYaml } from '../files/read-yaml.js';

export interface VerificationQuestion {
  readonly id: string;
  readonly question: string;
}

class QuestionItem {
  @StringField({ min: 1, max: 100, optional: true })
  id?: string;

  @QuestionField()
  question!: string;
}

const maxQuestions = 1000;
const secondDocumentMessage = 'A file holds one list of questions.';
const formatMessage = 'The file must be a list of questions, or a mapping with such a list under questions.';

/**
 * Reads the questions of a file: strings, or mappings of `question` and an optional `id`. The default id is the position: `q3`.
 *
 * @throws InvalidFilesError with every error and its place.
 */
export async function readQuestions(path: string): Promise<VerificationQuestion[]> {
  return parseQuestions(path, await readTextFile(path));
}

/** Like `readQuestions`, for a text. */
export function parseQuestions(path: string, text: string): VerificationQuestion[] {
  const yaml = readYaml(path, text, secondDocumentMessage);
  const { list, prefix } = questionListIn(yaml.content);
  const items = list.map((item) => (typeof item === 'string' ? { question: item } : item));
  const errors =
    yaml.errors.length > 0 ? yaml.errors : [...listErrors(yaml), ...itemErrors(items, prefix, yaml)];
  if (errors.length > 0) throw new InvalidFilesError(errors);
  return questionsOf(items as QuestionItem[]);
}

/** Returns `size` questions evenly spread over the list, always the same ones. */
export function sampleOf(questions: readonly VerificationQuestion[], size: number): VerificationQuestion[] {
  const count = Math.min(size, questions.length);
  return Array.from({ length: count }, (_, at) => questions[Math.floor((at * questions.length) / count)]!);
}

function questionListIn(content: unknown): { list: readonly unknown[]; prefix: string } {
  const isMapping = isPlainObject(content);
  const list = isMapping ? content['questions'] : content;
  return { list: Array.isArray(list) ? list : [], prefix: isMapping ? 'questions.' : '' };
}

function listErrors({ content, locate: placeOf }: YamlText): FileError[] {
  const unknown = isPlainObject(content) ? Object.keys(content).filter((key) => key !== 'questions') : [];
  const list = isPlainObject(content) ? content['questions'] : content;
  const place = placeOf('questions');
  return [
    ...unknown.map((key) => ({
      place: placeOf(key, true),
      message: `${key} means nothing here; there is questions.`,
    })),
    ...(Array.isArray(list) ? [] : [{ place, message: formatMessage }]),
    ...(Array.isArray(list) && list.length === 0 ? [{ place, message: 'There is no question.' }] : []),
    ...(Array.isArray(list) && list.length > maxQuestions
      ? [{ place, message: `There may be at most ${maxQuestions} questions; there are ${list.length}.` }]
      : []),
  ];
}

function itemErrors(items: readonly unknown[], prefix: string, { locate: placeOf }: YamlText): FileError[] {
  const single = items.slice(0, maxQuestions).flatMap((item, at) => {
    const place = `${prefix}${at}`;
    if (!isPlainObject(item))
      return [{ place: placeOf(place), message: 'A question is a text, or a mapping of question and id.' }];
    return findFieldErrors(QuestionItem, item).map(({ field, rule, message }) => ({
      place: placeOf(`${place}.${field}`, rule === 'unknown_field'),
      message,
    }));
  });
  return single.length > 0
    ? single
    : duplicateIdErrors(questionsOf(items as QuestionItem[]), prefix, placeOf);
}

function duplicateIdErrors(
  questions: readonly VerificationQuestion[],
  prefix: string,
  placeOf: YamlText['locate'],
): FileError[] {
  const first = new Map<string, number>();
  return questions.flatMap(({ id }, at) => {
    const before = first.get(id);
    first.set(id, before ?? at);
    if (before === undefined) return [];
    const message = `The id ${id} is taken by an earlier question: ${placeOf(`${prefix}${before}`)}.`;
    return [{ place: placeOf(`${prefix}${at}.id`), message }];
  });
}

function questionsOf(items: readonly QuestionItem[]): VerificationQuestion[] {
  return items.map(({ id, question }, at) => ({ id: id ?? `q${at + 1}`, question }));
}
