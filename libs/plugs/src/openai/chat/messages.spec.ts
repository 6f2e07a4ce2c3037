import { readConversation } from './messages.js';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });

describe('readConversation', () => {
  it('takes the last message of the user for the question, and those before it for the history', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      user('When is the rent due?'),
      assistant([{ type: 'text', text: 'On the first. [1]' }]),
      user('And in May?'),
    ];
    expect(readConversation(messages)).toMatchObject({
      question: 'And in May?',
      questionField: 'messages[3].content',
      instructions: 'Be brief.',
      history: [
        { role: 'user', content: 'When is the rent due?' },
        { role: 'assistant', content: 'On the first. [1]' },
      ],
      ignored: [],
      errors: [],
    });
  });

  it('keeps the last 20 turns and names the older ones', () => {
    const turns = Array.from({ length: 25 }, (_, index) => user(`turn ${index}`));
    const { history, ignored } = readConversation([...turns, user('Why?')]);
    expect(history.map(({ content }) => content)).toEqual(turns.slice(5).map(({ content }) => content));
    expect(ignored).toEqual(['messages[0]', 'messages[1]', 'messages[2]', 'messages[3]', 'messages[4]']);
  });

  it('keeps the first 4000 characters of a turn and says that there were more', () => {
    const { history, ignored } = readConversation([
      assistant('💶'.repeat(4001)),
      assistant('💶'.repeat(4000)),
      user('Why?'),
    ]);
    expect(history.map(({ content }) => [...content].length)).toEqual([4000, 4000]);
    expect(ignored).toEqual(['messages[0].content']);
  });

  it('makes readable text of a system message with control characters and halves of pairs', () => {
    const { instructions } = readConversation([{ role: 'system', content: 'a\0b\ud800c\td' }, user('Why?')]);
    expect(instructions).toBe('a b\ufffdc\td');
  });

  it('makes text of a turn that no database can store', () => {
    const { history } = readConversation([assistant('a\0b\ud800c\td\ne'), user('Why?')]);
    expect(history[0]!.content).toBe('a b\ufffdc\td\ne');
  });

  it('names what is no text, of tools, or behind the question', () => {
    const messages = [
      user([
        { type: 'image_url', image_url: { url: 'https://a.example' } },
        { type: 'text', text: 'This?' },
      ]),
      assistant(null),
      { role: 'tool', content: '42' },
      user('Why?'),
      assistant('Because'),
    ];
    const { history, ignored } = readConversation(messages);
    expect(history).toEqual([{ role: 'user', content: 'This?' }]);
    expect(ignored.toSorted()).toEqual([
      'messages[0].content[0]',
      'messages[1]',
      'messages[2]',
      'messages[4]',
    ]);
  });
});
