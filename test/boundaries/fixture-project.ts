import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One dependency that dependency-cruiser objects to, written `rule: from → to`. */
export type RuleViolation = string;

const root = join(import.meta.dirname, '../..');
const copiedFiles = [
  '.dependency-cruiser.cjs',
  'test/boundaries/arrows.json',
  'test/boundaries/floors.json',
  'package.json',
  'tsconfig.json',
];
const dependencyCruiser = join(root, 'node_modules/.bin/depcruise');
const checkedFolders = ['apps', 'libs', 'migrations', 'bench', 'test'];

interface CruiseResult {
  readonly summary: {
    readonly totalDependenciesCruised: number;
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
    readonly violations: {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

/** A small project in a temporary folder, checked by our own configuration. */
export class FixtureProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'attune-boundaries-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const file of copiedFiles) cpSync(join(root, file), join(this.folder, file));
    for (const folder of checkedFolders) mkdirSync(join(this.folder, folder), { recursive: true });
    for (const [path, source] of Object.entries(files)) this.write(path, source);
  }

  write(path: string, source: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }

  async checkDependencies(): Promise<{ dependencies: number; rules: string[]; objections: RuleViolation[] }> {
    const { summary } = JSON.parse(await this.run()) as CruiseResult;
    const objections = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
    const rules = summary.ruleSetUsed.forbidden.map(({ name }) => name);
    return { dependencies: summary.totalDependenciesCruised, rules, objections };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** It ends with the number of objections as its code, which is no failure here. */
  private run(): Promise<string> {
    const args = [
      dependencyCruiser,
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      ...checkedFolders,
    ];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, { cwd: this.folder, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        if (stdout.startsWith('{')) resolve(stdout);
        else reject(new Error(`dependency-cruiser gave no result: ${stderr}`, { cause: error }));
      });
    });
  }
}
