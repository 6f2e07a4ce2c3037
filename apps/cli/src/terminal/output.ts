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

/** The error of a command line that is well formed and asks for what cannot be; it has been told already. */
export function usageError(message: string): CommanderError {
  process.stderr.write(`error: ${message}\n`);
  return new CommanderError(1, 'attune.misuse', message);
}
