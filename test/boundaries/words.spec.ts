import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{apps,libs,bench,test,migrations}/**/*.ts', {
  cwd: root,
  exclude: (path) => path.endsWith('node_modules'),
}).filter((path) => path !== 'test/boundaries/words.spec.ts');
const parsed = new Map(sources.map((path) => [path, parse(path)]));

function parse(path: string): ts.SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Words that only this project's first authors knew, with the field's word for each. */
const privateNames: Readonly<Record<string, string>> = {
  CachePart: 'CacheRegion',
  Slots: 'EntryTable',
  Floors: 'MinimumVersions',
  Derivations: 'DerivedValues',
  Surroundings: 'CacheContext',
  StandIns: 'FallbackReader',
  StoreLink: 'StoreStatus',
  CopyWriter: 'LastKnownGoodWriter',
  NoCopies: 'NoLastKnownGood',
  distrust: 'invalidateAll',
  isStill: 'isCurrent',
  areStill: 'isCurrent',
  CatchUp: 'ChangeFeedPoller',
  Follower: 'FeedListener',
  SeldomWarning: 'ThrottledWarning',
  BoundedTally: 'BoundedCounter',
  oneByOne: 'loadEach',
  staysInUse: 'keepFresh',
  whenUp: 'runAtStartup',
  NotBegun: 'TransactionNotStartedError',
  hangUp: 'destroyConnection',
  ServerWatch: 'AvailabilityMonitor',
  StartWork: 'StartupTasks',
  Reachability: 'DatabaseAvailability',
  Ending: 'GracefulShutdown',
  PreparedAnswers: 'FastPath',
  createHost: 'createHttpAdapter',
  ReadsForm: 'MultipartForm',
  Fault: 'FieldError',
  TenantMoves: 'PlanChangeValidator',
  SharedLayers: 'SharedSettingsTransaction',
  ModelMention: 'ModelReference',
  LastUse: 'LastUsedRecorder',
  SharedParts: 'InputsLoader',
  WarmRead: 'PreparedConfigRoute',
  ChangeConditions: 'ChangePreconditions',
  FleetRadius: 'BlastRadiusCalculator',
  Verdict: 'Evaluation',
  Judged: 'EvaluatedGroup',
  RolloutWatch: 'RolloutMonitor',
  ApprovalVoid: 'ApprovalVoidedError',
  SomeSettings: 'PartialSettings',
  dearestCostUsd: 'maxCostUsd',
  Bill: 'UsageRecord',
  Turns: 'KeyedMutex',
  Housekeeping: 'MaintenanceTask',
  Inquiry: 'QueryInput',
  Asked: 'QueryContext',
  Asker: 'AdmissionContext',
  Manner: 'ResponseMode',
  ResidentVectors: 'VectorCache',
  Stage: 'TestApp',
  TenantOnStage: 'TestTenant',
};
const privatePatterns: readonly (readonly [RegExp, string])[] = [
  [/^most[A-Z]/, 'max…'],
  [/^(longest|highest)[A-Z]/, 'max…'],
  [/^least(?!Busy)[A-Z]/, 'min…'],
  [/^usual[A-Z]/, 'default…'],
  [/^(patience|farewell)Ms$/, '…TimeoutMs'],
  [/^[A-Z]\w*(?<!Sort|Lock)Order$/, '…Input or …Command'],
  [/^(told|shown|looked|heard|doubted)$/, 'a word for what it holds or does'],
];

function identifiersIn(file: ts.SourceFile): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function privateName(name: string): string | undefined {
  if (Object.hasOwn(privateNames, name)) return privateNames[name];
  return privatePatterns.find(([pattern]) => pattern.test(name))?.[1];
}

function placeOf(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

/** The titles of `it`, `test` and `describe`, `.each` included. */
function titlesIn(file: ts.SourceFile): ts.StringLiteralLike[] {
  const titles: ts.StringLiteralLike[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText(file))) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) titles.push(title);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return titles;
}

const subjectless =
  /^(gives?|is|are|was|were|and|or|of|by|becomes?|stays?|in|on|with|without|while|whose|that) /;

describe('names in the code', () => {
  it('are the words of the field, none of the private ones of before', () => {
    const found = [...parsed.values()].flatMap((file) =>
      identifiersIn(file).flatMap((node) => {
        const better = privateName(node.text);
        return better === undefined ? [] : [`${placeOf(file, node)} ${node.text}: ${better}`];
      }),
    );
    expect(found).toEqual([]);
  });
});

describe('test titles', () => {
  it('have a subject', () => {
    const specs = [...parsed.values()].filter(({ fileName }) => fileName.endsWith('spec.ts'));
    const titles = specs.flatMap((file) => titlesIn(file).map((title) => ({ file, title })));
    expect(titles.length).toBeGreaterThan(1000);
    expect(
      titles
        .filter(({ title }) => subjectless.test(title.text))
        .map(({ file, title }) => `${placeOf(file, title)} ${title.text}`),
    ).toEqual([]);
  });
});
