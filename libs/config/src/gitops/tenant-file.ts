import { type FieldError, didYouMean, isPlainObject, isTenantId } from '#kernel';
import {
  PromptTemplate,
  type SettingName,
  type PartialSettings,
  getSettingDeclaration,
  isSettingName,
  settingDeclarations,
  findRerankErrors,
  findValueErrors,
} from '#settings';

/** The settings file of one tenant (specification §5.3). */
export interface TenantFile {
  readonly tenantId: string;
  /** The settings that the file names. The file owns exactly these. */
  readonly settings: PartialSettings;
  /** The version that `attune export` read. With it, an apply distinguishes later changes in the service from edits of the file. */
  readonly exportedVersion: number | null;
}

export interface ParsedTenantFile {
  readonly file: TenantFile;
  /** `field` is a path in the file: `model.temperature`. */
  readonly errors: readonly FieldError[];
}

type YamlDocument = Readonly<Record<string, unknown>>;

const namesByPath = new Map<string, SettingName>(
  settingDeclarations.map(({ yamlPath, name }) => [yamlPath, name]),
);
const groups = [...new Set(settingDeclarations.map(({ yamlPath }) => groupOf(yamlPath)))];

/** The path of a setting or of an error's field in the file: `prompt_variables.tone` is `prompts.variables.tone`. */
export function pathInFile(field: string): string {
  const [name = '', ...inside] = field.split('.');
  return isSettingName(name) ? [getSettingDeclaration(name).yamlPath, ...inside].join('.') : field;
}

/**
 * Reads a parsed YAML file. Returns its settings, and every error that can be found without a server; errors that depend on the plan or
 * the model are missing.
 */
export function parseTenantFile(document: unknown): ParsedTenantFile {
  if (!isPlainObject(document)) {
    const message = 'The file must be a mapping that begins with tenant: <id>.';
    const file = { tenantId: '', settings: {}, exportedVersion: null };
    return { file, errors: [{ field: '', rule: 'type', message, value: document }] };
  }
  const { tenant, exported_version: exported } = document;
  const named = Object.fromEntries(groups.flatMap((group) => readGroup(group, document[group])));
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
  const file = {
    tenantId: typeof tenant === 'string' ? tenant : '',
    settings: given as PartialSettings,
    exportedVersion: isVersion(exported) ? exported : null,
  };
  return {
    file,
    errors: [...findHeadErrors(document), ...findShapeErrors(document), ...findSettingErrors(named)],
  };
}

/** Writes a file's settings as a YAML document, in the order of their declaration. Groups without settings are left out. */
export function toDocument({ tenantId, settings: named, exportedVersion }: TenantFile): YamlDocument {
  const inGroups = groups.map((group) => [group, Object.fromEntries(groupEntries(group, named))] as const);
  return {
    tenant: tenantId,
    ...(exportedVersion === null ? {} : { exported_version: exportedVersion }),
    ...Object.fromEntries(inGroups.filter(([, inside]) => Object.keys(inside).length > 0)),
  };
}

function groupEntries(group: string, named: PartialSettings): [string, unknown][] {
  return settingDeclarations
    .filter(({ name, yamlPath: file }) => groupOf(file) === group && (named[name] ?? null) !== null)
    .map(({ name, yamlPath }) => [yamlPath.slice(group.length + 1), named[name]]);
}

function readGroup(group: string, inside: unknown): [SettingName, unknown][] {
  if (!isPlainObject(inside)) return [];
  return Object.entries(inside).flatMap(([key, value]): [SettingName, unknown][] => {
    const name = namesByPath.get(`${group}.${key}`);
    return name === undefined ? [] : [[name, value]];
  });
}

function findHeadErrors({ tenant, exported_version: exported }: YamlDocument): FieldError[] {
  const message = 'tenant must be the id of a tenant: 1 to 100 of a-z, 0-9 and -.';
  const isGiven = tenant !== undefined && tenant !== null;
  const errors: FieldError[] = [];
  if (typeof tenant !== 'string' || !isTenantId(tenant))
    errors.push({ field: 'tenant', rule: isGiven ? 'pattern' : 'required', message, value: tenant });
  if (exported !== undefined && !isVersion(exported)) {
    const whole = 'exported_version must be a whole number of at least 1.';
    errors.push({ field: 'exported_version', rule: 'type', message: whole, value: exported });
  }
  return errors;
}

/** Unknown names at the top and in the groups. An empty group is allowed: everything in it may be commented out. */
function findShapeErrors(document: YamlDocument): FieldError[] {
  return Object.entries(document).flatMap(([name, inside]): FieldError[] => {
    if (name === 'tenant' || name === 'exported_version') return [];
    if (!groups.includes(name)) return [unknownKeyError(name, name, ['tenant', ...groups])];
    if (inside === null) return [];
    if (isPlainObject(inside)) return findUnknownKeys(name, inside);
    const message = `${name} must be a mapping of ${keysOfGroup(name).join(', ')}.`;
    return [{ field: name, rule: 'type', message, value: inside }];
  });
}

function findUnknownKeys(group: string, inside: object): FieldError[] {
  return Object.keys(inside)
    .filter((key) => !namesByPath.has(`${group}.${key}`))
    .map((key) => unknownKeyError(`${group}.${key}`, key, keysOfGroup(group)));
}

function unknownKeyError(path: string, key: string, allowed: string[]): FieldError {
  const field = path.slice(0, 200);
  return {
    field,
    rule: 'unknown_field',
    message: `Unknown setting "${field}".${didYouMean(key, allowed)} Allowed: ${allowed.join(', ')}.`,
  };
}

function findSettingErrors(named: Readonly<Record<string, unknown>>): FieldError[] {
  const given = Object.entries(named).filter(([, value]) => value !== null);
  const valueErrors = findValueErrors(Object.fromEntries(given));
  const invalidNames = new Set(valueErrors.map(({ field }) => field.split('.')[0]));
  const validSettings = Object.fromEntries(
    given.filter(([name]) => !invalidNames.has(name)),
  ) as PartialSettings;
  const empty = Object.keys(named).filter((name) => named[name] === null);
  return [
    ...empty.map(emptyValueError),
    ...[...valueErrors, ...findPromptErrors(validSettings), ...findRerankErrorsInFile(validSettings)].map(
      toFileError,
    ),
  ];
}

function emptyValueError(name: string): FieldError {
  const field = pathInFile(name);
  const message = `${field} is empty; leave it out to use the value of the next lower layer.`;
  return { field, rule: 'type', message, value: null };
}

/** Unknown variables can be found only when the file sets the variables too; otherwise a lower layer sets them. */
function findPromptErrors({
  system_prompt_template: template,
  prompt_variables: variables,
}: PartialSettings): FieldError[] {
  if (template === undefined) return [];
  const { errors } = PromptTemplate.compile(template, variables ?? {});
  return errors.filter(({ rule }) => variables !== undefined || rule !== 'unknown_variable');
}

/** In a file, one error for the combination is enough. */
function findRerankErrorsInFile(settings: PartialSettings): FieldError[] {
  return findRerankErrors(settings).filter(({ field }) => field === 'rerank_top_n');
}

function toFileError(fieldError: FieldError): FieldError {
  const field = pathInFile(fieldError.field);
  const isNamedFirst = fieldError.message.startsWith(`${fieldError.field} `);
  const message = isNamedFirst
    ? `${field}${fieldError.message.slice(fieldError.field.length)}`
    : fieldError.message;
  return { ...fieldError, field, message };
}

function keysOfGroup(group: string): string[] {
  return [...namesByPath.keys()]
    .filter((path) => groupOf(path) === group)
    .map((path) => path.slice(group.length + 1));
}

function groupOf(path: string): string {
  return path.split('.')[0]!;
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
