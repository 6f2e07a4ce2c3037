import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text that somebody once used against a service like this one. `source` says where it was published. */
export interface HostileInput {
  readonly kind: 'template' | 'variable' | 'question' | 'document' | 'file_name';
  readonly name: string;
  readonly text: string;
  readonly source: string;
  /** Templates and variables: every fault that it is refused with, in order; none where it is only text. */
  readonly refused?: readonly { readonly rule: string; readonly offset: number }[];
}

const files = ['templates', 'variables', 'questions', 'documents', 'file-names'];

export const hostileInputs: readonly HostileInput[] = files.flatMap(
  (name) => JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as HostileInput[],
);

export function hostileInputsOf(kind: HostileInput['kind']): HostileInput[] {
  return hostileInputs.filter((one) => one.kind === kind);
}
