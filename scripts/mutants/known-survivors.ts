import type { Mutant } from './read-report.ts'

/** Mutants that no test notices, and why that may stay so. */
export interface KnownSurvivor {
  readonly file: string
  /** A part of the code that is changed. */
  readonly code: string
  /** Stryker's name of the change; without it any change of this code. */
  readonly mutator?: string
  readonly because: string
}

export const matches = ({ file, code, mutator }: KnownSurvivor, mutant: Mutant): boolean =>
  mutant.file === file && mutant.original.includes(code) && (mutator === undefined || mutant.mutator === mutator)

const forTheType = 'never there: TypeScript alone does not know that the part always is'

export const knownSurvivors: readonly KnownSurvivor[] = [
  { file: 'mesh/envoy/duration.ts', code: "''", mutator: 'StringLiteral', because: forTheType },
  { file: 'mesh/envoy/names.ts', code: "''", mutator: 'StringLiteral', because: forTheType },
  {
    file: 'mesh/envoy/port-protocol.ts',
    code: "''",
    mutator: 'StringLiteral',
    because: 'any text that names no protocol says as much as none',
  },
  { file: 'mesh/envoy/routes.ts', code: 'first?.headers', mutator: 'OptionalChaining', because: forTheType },
  { file: 'mesh/envoy/rule.ts', code: "''", mutator: 'StringLiteral', because: 'asked for a value that has a fault, and only then' },
  { file: 'mesh/envoy/route-match.ts', code: 'value !== null', because: 'asked of what this file made itself: there is no null in it' },
  { file: 'mesh/envoy/write-xds.ts', code: '{ return undefined }', because: 'a block without a return returns undefined as well' },
  {
    file: 'services/shared/runtime/projections/database/watch-database.ts',
    code: "'SELECT 1'",
    because: 'PostgreSQL answers an empty statement as well',
  },
  {
    file: 'services/shared/runtime/projections/database/watch-database.ts',
    code: 'performance.now() - answeredAt > maxStalenessMs',
    mutator: 'EqualityOperator',
    because: 'differs in the one instant in which both are equal to all digits',
  },
  {
    file: 'services/shared/runtime/projections/fold/apply-or-quarantine.ts',
    code: 'second[0]?.offset',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  { file: 'services/shared/runtime/projections/fold/batcher.ts', code: '() => false', because: 'no value means no as well' },
  {
    file: 'services/shared/runtime/projections/fold/quarantine.ts',
    code: '[]',
    mutator: 'ArrayDeclaration',
    because: 'a text is not greater than any offset: it is filtered out in the same line',
  },
  {
    file: 'services/shared/runtime/projections/fold/quarantine.ts',
    code: 'left.length > 0',
    because: 'an empty set says the same as none',
  },
  {
    file: 'services/shared/runtime/messaging/parked-event-index.ts',
    code: 'found?.events.size === 0',
    mutator: 'ConditionalExpression',
    because: 'a partition without events tells as much as none: it only takes room',
  },
  {
    file: 'services/shared/runtime/messaging/parked-event-index.ts',
    code: 'partitions.delete(',
    because: 'a partition without events tells as much as none: it only takes room',
  },
  {
    file: 'services/shared/runtime/messaging/parked-event-index.ts',
    code: '!found || key === undefined',
    mutator: 'LogicalOperator',
    because: 'nothing is kept under no key: there is nothing to delete',
  },
  {
    file: 'services/shared/runtime/messaging/parked-event-index.ts',
    code: 'key === undefined',
    mutator: 'ConditionalExpression',
    because: 'nothing is kept under no key: there is nothing to delete',
  },
  { file: 'services/shared/runtime/messaging/parked-event-index.ts', code: 'offsets?.', mutator: 'OptionalChaining', because: forTheType },
  {
    file: 'services/shared/runtime/messaging/parked-event-index.ts',
    code: '[]',
    mutator: 'ArrayDeclaration',
    because: 'a text is not less than any offset',
  },
  {
    file: 'services/shared/runtime/messaging/parked-event-index.ts',
    code: 'deadLetter < (first',
    mutator: 'EqualityOperator',
    because: 'the smaller of two that are equal is either',
  },
  {
    file: 'services/shared/runtime/messaging/record-codec.ts',
    code: "''",
    mutator: 'StringLiteral',
    because: 'asked how long no value is: any short text is short enough',
  },
  {
    file: 'services/shared/runtime/messaging/schema-versions.ts',
    code: 'versions[type]?.upcasters',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/views/in-memory-view.ts',
    code: 'dirty.clear()',
    because: 'only owners save snapshots: it only takes room',
  },
  {
    file: 'services/shared/runtime/event-sourcing/views/in-memory-view.ts',
    code: 'partitionState.snapshotCoverage.clear()',
    because: 'all that a snapshot covers was read by then: it only takes room',
  },
  {
    file: 'services/shared/runtime/event-sourcing/views/in-memory-view.ts',
    code: 'commandsOf(rules.service)',
    mutator: 'StringLiteral',
    because: 'a view decides no commands: where they go on is of no use to it',
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/admit-command.ts',
    code: 'quarantine?.waiting',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/decide-batch.ts',
    code: 'bytes > maxBatchBytes',
    mutator: 'EqualityOperator',
    because: 'differs for one sum of bytes alone: half of what a broker takes is meant, not that byte',
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/event-records.ts',
    code: '> maxBytes',
    mutator: 'EqualityOperator',
    because: 'differs for one sum of bytes alone: half of what a broker takes is meant, not that byte',
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/decode-command.ts',
    code: "'command'",
    mutator: 'StringLiteral',
    because: 'only the other kinds are asked for by name',
  },
]
