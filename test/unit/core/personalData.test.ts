import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/core/column';
import { maskValue } from '../../../src/core/maskValue';
import { hintColumns, hintPersonalData } from '../../../src/core/personalData';
import { columnOf } from '../columnOf';

const kindOf = (name: string, cells: readonly Cell[] = []): string | undefined =>
  hintPersonalData(columnOf(name), cells)?.kind;

describe('by name', () => {
  it.each([
    ['identity', 'identity'],
    ['email', 'email'],
    ['Billing E-Mail', 'email'],
    ['handle', 'handle'],
    ['userName', 'handle'],
    ['firstName', 'name'],
    ['Last Name', 'name'],
    ['phone_number', 'phone'],
    ['ip', 'ip'],
    ['clientIpAddress', 'ip'],
    ['shipping_street', 'address'],
    ['zip', 'address'],
    ['dateOfBirth', 'birth'],
    ['customer_iban', 'account'],
  ])('%s', (name, kind) => expect(kindOf(name)).toBe(kind));

  it.each([
    'path',
    'title',
    'platform',
    'zipper',
    'description',
    'ship_date',
    'name',
    'app_name',
    'email_campaign',
    'email_opt_in',
    'is_phone',
    'page',
    'trip',
    'hotel',
    'user_id',
  ])('not %s', (name) => expect(kindOf(name)).toBeUndefined());
});

describe('by values', () => {
  it('says what they look like, and of how many', () => {
    expect(hintPersonalData(columnOf('label'), ['a@b.example', null, '', 'x', 'c.d+e@f-g.co.uk'])).toEqual({
      kind: 'email',
      reason: 'Looks like e-mail addresses: 2 of 3 values looked at.',
    });
    expect(hintPersonalData(columnOf('x'), ['1.2.3.4', '255.0.0.1'])?.reason).toBe(
      'Looks like IP addresses: all 2 values looked at.',
    );
    expect(kindOf('x', ['2001:db8::1', '::1', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8'])).toBe('ip');
    expect(kindOf('x', ['+49 30 1234567'])).toBe('phone');
  });

  it('counts values before the name', () => {
    expect(kindOf('identity', ['a@b.example'])).toBe('email');
    expect(kindOf('identity', ['4711'])).toBe('identity');
  });

  it('tells of single addresses in long texts', () => {
    expect(hintPersonalData(columnOf('query'), ['?a=1', '?mail=jane%40example.com&b=2', '?c'])).toEqual({
      kind: 'email',
      reason: 'E-mail addresses stand in its texts: in 1 of 3 values looked at.',
    });
  });

  it('leaves alone versions, times, prices and numbers', () => {
    for (const value of ['1.2.3', '256.1.1.1', '12:30:45.1', '04:12:09', '2026-11-22', '12345678', '@home', 'a@b'])
      expect(kindOf('x', [value]), value).toBeUndefined();
    expect(hintPersonalData(columnOf('count', 'integer'), ['+4930123456789'])).toBeUndefined();
  });

  it('is quick on hostile texts', () => {
    const started = performance.now();
    hintPersonalData(
      columnOf('x'),
      Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? `${'a.'.repeat(1000)}@` : 'a@a.'.repeat(500))),
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

it('hints at several columns at once', () => {
  const hints = hintColumns([columnOf('email'), columnOf('path'), columnOf('note')], (index) =>
    index === 2 ? ['x@y.org'] : [],
  );
  expect([...hints.keys()]).toEqual(['email', 'note']);
});

describe('maskValue', () => {
  it.each([
    ['', ''],
    ['a', '•'],
    ['ab', 'a•'],
    ['Jane Doe', 'J•••••••'],
    ['a very long identity of somebody', 'a••••••••'],
    ['😀😀', '😀•'],
    ['jane.doe@example.com', 'j•••••••@•••.com'],
    ['j@example.co.uk', '•@•••.uk'],
    ['jane@localhost', 'j•••@•••'],
    ['192.168.1.7', '192.•.•.•'],
    ['2001:db8::1', '2001:•'],
    ['-812345678901234567', '-••••••••'],
  ])('%j → %j', (text, masked) => expect(maskValue(text)).toBe(masked));
});
