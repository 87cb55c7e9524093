import { expect, test } from 'vitest'
import type { Breaker, BreakerChange } from '../../../../../scripts/breaker-watch/breaker.ts'
import { silentSince, wallOf } from '../../../../../scripts/console/wall/wall.ts'
import { hostOf, poolOf } from './breakers.ts'

const look = (breakers: readonly Breaker[], silent: readonly string[] = []) => ({ atMs: 1000, breakers, silent })
const shapeOf = (breakers: readonly Breaker[], all = false) =>
  wallOf(look(breakers), [], all).cards.map(({ title, rows }) => [
    title,
    ...rows.map(({ caller, hosts }) => [caller, ...hosts.map(({ host }) => host)]),
  ])

test('a card a destination, a row a caller, hosts in the order of their numbers', () => {
  const breakers = [
    poolOf('reviews', 'web-1'),
    hostOf('reviews', 'web-1', 'reviews-0'),
    poolOf('reviews', 'web-0'),
    hostOf('reviews', 'web-0', 'reviews-10'),
    hostOf('reviews', 'web-0', 'reviews-9'),
    poolOf('ads', 'web-0'),
    hostOf('ads', 'web-0', 'ads-0'),
  ]
  expect(shapeOf(breakers)).toEqual([
    ['ads', ['web-0', 'ads-0']],
    ['reviews', ['web-0', 'reviews-9', 'reviews-10'], ['web-1', 'reviews-0']],
  ])
})

test('what nobody has used is counted, and shown when it is asked for', () => {
  const breakers = [poolOf('ads', 'web-0'), hostOf('ads', 'web-0', 'ads-0', { requests: 0 })]
  expect(wallOf(look(breakers), [], false)).toMatchObject({ cards: [], unused: 1 })
  expect(wallOf(look(breakers), [], true)).toMatchObject({ cards: [{ title: 'ads' }], unused: 1 })
})

test.each<[string, Breaker[]]>([
  ['a pool that has refused', [poolOf('ads', 'web-0', { refused: 1 }), hostOf('ads', 'web-0', 'ads-0', { requests: 0 })]],
  ['a pool that is full', [poolOf('ads', 'web-0', { state: 'overflow' })]],
  ['an ejected host', [poolOf('ads', 'web-0'), hostOf('ads', 'web-0', 'ads-0', { requests: 0, state: 'ejected' })]],
])('%s is shown', (_, breakers) => expect(wallOf(look(breakers), [], false).unused).toBe(0))

test('subsets of a destination are cards of their own', () => {
  const breakers = ['v1', 'v2'].flatMap((subset) => [
    { ...poolOf('ads', 'web-0'), subset, host: `ads ${subset} pool` },
    { ...hostOf('ads', 'web-0', 'ads-0'), subset },
  ])
  expect(shapeOf(breakers).map(([title]) => title)).toEqual(['ads v1', 'ads v2'])
})

test('a caller whose proxy does not answer says so', () => {
  const breakers = [poolOf('ads', 'web-0'), hostOf('ads', 'web-0', 'ads-0')]
  expect(wallOf(look(breakers, ['web-0']), [], false).cards[0]?.rows[0]?.isSilent).toBe(true)
})

test('a destination that nothing ejects from and that has refused nothing has no breaker', () => {
  const guarded = (more: Parameters<typeof hostOf>[3], refused = 0) =>
    wallOf(look([poolOf('ads', 'web-0', { refused }), hostOf('ads', 'web-0', 'ads-0', more)]), [], false).cards[0]?.isGuarded
  expect([guarded({}), guarded({ ejectsAt: 5 }), guarded({}, 1), guarded({ state: 'ejected' })]).toEqual([false, true, true, true])
})

test('how long a proxy has been silent is counted from its first silence, anew after an answer', () => {
  const one = silentSince(new Map(), { silent: ['a'], atMs: 1 })
  const two = silentSince(one, { silent: ['a', 'b'], atMs: 2 })
  expect([...two]).toEqual([
    ['a', 1],
    ['b', 2],
  ])
  expect([...silentSince(silentSince(two, { silent: [], atMs: 3 }), { silent: ['a'], atMs: 4 })]).toEqual([['a', 4]])
})

test('the latest changes come first, and not all of them', () => {
  const changes = Array.from(
    { length: 30 },
    (_, atMs) => ({ ...hostOf('ads', 'web-0', 'ads-0'), atMs, from: 'closed', to: 'ejected' }) as BreakerChange,
  )
  const shown = wallOf(look([]), changes, false).changes
  expect(shown.map(({ atMs }) => atMs).slice(0, 2)).toEqual([29, 28])
  expect(shown).toHaveLength(12)
})
