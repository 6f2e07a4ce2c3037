import { controlNames } from './fault-field.js';

it('a fault inside a value belongs to the control of the whole, also in a patch of many tenants', () => {
  expect(controlNames('prompt_variables.tone')).toEqual(['prompt_variables.tone', 'prompt_variables']);
  expect(controlNames('changes.temperature')).toEqual(['temperature']);
  expect(controlNames('name')).toEqual(['name']);
});
