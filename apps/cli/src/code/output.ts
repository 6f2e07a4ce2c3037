import { CommanderError } from 'commander';

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function warn(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`attune: ${line}\n`);
}

export function json(value: object): string {
  return JSON.stringify(value, null, 2);
}

export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** The error of a command line that is well formed and asks for what cannot be; it has been told already. */
export function misuse(message: string): CommanderError {
  process.stderr.write(`error: ${message}\n`);
  return new CommanderError(1, 'attune.misuse', message);
}
