import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadBenignPrompts } from '../../libs/settings/testing/benign-prompts.js';
import {
  disguises,
  honestSentences,
  hostileSentences,
} from '../../libs/settings/testing/override-sentences.js';

/** What a collection's prompts are: an operator's own text, or an attack. */
export type PromptKind = 'honest' | 'hostile';

/** A text, and the code or name of its language. */
export interface CollectedPrompt {
  readonly language: string;
  readonly text: string;
}

/** Texts of one kind from one source. `group` is `own` for this repository's collections, else the folder of the file. */
export interface PromptCollection {
  readonly group: string;
  readonly kind: PromptKind;
  readonly name: string;
  readonly prompts: readonly CollectedPrompt[];
}

interface PublishedAttack {
  readonly text: string;
  readonly refused: readonly { readonly rule: string }[];
}

/** The collections of this repository: the prompts and sentences that the tests use. */
export function ownCollections(): PromptCollection[] {
  const attacks = ['templates', 'variables']
    .flatMap((name) => JSON.parse(readFileSync(`test/hostile/${name}.json`, 'utf8')) as PublishedAttack[])
    .filter(({ refused }) => refused.some(({ rule }) => rule === 'suspicious'))
    .map(({ text }) => ({ language: 'several', text }));
  const disguised = Object.entries(disguises).map(([name, disguise]) => ({
    ...own('hostile', `sentences, ${name}`),
    prompts: hostileSentences.map(({ language, text }) => ({ language, text: disguise(text) })),
  }));
  const benign = loadBenignPrompts().map(({ name, prompt }) => ({
    language: name.slice(0, 2),
    text: prompt,
  }));
  return [
    { ...own('honest', 'benign prompts'), prompts: benign },
    { ...own('honest', 'sentences'), prompts: honestSentences },
    { ...own('hostile', 'published attacks'), prompts: attacks },
    { ...own('hostile', 'sentences'), prompts: hostileSentences },
    ...disguised,
  ];
}

/**
 * The collections in `<folder>/<group>/honest/<name>.jsonl` and `<folder>/<group>/hostile/<name>.jsonl`: one
 * `{"language": "de", "text": "…"}` a line.
 */
export function readCollections(folder: string): PromptCollection[] {
  return subfolders(folder).flatMap((group) =>
    (['honest', 'hostile'] as const).flatMap((kind) =>
      readdirSync(join(folder, group, kind))
        .filter((file) => file.endsWith('.jsonl'))
        .map((file) => ({
          group,
          kind,
          name: file.replace(/\.jsonl$/, ''),
          prompts: readLines(join(folder, group, kind, file)),
        })),
    ),
  );
}

function own(kind: PromptKind, name: string): Omit<PromptCollection, 'prompts'> {
  return { group: 'own', kind, name };
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function readLines(file: string): CollectedPrompt[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as CollectedPrompt);
}
