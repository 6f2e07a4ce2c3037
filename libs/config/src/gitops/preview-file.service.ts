import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type FieldError, InvalidInputError } from '#kernel';
import type { ChangeTarget } from '../change/change.js';
import { ChangePipeline } from '../change/change-pipeline.js';
import { type ConfigurationInputs, toLayers } from '../compile/compiled-configuration.js';
import {
  findChangeErrors,
  findValueErrors,
  type SettingName,
  type PartialSettings,
  settingNames,
} from '#settings';
import { ManagedRepository, type FileBaselines } from './managed.repository.js';
import { type FileDiff, computeFileDiff } from './file-diff.js';

/** The settings of a tenant's file, and the versions of the configuration that it may be applied to. */
export interface ManagedFileInput extends ChangeTarget {
  /** As they were sent, not validated. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly exportedVersion: number | null;
}

export interface FilePreview {
  readonly inputs: ConfigurationInputs;
  readonly fileDiff: FileDiff;
}

/** Says what applying a tenant's file would change (specification §5.3). */
@Injectable()
export class PreviewFileService {
  constructor(
    private readonly database: Database,
    private readonly managed: ManagedRepository,
    private readonly pipeline: ChangePipeline,
  ) {}

  /**
   * @throws InvalidInputError with every error of the file.
   * @throws TenantNotFoundError, VersionMismatchError as `ChangePipeline.open` throws them.
   */
  async preview(input: ManagedFileInput): Promise<FilePreview> {
    const { inputs } = await this.pipeline.open(input);
    return this.previewOn(inputs, input);
  }

  /** Every error for which `preview` would refuse the settings. */
  async findErrors(input: ManagedFileInput): Promise<FieldError[]> {
    const { inputs } = await this.pipeline.open(input);
    return findFileErrors(inputs, input.settings, await this.findBaselines(input));
  }

  /**
   * The same for inputs that the caller has loaded.
   *
   * @throws InvalidInputError with every error of the file.
   */
  async previewOn(inputs: ConfigurationInputs, input: ManagedFileInput): Promise<FilePreview> {
    const { settings } = input;
    const baselines = await this.findBaselines(input);
    const errors = findFileErrors(inputs, settings, baselines);
    if (errors.length > 0) throw new InvalidInputError(errors);
    return { inputs, fileDiff: computeFileDiff(settings, { stored: inputs.stored, ...baselines }) };
  }

  private findBaselines({ tenantId, exportedVersion }: ManagedFileInput): Promise<FileBaselines> {
    return this.database.readAsTenant(tenantId, () => this.managed.findBaselines(tenantId, exportedVersion));
  }
}

function findFileErrors(
  inputs: ConfigurationInputs,
  given: ManagedFileInput['settings'],
  baselines: FileBaselines,
): FieldError[] {
  const valueErrors = findSingleValueErrors(given);
  const invalidNames = new Set(valueErrors.map(({ field }) => field.split('.')[0]!));
  const { stored } = inputs;
  // An invalid value counts as unchanged, so that the errors of the other settings are found too.
  const validEntries = settingNames.flatMap((name): [SettingName, unknown][] => {
    const value = (invalidNames.has(name) ? stored.settings : given)[name];
    return value === undefined ? [] : [[name, value]];
  });
  const file: PartialSettings = Object.fromEntries(validEntries);
  const { settings: own, diff } = computeFileDiff(file, { stored, ...baselines });
  const before = toLayers(inputs);
  const owners = Object.fromEntries(validEntries.map(([name]) => [name, 'code' as const]));
  const after = { ...before, own, setBy: { ...before.setBy, ...owners } };
  const touched = new Set<string>(diff.map(({ field }) => field));
  const changeErrors = diff.length === 0 ? [] : findChangeErrors(before, after, touched);
  return [...valueErrors, ...changeErrors].map((fieldError) => ({
    ...fieldError,
    field: `settings.${fieldError.field}`.slice(0, 200),
  }));
}

/** The errors of single values. A file names a setting or leaves it out; null does not remove one. */
function findSingleValueErrors(given: ManagedFileInput['settings']): FieldError[] {
  const entries = Object.entries(given);
  const empty = entries.filter(([, value]) => value === null);
  return [
    ...empty.map(([name]): FieldError => {
      const message = `${name} is null; leave it out to let the layer below show.`.slice(0, 300);
      return { field: name, rule: 'type', message, value: null };
    }),
    ...findValueErrors(Object.fromEntries(entries.filter(([, value]) => value !== null))),
  ];
}
