import { readFileSync, readdirSync } from 'node:fs';

/** The 200 benign prompts of this folder, 20 in each of ten languages, as `en 1` and so on. For tests. */
export function loadBenignPrompts(): { name: string; prompt: string }[] {
  const folder = new URL('benign-prompts/', import.meta.url);
  return readdirSync(folder).flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8')
      .trimEnd()
      .split('\n---\n')
      .map((prompt, index) => ({ name: `${file.slice(0, 2)} ${index + 1}`, prompt })),
  );
}
