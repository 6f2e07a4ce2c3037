import { createInterface } from 'node:readline/promises';
import { CommanderError } from 'commander';

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printErrors(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`attune: ${line}\n`);
}

export function formatJson(value: object): string {
  return JSON.stringify(value, null, 2);
}

export function pluralize(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Prints why a well-formed command line cannot be executed, and returns the error to throw. */
export function usageError(message: string): CommanderError {
  process.stderr.write(`error: ${message}\n`);
  return new CommanderError(1, 'attune.misuse', message);
}

/** Asks on the terminal. Every answer except yes counts as no. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
