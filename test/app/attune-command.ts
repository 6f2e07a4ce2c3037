import { type ChildProcess, execFile } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../dist/apps/cli/src/main.js');

export interface CommandResult {
  /** null if a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built `attune` command in one folder and with its own environment. */
export class AttuneCommand {
  constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** The same command with other variables. */
  withEnvironment(env: Readonly<Record<string, string>>): AttuneCommand {
    return new AttuneCommand(this.folder, env);
  }

  run(...words: string[]): Promise<CommandResult> {
    return this.start(...words).result;
  }

  /** Returns the running process too, for tests that end it. */
  start(...words: string[]): { child: ChildProcess; result: Promise<CommandResult> } {
    let child!: ChildProcess;
    const ended = new Promise<CommandResult>((resolve) => {
      const options = {
        cwd: this.folder,
        env: { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...this.env },
        maxBuffer: 64 * 1024 * 1024,
      };
      child = execFile(process.execPath, [program, ...words], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
    return { child, result: ended };
  }
}
