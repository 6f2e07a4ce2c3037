import { type Fault, isPlainObject, isTenantId } from '#kernel';
import { PromptTemplate } from '../settings/template.js';
import {
  type SettingName,
  type SomeSettings,
  declarationOf,
  isSettingName,
  settings,
} from '../settings/tenant-settings.js';
import { valueFaults } from '../settings/rules.js';

/** What a file says of one tenant (SPEC §5.3). */
export interface TenantFile {
  readonly tenantId: string;
  /** Only what the file names; it owns these and no others. */
  readonly settings: SomeSettings;
  /** The version that `attune export` read, by which later changes by hand are told from edits of the file. */
  readonly exportedVersion: number | null;
}

export interface ReadTenantFile {
  readonly file: TenantFile;
  /** `field` is a path in the file: `model.temperature`. */
  readonly faults: readonly Fault[];
}

type Document = Readonly<Record<string, unknown>>;

const byPath = new Map<string, SettingName>(settings.map(({ file, name }) => [file, name]));
const groups = [...new Set(settings.map(({ file }) => groupOf(file)))];

/** The path of a setting, or of a fault's field, as files name it: `prompt_variables.tone` is `prompts.variables.tone`. */
export function pathInFile(field: string): string {
  const [name = '', ...inside] = field.split('.');
  return isSettingName(name) ? [declarationOf(name).file, ...inside].join('.') : field;
}

/** What a parsed YAML file says, with every fault that can be found without asking a server: not those of plan and model. */
export function readTenantFile(document: unknown): ReadTenantFile {
  if (!isPlainObject(document)) {
    const message = 'The file must be a mapping that begins with tenant: <id>.';
    const file = { tenantId: '', settings: {}, exportedVersion: null };
    return { file, faults: [{ field: '', rule: 'type', message, value: document }] };
  }
  const { tenant, exported_version: exported } = document;
  const named = Object.fromEntries(groups.flatMap((group) => settingsIn(group, document[group])));
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
  const file = {
    tenantId: typeof tenant === 'string' ? tenant : '',
    settings: given as SomeSettings,
    exportedVersion: isVersion(exported) ? exported : null,
  };
  return { file, faults: [...headFaults(document), ...shapeFaults(document), ...settingFaults(named)] };
}

/** The same, the other way round: settings in the order of their declaration, groups without settings left out. */
export function documentOf({ tenantId, settings: named, exportedVersion }: TenantFile): Document {
  const inGroups = groups.map((group) => [group, Object.fromEntries(entriesOf(group, named))] as const);
  return {
    tenant: tenantId,
    ...(exportedVersion === null ? {} : { exported_version: exportedVersion }),
    ...Object.fromEntries(inGroups.filter(([, inside]) => Object.keys(inside).length > 0)),
  };
}

function entriesOf(group: string, named: SomeSettings): [string, unknown][] {
  return settings
    .filter(({ name, file }) => groupOf(file) === group && (named[name] ?? null) !== null)
    .map(({ name, file }) => [file.slice(group.length + 1), named[name]]);
}

function settingsIn(group: string, inside: unknown): [SettingName, unknown][] {
  if (!isPlainObject(inside)) return [];
  return Object.entries(inside).flatMap(([key, value]): [SettingName, unknown][] => {
    const name = byPath.get(`${group}.${key}`);
    return name === undefined ? [] : [[name, value]];
  });
}

function headFaults({ tenant, exported_version: exported }: Document): Fault[] {
  const message = 'tenant must be the id of a tenant: 1 to 100 of a-z, 0-9 and -.';
  const isGiven = tenant !== undefined && tenant !== null;
  const faults: Fault[] = [];
  if (typeof tenant !== 'string' || !isTenantId(tenant))
    faults.push({ field: 'tenant', rule: isGiven ? 'pattern' : 'required', message, value: tenant });
  if (exported !== undefined && !isVersion(exported)) {
    const whole = 'exported_version must be a whole number of at least 1.';
    faults.push({ field: 'exported_version', rule: 'type', message: whole, value: exported });
  }
  return faults;
}

/** Names that mean nothing here, at the top and in the groups. An empty group is what is left when all in it is commented out. */
function shapeFaults(document: Document): Fault[] {
  return Object.entries(document).flatMap(([name, inside]): Fault[] => {
    if (name === 'tenant' || name === 'exported_version') return [];
    if (!groups.includes(name)) return [unknown(name, ['tenant', ...groups])];
    if (inside === null) return [];
    if (isPlainObject(inside)) return unknownKeys(name, inside);
    const message = `${name} must be a mapping of ${keysOf(name).join(', ')}.`;
    return [{ field: name, rule: 'type', message, value: inside }];
  });
}

function unknownKeys(group: string, inside: object): Fault[] {
  return Object.keys(inside)
    .filter((key) => !byPath.has(`${group}.${key}`))
    .map((key) => unknown(`${group}.${key}`, keysOf(group)));
}

function unknown(path: string, allowed: string[]): Fault {
  const field = path.slice(0, 200);
  return {
    field,
    rule: 'unknown_field',
    message: `${field} is no setting; there are ${allowed.join(', ')}.`,
  };
}

function settingFaults(named: Readonly<Record<string, unknown>>): Fault[] {
  const given = Object.entries(named).filter(([, value]) => value !== null);
  const single = valueFaults(Object.fromEntries(given));
  const faulty = new Set(single.map(({ field }) => field.split('.')[0]));
  const sound = Object.fromEntries(given.filter(([name]) => !faulty.has(name))) as SomeSettings;
  const empty = Object.keys(named).filter((name) => named[name] === null);
  return [
    ...empty.map(emptyFault),
    ...[...single, ...promptFaults(sound), ...rerankFaults(sound)].map(inFile),
  ];
}

function emptyFault(name: string): Fault {
  const field = pathInFile(name);
  const message = `${field} is empty; leave it out to let the layer below show.`;
  return { field, rule: 'type', message, value: null };
}

/** Which names the template may use is known only where the file gives the variables as well: otherwise a layer below does. */
function promptFaults({
  system_prompt_template: template,
  prompt_variables: variables,
}: SomeSettings): Fault[] {
  if (template === undefined) return [];
  const { faults } = PromptTemplate.compile(template, variables ?? {});
  return faults.filter(({ rule }) => variables !== undefined || rule !== 'unknown_variable');
}

function rerankFaults({ rerank_enabled: isOn, rerank_top_n: n, retrieval_top_k: k }: SomeSettings): Fault[] {
  if (isOn !== true || n === undefined || k === undefined || n <= k) return [];
  const message = 'With rerank_enabled, rerank_top_n may be at most retrieval_top_k.';
  return [{ field: 'rerank_top_n', rule: 'combination', message, value: n, max: k }];
}

function inFile(fault: Fault): Fault {
  const field = pathInFile(fault.field);
  const isNamedFirst = fault.message.startsWith(`${fault.field} `);
  const message = isNamedFirst ? `${field}${fault.message.slice(fault.field.length)}` : fault.message;
  return { ...fault, field, message };
}

function keysOf(group: string): string[] {
  return [...byPath.keys()]
    .filter((path) => groupOf(path) === group)
    .map((path) => path.slice(group.length + 1));
}

function groupOf(path: string): string {
  return path.split('.')[0]!;
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
