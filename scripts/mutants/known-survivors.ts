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
const notWritten = 'what is undefined is not written either way'
const oneByte = 'differs for one sum of bytes alone: half of what a broker takes is meant, not that byte'
const onlyTime = 'the same comes of it, with more work'
const onlyRoom = 'nobody asks for what stays: it only takes room'

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
    because: oneByte,
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/event-records.ts',
    code: '> maxBytes',
    mutator: 'EqualityOperator',
    because: oneByte,
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/decode-command.ts',
    code: "'command'",
    mutator: 'StringLiteral',
    because: 'only the other kinds are asked for by name',
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/answered-commands.ts',
    code: 'answers.delete(name)',
    because: onlyRoom,
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/due-snapshots.ts',
    code: 'offset > eventsOffset - interval',
    mutator: 'ConditionalExpression',
    because: 'what follows is younger and is not due either: the search ends early',
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/due-snapshots.ts',
    code: 'eventsOffset - interval',
    mutator: 'ArithmeticOperator',
    because: 'what follows is younger and is not due either: the search ends early',
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/due-snapshots.ts',
    code: 'bytes + size > maxBytes',
    mutator: 'EqualityOperator',
    because: oneByte,
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/fold-record.ts',
    code: 'rules.decider.snapshot',
    mutator: 'ConditionalExpression',
    because: onlyRoom,
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/recover.ts',
    code: 'at < newest',
    mutator: 'EqualityOperator',
    because: 'each record has an offset of its own: two are never equal',
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/recover.ts',
    code: "typeof record !== 'string'",
    because: onlyTime,
  },
  {
    file: 'services/shared/runtime/event-sourcing/recover/recover.ts',
    code: "'string'",
    mutator: 'StringLiteral',
    because: onlyTime,
  },
  {
    file: 'services/shared/runtime/event-sourcing/reply/command-reply.ts',
    code: "'answer'",
    because: 'any word makes an id of its own',
  },
  {
    file: 'services/shared/runtime/event-sourcing/reply/command-reply.ts',
    code: "'parked'",
    because: 'any word makes an id of its own',
  },
  {
    file: 'services/shared/runtime/event-sourcing/reply/recall-answer.ts',
    code: "''",
    mutator: 'StringLiteral',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/reply/reply-registry.ts',
    code: "''",
    mutator: 'StringLiteral',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/reply/submit-command.ts',
    code: 'expectedVersion !== undefined',
    mutator: 'ConditionalExpression',
    because: notWritten,
  },
  {
    file: 'services/shared/runtime/event-sourcing/reply/submit-command.ts',
    code: 'traceparent !== undefined',
    mutator: 'ConditionalExpression',
    because: notWritten,
  },
  {
    file: 'services/shared/runtime/event-sourcing/partitions/partition-count.ts',
    code: 'last.headers[partitionsHeader]?.toString',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/partitions/partition-owner.ts',
    code: 'false',
    mutator: 'BooleanLiteral',
    because: 'tells apart a process that ends without a stop: its timers do not hold it up',
  },
  {
    file: 'services/shared/runtime/event-sourcing/partitions/partition-processor.ts',
    code: '?.nextOffset',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/partitions/partition-processor.ts',
    code: 'partitionState.snapshotCoverage.clear()',
    because: onlyRoom,
  },
  {
    file: 'services/shared/runtime/event-sourcing/partitions/partition-processor.ts',
    code: 'rules.decider.deadline',
    mutator: 'ConditionalExpression',
    because: onlyTime,
  },
  {
    file: 'services/shared/runtime/event-sourcing/partitions/partition-processor.ts',
    code: 'commands[decision.decided - 1]?.offset',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/deadlines/scheduled-command.ts',
    code: 'decider.deadline?.(state)',
    mutator: 'OptionalChaining',
    because: forTheType,
  },
  {
    file: 'services/shared/runtime/event-sourcing/deadlines/scheduler.ts',
    code: 'at >= alarmAt',
    mutator: 'EqualityOperator',
    because: onlyTime,
  },
  {
    file: 'services/shared/runtime/event-sourcing/deadlines/scheduler.ts',
    code: 'alarm.unref()',
    because: 'tells apart a process that ends without a stop: its timers do not hold it up',
  },
  {
    file: 'services/shared/runtime/event-sourcing/quarantine/corrupt-events.ts',
    code: 'bytes + size > maxBytes',
    mutator: 'EqualityOperator',
    because: oneByte,
  },
  {
    file: 'services/shared/runtime/event-sourcing/quarantine/parked-event-reader.ts',
    code: 'first - committed < commitInterval',
    mutator: 'EqualityOperator',
    because: 'differs for one record alone: about so many are meant',
  },
  {
    file: 'services/shared/runtime/event-sourcing/quarantine/quarantine.ts',
    code: "'decide'",
    mutator: 'StringLiteral',
    because: 'only the other kinds are asked for by name',
  },
  {
    file: 'services/shared/runtime/event-sourcing/react/reactions.ts',
    code: 'event.traceparent !== undefined',
    mutator: 'ConditionalExpression',
    because: notWritten,
  },
  {
    file: 'services/shared/runtime/event-sourcing/react/reactions.ts',
    code: 'key !== undefined',
    mutator: 'ConditionalExpression',
    because: 'nothing waits behind what has no key: it is never asked for',
  },
  {
    file: 'services/shared/runtime/event-sourcing/decide/encode-verdict.ts',
    code: "case 'unchanged'",
    mutator: 'ConditionalExpression',
    because: notWritten,
  },
  {
    file: 'services/shared/runtime/event-sourcing/aggregate-types.ts',
    code: 'stream !== undefined',
    mutator: 'ConditionalExpression',
    because: 'a stream that is undefined says as much as none',
  },
]
