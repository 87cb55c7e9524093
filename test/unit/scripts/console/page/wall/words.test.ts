import { describe, expect, test } from 'vitest'
import type { Breaker } from '../../../../../../scripts/breaker-watch/breaker.ts'
import { headline, returnProgress, returnsIn } from '../../../../../../scripts/console/page/wall/words.ts'
import { wallOf } from '../../../../../../scripts/console/wall/wall.ts'
import { hostOf, poolOf } from '../../wall/breakers.ts'

const said = (...breakers: Breaker[]) => headline(wallOf({ atMs: 0, breakers, silent: [] }, [], false)).text
const ejected = { state: 'ejected' } as const

describe('the first line', () => {
  const pool = poolOf('ads', 'web-0')
  test.each<[string, Breaker[]]>([
    ['No requests yet', []],
    ['The breaker is closed', [{ ...pool, refused: 1 }]],
    ['All 2 breakers are closed', [pool, hostOf('ads', 'web-0', 'ads-0')]],
    ['One pool refuses requests', [{ ...pool, state: 'overflow' }]],
    ['ads-0 is ejected by web-0', [pool, hostOf('ads', 'web-0', 'ads-0', ejected)]],
    ['ads-0 and ads-1 are ejected by web-0', [pool, hostOf('ads', 'web-0', 'ads-0', ejected), hostOf('ads', 'web-0', 'ads-1', ejected)]],
    ['ads-0 is ejected by web-0; one pool refuses requests', [{ ...pool, state: 'overflow' }, hostOf('ads', 'web-0', 'ads-0', ejected)]],
    ['ads-0 has returned, on probation', [pool, hostOf('ads', 'web-0', 'ads-0', { state: 'probation' })]],
  ])('%s', (text, breakers) => expect(said(...breakers)).toBe(text))
  test('names of several callers', () => {
    const of = (...callers: string[]) => callers.flatMap((caller) => [poolOf('ads', caller), hostOf('ads', caller, 'ads-0', ejected)])
    expect(said(...of('web-0', 'web-1'))).toBe('ads-0 is ejected by web-0 and web-1')
    expect(said(...of('web-0', 'web-1', 'web-2'))).toBe('ads-0 is ejected by 3 callers')
    const many = ['ads-0', 'ads-1', 'ads-2'].map((host) => hostOf('ads', 'web-0', host, ejected))
    expect(said(poolOf('ads', 'web-0'), ...many)).toBe('3 hosts are ejected')
  })
})

test('the countdown ends at the moment from which Envoy may let the host return', () => {
  const host = hostOf('ads', 'web-0', 'ads-0', { ...ejected, sinceMs: 10_000, returnsAtMs: 40_000 })
  expect([10_000, 38_500, 39_500, 40_000, 41_000].map((now) => returnsIn(host, now))).toEqual([
    'returns in 30 s',
    'returns in 2 s',
    'returns in 1 s',
    'returns any moment',
    'returns any moment',
  ])
  expect([0, 10_000, 25_000, 50_000].map((now) => returnProgress(host, now))).toEqual([0, 0, 0.5, 1])
  expect(returnsIn(hostOf('ads', 'web-0', 'ads-0', ejected), 0)).toBeUndefined()
  expect(returnProgress(hostOf('ads', 'web-0', 'ads-0', ejected), 0)).toBeUndefined()
})
