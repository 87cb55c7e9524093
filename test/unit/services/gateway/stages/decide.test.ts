import { expect, test } from 'vitest'
import { gatewayDecider } from '../../../../../services/gateway/decider/decider.ts'
import { asStages, type GatewayEvent } from '../../../../../services/gateway/decider/evolve.ts'
import { stageIn } from '../../../../../services/gateway/decider/stages/stages.ts'
import type { StageDefinition } from '../../../../../services/shared/contracts/api/gateway.ts'
import { specify } from '../../../given-when-then.ts'

const given = specify(gatewayDecider)
const at = '2026-11-29T01:00:00.000Z'
const definition: StageDefinition = { select: { prefix: '/canary' }, variables: { catalog: 'v2' }, settings: {} }
const numbered = (n: number): StageDefinition => ({ ...definition, variables: { n: String(n) } })
const evidence = {
  canary: { answered: 40, bad: 20 },
  prod: { answered: 360, bad: 0 },
  span: 'release' as const,
  pValue: 1e-20,
  threshold: 0.001,
}

const published = (version: number, percent = 0, what: StageDefinition = numbered(version)): GatewayEvent => ({
  type: 'gateway.StagePublished',
  data: { stage: 'canary', version, definition: what, percent, at },
})
const shifted = (version: number, percent: number): GatewayEvent => ({
  type: 'gateway.StageTrafficShifted',
  data: { stage: 'canary', version, percent, at },
})
const rolledBack = (from: number, to: number): GatewayEvent => ({
  type: 'gateway.StageRolledBack',
  data: { stage: 'canary', from, to, at },
})
const publish = (what: StageDefinition, percent?: number, stage = 'canary') =>
  ({ type: 'PublishStage', data: { stage, definition: what, at, ...(percent !== undefined && { percent }) } }) as const
const shift = (percent: number, stage = 'canary') => ({ type: 'ShiftStageTraffic', data: { stage, percent, at } }) as const
const rollBack = (to?: number, stage = 'canary') =>
  ({ type: 'RollBackStage', data: { stage, at, ...(to !== undefined && { to }) } }) as const
const undo = (version: number) => ({ type: 'UndoRelease', data: { stage: 'canary', version, evidence, at } }) as const

test('what is published is the next version, and live', () => {
  given()
    .when(publish(numbered(1)))
    .thenEvents(published(1))
  given(published(1))
    .when(publish(numbered(2), 10))
    .thenEvents(published(2, 10))
})

test('publishing leaves the percentage as it is, unless it says another', () =>
  given(published(1, 10))
    .when(publish(numbered(2)))
    .thenEvents(published(2, 10)))

test('the same again changes nothing but the percentage', () => {
  given(published(1))
    .when(publish(numbered(1)))
    .thenEvents()
  given(published(1))
    .when(publish(numbered(1), 5))
    .thenEvents(shifted(1, 5))
})

test('the order of properties makes no other version', () =>
  given(published(1, 0, { select: {}, variables: { a: '1', b: '2' }, settings: {} }))
    .when(publish({ settings: {}, variables: { b: '2', a: '1' }, select: {} }))
    .thenEvents())

test('what was rolled back and is published again is the version that it was', () =>
  given(published(1), published(2), rolledBack(2, 1))
    .when(publish(numbered(2)))
    .thenEvents(published(2)))

test('a rollback goes to the version before, or to the one that is said, and nobody is sent there by chance any more', () => {
  given(published(1), published(2, 10)).when(rollBack()).thenEvents(rolledBack(2, 1))
  given(published(1), published(2)).when(rollBack(0)).thenEvents(rolledBack(2, 0))
  given(published(1), published(2), rolledBack(2, 1)).when(rollBack(2)).thenEvents(rolledBack(1, 2))
  given(published(1)).when(rollBack(1)).thenEvents()
  given(published(1, 10)).when(rollBack(1)).thenEvents(rolledBack(1, 1))
})

test('the version before is the one that was live, whatever its number is', () => {
  given(published(1), rolledBack(1, 0), published(2)).when(rollBack()).thenEvents(rolledBack(2, 0))
  given(published(1), rolledBack(1, 0), published(2, 10))
    .when(undo(2))
    .thenEvents({ type: 'gateway.StageRolledBack', data: { stage: 'canary', from: 2, to: 0, at, evidence } })
  // Undone once, it goes on by the numbers.
  given(published(1), published(2), published(3), rolledBack(3, 2)).when(rollBack()).thenEvents(rolledBack(2, 1))
})

test('a rollback to nothing is refused', () => {
  given().when(rollBack()).thenRefused('STAGE_VERSION_UNKNOWN')
  given(published(1)).when(rollBack(7)).thenRefused('STAGE_VERSION_UNKNOWN')
})

test('ten versions are kept, and the first', () => {
  const many = Array.from({ length: 12 }, (_, index) => published(index + 1))
  given(...many)
    .when(rollBack(2))
    .thenRefused('STAGE_VERSION_UNKNOWN')
  given(...many)
    .when(rollBack(3))
    .thenEvents(rolledBack(12, 3))
  given(...many)
    .when(rollBack(0))
    .thenEvents(rolledBack(12, 0))
})

test('a stage that nobody knew exists from its first version on, and no more when that is undone', () => {
  const beta = { select: { prefix: '/beta' }, variables: {}, settings: {} }
  const event: GatewayEvent = { type: 'gateway.StagePublished', data: { stage: 'beta', version: 1, definition: beta, percent: 0, at } }
  given()
    .when(publish(beta, 0, 'beta'))
    .thenEvents(event)
  given(event)
    .when(rollBack(undefined, 'beta'))
    .thenEvents({ type: 'gateway.StageRolledBack', data: { stage: 'beta', from: 1, to: 0, at } })
  given().when(shift(5, 'beta')).thenRefused('STAGE_UNKNOWN')
})

test('no two stages have the same prefix, header or host', () => {
  const header = { name: 'x-stage', value: 'canary' }
  for (const select of [{ prefix: '/canary' }, { header }])
    given()
      .when(publish({ select, variables: {}, settings: {} }, 0, 'beta'))
      .thenRefused('STAGE_SELECTION_TAKEN')
  const hosts = { select: { hosts: ['a.example.org', 'b.example.org'] }, variables: {}, settings: {} }
  given(published(1, 0, hosts))
    .when(publish({ ...hosts, select: { hosts: ['b.example.org'] } }, 0, 'beta'))
    .thenRefused('STAGE_SELECTION_TAKEN')
})

test('a rollback takes no requests from a stage that has them meanwhile', () => {
  const moved: StageDefinition = { select: { prefix: '/next' }, variables: {}, settings: {} }
  const beta: GatewayEvent = { type: 'gateway.StagePublished', data: { stage: 'beta', version: 1, definition, percent: 0, at } }
  given(published(1, 0, moved), beta)
    .when(rollBack())
    .thenRefused('STAGE_SELECTION_TAKEN')
  given(published(1, 10, moved), beta)
    .when(undo(1))
    .thenEvents({ type: 'gateway.StageRolledBack', data: { stage: 'canary', from: 1, to: 1, at, evidence } })
})

test('percentages: prod has the rest, and nobody has more than all', () => {
  given().when(shift(10)).thenEvents(shifted(0, 10))
  given(published(1, 10)).when(shift(10)).thenEvents()
  given().when(shift(10, 'prod')).thenRefused('STAGE_PERCENT_IMPOSSIBLE')
  const beta = { select: { prefix: '/beta' }, variables: {}, settings: {} }
  given(published(1, 60))
    .when(publish(beta, 41, 'beta'))
    .thenRefused('STAGE_PERCENT_IMPOSSIBLE')
})

test('there are ten stages besides at most', () => {
  const ten = Array.from(
    { length: 9 },
    (_, index): GatewayEvent => ({
      type: 'gateway.StagePublished',
      data: { stage: `s${index}`, version: 1, definition: { select: {}, variables: {}, settings: {} }, percent: 0, at },
    }),
  )
  given(...ten)
    .when(publish(definition, 0, 'more'))
    .thenRefused('TOO_MANY_STAGES')
})

test('a release is undone once, whichever replica says so, and never another version', () => {
  given(published(1), published(2, 10))
    .when(undo(2))
    .thenEvents({ type: 'gateway.StageRolledBack', data: { stage: 'canary', from: 2, to: 1, at, evidence } })
  given(published(1), published(2, 10), rolledBack(2, 1)).when(undo(2)).thenEvents()
  given(published(1), published(2, 10), published(3, 10)).when(undo(2)).thenEvents()
})

test('a version number is never given twice to different definitions', () => {
  const events = [published(1), published(2), rolledBack(2, 1)]
  const state = events.reduce(gatewayDecider.evolve, gatewayDecider.initial)
  given(...events)
    .when(publish(numbered(3)))
    .thenEvents(published(3))
  expect(stageIn(asStages(state), 'canary')).toMatchObject({ live: 1, percent: 0 })
})
