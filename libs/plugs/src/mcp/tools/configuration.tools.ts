import { Injectable } from '@nestjs/common';
import {
  ConfigReader,
  ConfigurationResponse,
  ExplainedLayerResponse,
  HistoryEntryResponse,
  HistoryService,
  toLayers,
} from '#config';
import {
  ArrayField,
  EnumField,
  JsonObjectField,
  JsonValueField,
  PageQuery,
  StringField,
  defaultPageLimit,
} from '#http';
import { InvalidInputError } from '#kernel';
import { isSettingName, settingsSchema, unknownSettingError } from '#settings';
import { type Tool, type ToolAnswer, type ToolCall, readableBy } from './tool.js';

/** The arguments of a tool that takes none. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a class without fields says that there are none
class EmptyInput {}

class SettingArguments {
  @StringField({ min: 1, max: 100, description: 'The name of the setting, such as temperature' })
  setting!: string;
}

class CurrentConfiguration extends ConfigurationResponse {
  @EnumField(['live', 'stale', 'last-known-good', 'defaults'], { description: 'How fresh it is' })
  config_source!: string;
}

class ExplainedSetting {
  @StringField()
  setting!: string;

  @JsonValueField({ description: 'The value that applies now' })
  value!: unknown;

  @StringField({
    description: 'The layer that the value comes from: platform, plan, tenant, flag or rollout',
  })
  source!: string;

  @ArrayField(() => ExplainedLayerResponse, { description: 'The layers that have a value, lowest first' })
  layers!: ExplainedLayerResponse[];

  @JsonObjectField({
    nullable: true,
    description: 'Why the highest value does not apply: `by`, `from`; else null',
  })
  capped!: object | null;

  @JsonObjectField({ description: 'JSON Schema: description, bounds under the plan, default, x-set-by' })
  schema!: object;
}

class HistoryPage {
  @ArrayField(() => HistoryEntryResponse)
  items!: HistoryEntryResponse[];

  @StringField({ nullable: true, description: 'The cursor of the next page; null on the last one' })
  next_cursor!: string | null;
}

@Injectable()
export class GetConfigTool implements Tool<EmptyInput, CurrentConfiguration> {
  readonly name = 'get_config';
  readonly title = 'Configuration';
  readonly description =
    "The tenant's effective settings, such as model, temperature and prompt template, with the version.";
  readonly access = readableBy('member');
  readonly input = EmptyInput;
  readonly output = CurrentConfiguration;

  constructor(private readonly reader: ConfigReader) {}

  async run(_input: EmptyInput, { tenantId }: ToolCall): Promise<ToolAnswer<CurrentConfiguration>> {
    const configuration = await this.reader.current(tenantId);
    const body = JSON.parse(configuration.body) as ConfigurationResponse;
    return { output: { ...body, config_source: this.reader.sourceOf(configuration) } };
  }
}

@Injectable()
export class ExplainSettingTool implements Tool<SettingArguments, ExplainedSetting> {
  readonly name = 'explain_setting';
  readonly title = 'Explain a setting';
  readonly description =
    'One setting: what it does, its value, which layer the value comes from, its bounds, and who may set it.';
  readonly access = readableBy('member');
  readonly input = SettingArguments;
  readonly output = ExplainedSetting;

  constructor(
    private readonly reader: ConfigReader,
    private readonly history: HistoryService,
  ) {}

  async run({ setting }: SettingArguments, { tenantId }: ToolCall): Promise<ToolAnswer<ExplainedSetting>> {
    if (!isSettingName(setting))
      throw new InvalidInputError([unknownSettingError('setting', setting, setting)]);
    const configuration = await this.reader.current(tenantId);
    const { layers, capped } = await this.history.explain(configuration);
    const { properties } = settingsSchema(toLayers(configuration.inputs)) as {
      properties: Record<string, object>;
    };
    const output = {
      setting,
      value: configuration.settings[setting],
      source: configuration.sources[setting],
      layers: [...(layers[setting] ?? [])],
      capped: capped[setting] ?? null,
      schema: properties[setting]!,
    };
    return { output };
  }
}

@Injectable()
export class ListHistoryTool implements Tool<PageQuery, HistoryPage> {
  readonly name = 'list_history';
  readonly title = 'History of the configuration';
  readonly description = 'Who changed which settings, when and why; newest first, in pages.';
  readonly access = readableBy('member');
  readonly input = PageQuery;
  readonly output = HistoryPage;

  constructor(private readonly history: HistoryService) {}

  async run(
    { limit = defaultPageLimit, cursor }: PageQuery,
    { tenantId }: ToolCall,
  ): Promise<ToolAnswer<HistoryPage>> {
    const { items, next_cursor } = await this.history.list(tenantId, limit, cursor);
    return { output: { items: [...items], next_cursor } };
  }
}
