import { ArrayField, EnumField, IntegerField, StringField } from '#http';

/** A model that `POST /v1/chat/completions` takes. */
export class OpenAiModel {
  @StringField({ description: 'What to send as `model`', example: 'attune' })
  id!: string;

  @EnumField(['model'])
  object!: 'model';

  @IntegerField({ description: 'When the tenant was created, in seconds since 1970', example: 1_795_910_400 })
  created!: number;

  @StringField({ description: '`attune`, or the provider of the model', example: 'attune' })
  owned_by!: string;
}

/** The models that the tenant can ask. */
export class OpenAiModelList {
  @EnumField(['list'])
  object!: 'list';

  @ArrayField(() => OpenAiModel)
  data!: OpenAiModel[];
}
