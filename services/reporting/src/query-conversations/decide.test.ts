import { describe, expect, test } from '@jest/globals';
import { newRowId, userId } from '@parley/contracts/ids';
import { whoTakesPart } from './decide.ts';

const [bugs, duck, gone] = [userId.parse(newRowId()), userId.parse(newRowId()), userId.parse(newRowId())];
const names = new Map([
  [bugs, 'bugs'],
  [duck, 'duck'],
]);

describe('who takes part in a conversation', () => {
  test.each([
    [
      'users by name with all addresses that they used, and then everybody else',
      [
        { address: '+12125550177', user_id: null },
        { address: 'duck@acme.example', user_id: duck },
        { address: 'bugs@acme.example', user_id: bugs },
        { address: '+12125550101', user_id: bugs },
      ],
      [
        { user_name: 'bugs', addresses: ['+12125550101', 'bugs@acme.example'] },
        { user_name: 'duck', addresses: ['duck@acme.example'] },
        { user_name: null, addresses: ['+12125550177'] },
      ],
    ],
    [
      'the address of a user who is gone as nobody’s',
      [{ address: '+12125550101', user_id: gone }],
      [{ user_name: null, addresses: ['+12125550101'] }],
    ],
    [
      'an address once that came to belong to a user',
      [
        { address: '+12125550101', user_id: null },
        { address: '+12125550101', user_id: bugs },
      ],
      [{ user_name: 'bugs', addresses: ['+12125550101'] }],
    ],
  ])('%s', (_, used, expected) => {
    expect(whoTakesPart(used, names)).toEqual(expected);
  });
});
