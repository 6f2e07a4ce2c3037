import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** Packages of a user's project, apart from the client. */
const otherPackages = ['eventsource-parser', '@openfeature', '@types'];

/** A project with the package `@attune/client`: built, packed and unpacked. */
export class InstalledClient {
  private constructor(readonly project: string) {}

  static async create(): Promise<InstalledClient> {
    const project = mkdtempSync(join(tmpdir(), 'attune-client-user-'));
    const built = join(project, 'built');
    await run(process.execPath, [join(root, 'libs/sdk/build.js'), built]);
    await run('npm', ['pack', '--silent', '--pack-destination', project, built], { cwd: project });
    const archive = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
    const client = new InstalledClient(project);
    mkdirSync(client.folder, { recursive: true });
    const target = ['--strip-components=1', '-C', client.folder];
    await run('tar', ['-xzf', join(project, archive), ...target]);
    for (const name of otherPackages)
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    return client;
  }

  /** The folder of the installed package. */
  get folder(): string {
    return join(this.project, 'node_modules/@attune/client');
  }

  /** Runs a program of the project and resolves to its output. */
  async run(file: string, source: string): Promise<string> {
    const path = this.write(file, source);
    const { stdout } = await run(process.execPath, [path], { cwd: this.project, timeout: 60_000 });
    return stdout;
  }

  /** Compiles a program of the project without output, and resolves to the compiler's errors. */
  async check(file: string, source: string, options: readonly string[]): Promise<string> {
    const path = this.write(file, source);
    const compiler = join(root, 'node_modules/typescript/lib/tsc.js');
    const args = [compiler, '--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', ...options, path];
    return run(process.execPath, args, { cwd: this.project }).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
  }

  remove(): void {
    rmSync(this.project, { recursive: true, force: true });
  }

  private write(file: string, source: string): string {
    const path = join(this.project, file);
    writeFileSync(path, source);
    return path;
  }
}
