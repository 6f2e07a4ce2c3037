import { PromptTemplate } from '#settings';
import {
  type CollectedPrompt,
  type PromptCollection,
  type PromptKind,
  ownCollections,
  readCollections,
} from './prompt-collections.js';

/** A longer template cannot be saved. */
const maxTemplateLength = 2_000;

interface Count {
  readonly prompts: number;
  readonly refused: number;
}

/** Prints how many honest and hostile prompts the check of templates refuses: by collection, by language, and as a confusion matrix. */
export function measurePrompts({ data }: { readonly data?: string }): void {
  const collections = [...ownCollections(), ...(data === undefined ? [] : readCollections(data))];
  for (const [group, members] of Map.groupBy(collections, (collection) => collection.group)) {
    const judged = members.map((collection) => judge(collection));
    console.log(`\n${group}: by collection`);
    console.table(
      judged.map(({ kind, name, all, short }) => ({ kind, name, ...toRow(all), ...toShortRow(short) })),
    );
    console.log(`${group}: honest prompts by language`);
    console.table(countByLanguage(judged));
    console.log(`${group}: confusion matrix`);
    console.table({ honest: confusionRow(judged, 'honest'), hostile: confusionRow(judged, 'hostile') });
  }
}

interface JudgedPrompt extends CollectedPrompt {
  readonly isRefused: boolean;
}

interface JudgedCollection extends PromptCollection {
  readonly prompts: readonly JudgedPrompt[];
  readonly all: Count;
  /** Of those that are no longer than a template may be. */
  readonly short: Count;
}

function judge(collection: PromptCollection): JudgedCollection {
  const prompts = collection.prompts.map((prompt) => ({ ...prompt, isRefused: isRefused(prompt.text) }));
  const short = prompts.filter(({ text }) => text.length <= maxTemplateLength);
  return { ...collection, prompts, all: countRefused(prompts), short: countRefused(short) };
}

/** The text is checked as the value of a variable, because braces in it are no placeholders. */
function isRefused(text: string): boolean {
  return PromptTemplate.compile('{text}', { text }).errors.some(({ rule }) => rule === 'suspicious');
}

function countRefused(prompts: readonly JudgedPrompt[]): Count {
  return { prompts: prompts.length, refused: prompts.filter((prompt) => prompt.isRefused).length };
}

function countByLanguage(collections: readonly JudgedCollection[]): Record<string, object> {
  const honest = collections.filter(({ kind }) => kind === 'honest').flatMap(({ prompts }) => prompts);
  const languages = [...Map.groupBy(honest, ({ language }) => language)];
  return Object.fromEntries(languages.map(([language, prompts]) => [language, toRow(countRefused(prompts))]));
}

function confusionRow(collections: readonly JudgedCollection[], kind: PromptKind): object {
  const prompts = collections.filter((one) => one.kind === kind).flatMap((one) => one.prompts);
  const count = countRefused(prompts);
  return { accepted: count.prompts - count.refused, refused: count.refused, share: toShare(count) };
}

function toRow(count: Count): object {
  return { ...count, share: toShare(count) };
}

function toShortRow(count: Count): object {
  return {
    'up to 2,000 characters': count.prompts,
    'of them refused': count.refused,
    'their share': toShare(count),
  };
}

function toShare({ prompts, refused }: Count): string {
  return prompts === 0 ? '–' : `${((100 * refused) / prompts).toFixed(2)} %`;
}
