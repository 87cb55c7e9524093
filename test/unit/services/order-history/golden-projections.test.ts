import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { projections } from '../../../../services/order-history/projections/projections.ts'
import type { Envelope } from '../../../../services/shared/contracts/envelope.ts'
import { eventSchemas } from '../../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../../services/shared/contracts/events/versions.ts'
import { currentEvent } from '../../../../services/shared/runtime/messaging/decode-event.ts'
import { dataCheck, isDecodeFailure, type RecordedEvent } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import { changesByKey, createTable, foldRows, type Projection, type Row } from '../../../../services/shared/runtime/projections/index.ts'

/** What the projections once made of events. Events are added, never rewritten; what a version of a projection makes of them stays. */
interface Golden {
  readonly events: readonly { readonly envelope: Envelope; readonly data: unknown }[]
  /** By name of the projection. */
  readonly projections: Readonly<Record<string, GoldenProjection>>
}
interface GoldenProjection {
  readonly version: number
  /** The statements that make its table. */
  readonly table: readonly string[]
  readonly rows: Readonly<Record<string, unknown>>
}

const golden: Golden = JSON.parse(readFileSync(new URL('golden/projections.golden.json', import.meta.url), 'utf8'))
const reading = { check: dataCheck(eventSchemas), versions: eventVersions }

const events = golden.events.map((written, offset): RecordedEvent => {
  const event = currentEvent(reading, { ...written, topic: 'golden', partition: 0, offset })
  if (isDecodeFailure(event)) throw new Error(`${written.envelope.type}: ${event.detail}`)
  return event
})

/** What a projection of today makes of the golden events. */
function made(projection: Projection): GoldenProjection {
  const rows = foldRows(changesByKey(projection, events), new Map<string, Row>())
  return {
    version: projection.version,
    table: createTable(projection.table, projection.table.name),
    rows: Object.fromEntries(rows.map(({ key, row }) => [key, JSON.parse(JSON.stringify(row))])),
  }
}

test('every projection is there, and every event that it folds', () => {
  expect(Object.keys(golden.projections).sort()).toEqual(projections.map(({ name }) => name).sort())
  const types = new Set(golden.events.map(({ envelope }) => envelope.type))
  expect(projections.flatMap((projection) => Object.keys(projection.events)).filter((type) => !types.has(type))).toEqual([])
})

test.each(projections.map((projection) => [projection.name, projection] as const))(
  '%s: the same events make the same rows in the same table; if not, raise its version and write down what it makes now',
  (name, projection) => {
    expect(made(projection)).toEqual(golden.projections[name])
  },
)

test.each(projections.map((projection) => [projection.name, projection] as const))(
  'negative control: %s without one of its folds, with another table or another version is found',
  (name, projection) => {
    const kept = golden.projections[name]
    for (const left of Object.keys(projection.events)) {
      const others = Object.entries(projection.events).filter(([type]) => type !== left)
      expect(made({ ...projection, events: Object.fromEntries(others) }), left).not.toEqual(kept)
    }
    expect(made({ ...projection, table: { ...projection.table, indexes: { other: 'x' } } })).not.toEqual(kept)
    expect(made({ ...projection, version: projection.version + 1 })).not.toEqual(kept)
  },
)
